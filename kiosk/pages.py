"""The pages: a screen, as HTML. Two documents, and the parts of them that change while they are shown."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from kiosk import permitforms, reportforms
from kiosk.casebook import WANTED
from kiosk.eventforms import ASKED, FIELDS, FORMS, INTAKE, MUST
from kiosk.model import CASE_KINDS, FACES, TOPICS, Person, Screen
from kiosk.safety import CODES, ENDED
from kiosk.words import Words, load

HERE = Path(__file__).parent
STATIC = HERE / "static"
TEMPLATES = HERE / "templates"

REASONS = {  # what may have been good, what may have gone wrong: the commonest first
    "good": ("speed", "attitude", "metering", "filling", "price", "gas", "equipment", "safety"),
    "bad": ("metering", "filling", "speed", "attitude", "equipment", "price", "gas", "safety"),
}
ABOUT = {"filling": "equipment", "gas": "equipment"}  # reason → topic, where they are not the same word
STEPS = ("received", "accepted", "handling", "replied", "closed")  # how far a case is
PLACES = ("indoors", "toilet", "yard", "gate")
WISHES = ("explain", "apologise", "refund", "mend", "verify", "know")
EXPLANATIONS = ("jump", "reset", "board", "link", "verification", "other")  # of a gun whose readings differ
DOUBTS = ("reading", "equipment", "money", "site")  # what who comes may ask about
RULES = {  # what a driver minds here → its mark
    "smoking": "no-smoking", "phone": "no-phone", "engine": "key", "passengers": "person", "slow": "topic-speed",
    "sober": "stop", "operate": "topic-equipment", "smell": "flame",
}  # fmt: skip
LETTERS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
SIGNS = ("1234567890", "，。？！、：@-/+", "().%¥#&")
LISTS: Mapping[str, Any] = {
    "faces": FACES, "reasons": REASONS, "about": ABOUT, "kinds": CASE_KINDS, "topics": TOPICS, "letters": LETTERS,
    "signs": SIGNS, "steps": STEPS, "fields": FIELDS, "forms": FORMS, "wanted": WANTED, "places": PLACES,
    "wishes": WISHES, "explanations": EXPLANATIONS, "doubts": DOUBTS, "rules": RULES,
    "permit_forms": permitforms.FORMS, "permit_fields": permitforms.FIELDS,
    "permit_needs": permitforms.NEEDS, "report_forms": reportforms.FORMS, "report_fields": reportforms.FIELDS,
    "report_needs": reportforms.NEEDS, "intake": INTAKE, "asked": ASKED, "must": MUST,
    "conduct_codes": CODES, "conduct_ended": ENDED,
}  # fmt: skip
PUBLIC, STAFF = (
    ("state", "hotline", "board", "announced", "fills", "asking", "heard", "incidents"),
    ("state", "nozzles", "calls", "alarms", "notices", "upkeep", "printer", "panel", "figures", "duties", "handover"),
)  # parts of each document

Snapshot = dict[str, Any]


class Pages:
    """Renders the templates in the station's languages, the first of which leads."""

    def __init__(
        self,
        languages: Sequence[str],
        reasons: Collection[str] = (),
        words: Words | None = None,
        *,
        pinyin: bool = False,
    ) -> None:
        own: Words = reasons if isinstance(reasons, Mapping) else {}
        self.words = dict(load() if words is None else words)
        self.words |= {f"own.{word}": called for word, called in own.items() if called}
        self.languages = tuple(languages)
        self.build = build()
        self.jinja = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.jinja.globals.update(
            say=self.say, known=self.known, text=self.text, sentences=self.sentences, languages=self.languages,
            build=self.build, own=tuple(reasons), pinyin=pinyin, span=span, amount=amount, value=self.value,
            worded=self.told, words=self.words, **LISTS,
        )  # fmt: skip

    def say(self, key: str) -> Markup:
        """One word in every language of the station; the stylesheet makes the leading one large."""
        word = self.words[key]
        return Markup('<span class="say">{}</span>').format(
            Markup("").join(
                Markup('<span lang="{}">{}</span>').format(language, word[language]) for language in self.languages
            )
        )

    def known(self, key: str, otherwise: str) -> Markup:
        """The word where there is one; a name of another part of the program as it is."""
        return (
            self.say(key) if key in self.words else Markup('<span class="say"><span>{}</span></span>').format(otherwise)
        )

    def text(self, key: str) -> str:
        """One word as it is handed in: in the station's leading language."""
        return self.words[key][self.languages[0]]

    def value(self, field: str, value: Any) -> Markup:
        """What was said of a field, in words where there are some, else as it was said."""
        if isinstance(value, Mapping):
            told = (
                Markup("{} {}").format(self.say(f"field.{name}"), self.value(name, one)) for name, one in value.items()
            )
            return Markup(" · ").join(told)
        if isinstance(value, list | tuple):
            return Markup(" · ").join(self.value(field, one) for one in value)
        word = "yes" if value is True else "no" if value is False else f"{field}-{value}"
        section = {"stop": "event", "topic": "topic", "kind": "kind"}.get(field)
        key = f"{section}.{value}" if section else f"value.{word}"
        return self.known(key, str(value))

    def told(self, texts: Mapping[str, str]) -> Markup:
        """Words that are not in the file: by language, or by none when they are the same in all."""
        if "" in texts:
            return Markup('<span class="say"><span>{}</span></span>').format(texts[""])
        spans = (
            Markup('<span lang="{}">{}</span>').format(language, texts[language])
            for language in self.languages if language in texts
        )  # fmt: skip
        return Markup('<span class="say">{}</span>').format(Markup("").join(spans))

    def sentences(self, kind: str, topic: str) -> list[tuple[str, str]]:
        """(key, what is handed in) of the ready sentences; handed in as the station's leading language has it."""
        keys = (f"say.{kind}-{topic}-{number}" for number in range(1, 5))
        return [(key, self.text(key)) for key in keys if key in self.words]

    def home(self, screen: Screen) -> str:
        """The public document: everything a customer may see, and nothing else."""
        lines = (line.strip() for line in self.document("home.html", screen).splitlines())
        return "\n".join(filter(None, lines))  # what indents it would be a tenth of it

    def names(self, screen: Screen) -> str:
        """Who are you? What stands at every address behind the staff door while nobody is in."""
        return self.document("unlock.html", screen)

    def error(self, screen: Screen) -> str:
        """Under maintenance: what stands there when a document could not be made. Returns to `/` by itself."""
        return self.document("error.html", screen)

    def document(self, template: str, screen: Screen, **more: Any) -> str:
        return self.jinja.get_template(template).render(screen=screen, flags=flags(screen), **more)

    def snapshot(self, screen: Screen, person: Person | None) -> Snapshot:
        """All that can change on an open page: flags for the stylesheet, and its parts as they are now."""
        names = dict.fromkeys(PUBLIC + (STAFF if person else ()))
        return {"build": self.build, "flags": flags(screen), "parts": {name: self.part(name, screen) for name in names}}

    def survey(self, screen: Screen, name: str) -> str:
        """What a questionnaire asks; empty: it does not run."""
        found = next((survey for survey in screen.surveys if survey.name == name), None)
        return self.part("survey", screen, survey=found) if found else ""

    def part(self, name: str, screen: Screen, **more: Any) -> str:
        return self.jinja.get_template(f"parts/{name}.html").render(screen=screen, **more)


def span(seconds: int) -> tuple[int, str]:
    """How long, in the unit that people would say it in: a number and the unit's word."""
    for unit, length in (("days", 172800), ("hours", 7200), ("minutes", 120)):
        if seconds >= length:
            return round(2 * seconds / length), unit
    return seconds, "seconds"


def amount(size: int) -> str:
    """Bytes, as 3.2 GB or 640 MB."""
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB" if size >= 1e6 else f"{size / 1e3:.0f} kB"


def flags(screen: Screen) -> Mapping[str, str]:
    """What the stylesheet must know, as attributes of the document."""
    known = {
        "online": screen.online,
        "keeping": screen.keeping,
        "contact": screen.contact,
        "clock": screen.clk == "synced",
    }
    needed = " ".join(screen.contact_needed) if screen.contact else ""
    return (
        {name: "yes" if value else "no" for name, value in known.items()} | {"needed": needed} | dict(waiting(screen))
    )


def waiting(screen: Screen) -> Mapping[str, str]:
    """The call for the manager that waits: its id, since when, whether it was seen."""
    call = next(iter(screen.calls), None)
    if call is None:
        return {"waits": "", "since": "", "seen": "no"}
    return {"waits": call.id, "since": call.since, "seen": "yes" if call.seen else "no"}


def build() -> str:
    """Changes when anything a page is made of changes, so that an open page knows it is out of date."""
    made_of = sorted([*STATIC.iterdir(), *TEMPLATES.rglob("*.html"), HERE / "words.toml"])
    return sha256(b"".join(sha256(path.read_bytes()).digest() for path in made_of)).hexdigest()[:16]

"""station.toml → Config: every key of the contract, its bounds, and what the parts must agree on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from agent.config import arithmetic, balance, gpio, profiles, reminders, reports, rules
from agent.config.duties import read_duties
from agent.config.emergency import read_plan
from agent.config.files import file_of, folder_of, key_in, missing, obstacle, password_in
from agent.config.forecourt import read_fills, read_nozzle, read_roster
from agent.config.hosts import is_loopback, read_host, read_listen
from agent.config.lines import NAME, Maps, read_bus, read_device, speaks_alike
from agent.config.model import Config, Feedback, Keys, Kiosk, Login, Mqtt, Station, Tls, Version
from agent.config.permits import read_permits
from agent.config.printer import read_printer
from agent.core.setup import Identity
from drivers.table import Problem, Source, Table, load
from kiosk.model import REASONS, Person
from kiosk.words import Word

USER = r"[^\x00-\x1f\x7f-\x9f]{1,256}"  # MQTT could say more; what reads it could not
ROLES = ("attendant", "shift-leader", "station-master", "maintainer")
IDENTITIES: tuple[Identity, ...] = ("anonymous", "contact", "verified")
VERSIONS: tuple[Version, ...] = ("5", "3.1.1")


def read(path: Path) -> tuple[Config | None, list[Problem], list[Problem]]:
    """The configuration, or None and every problem; and the warnings, which stop nobody."""
    table, source = load(path)
    if source.problems:
        return None, source.problems, []
    base = path.absolute().parent
    station = read_station(table.table("station", required=True), base)
    mqtt = read_mqtt(table.table("mqtt", required=True), base, station.id)
    kiosk = read_kiosk(table.table("kiosk"))
    read_staff(table.table("staff"), base)
    printer = read_printer(table.table("printer"), base)
    retention = read_store(table.table("store"))
    keys = read_keys(table.table("keys"), base)
    logins = tuple(read_person(t, base) for t in table.tables("person"))
    feedback = read_feedback(table.table("feedback"), [entry.person.id for entry in logins])
    board = gpio.read_gpio(table.table("gpio"))
    inputs = tuple(gpio.read_input(t) for t in table.tables("input"))
    outputs = tuple(gpio.read_output(t) for t in table.tables("output"))
    buses = tuple(read_bus(t) for t in table.tables("bus"))
    maps = Maps(base, source)
    devices = tuple(read_device(t, buses, maps) for t in table.tables("device"))
    nozzles = tuple(read_nozzle(t, devices, station.fuels) for t in table.tables("nozzle"))
    gas = balance.read(table.table("balance"), table.tables("storage"), devices)
    limits, roster = read_fills(table.table("fills")), read_roster(table.table("shift"))
    station_rules, rules_digest = rules.read(table, devices, [contact.input for contact in inputs])
    promises, sla_digest = profiles.read_sla(table.table("sla"), station.fuels)
    duties = read_duties(table)
    plan, kinds = read_plan(table), read_permits(table.table("permits"))
    terms, intervals = reports.read(table.table("reports")), reminders.read(table.table("reminders"))
    table.end()
    for key, names in (
        ("person", [entry.person.id for entry in logins]), ("nozzle", [n.name for n in nozzles]),
        ("input", [c.input.name for c in inputs]), ("output", [p.name for p in outputs]),
        ("bus", [b.name for b in buses]), ("device", [d.name for d in devices]),
    ):  # fmt: skip
        unique(source, key, names, "the name is used twice")
    unique(source, "device", [(d.bus, d.address) for d in devices], "two devices on one bus address")
    unique(source, "bus", [b.port if b.link != "tcp" else (b.host, b.port) for b in buses], "two buses on one port")
    for pin in sorted(pin for pin, times in Counter(gpio.all_pins(inputs, outputs)).items() if times > 1):
        source.problem(("input",), f"two use one pin: {pin!r}", "each pin once")
    speaks_alike(source, devices, buses)
    if not buses:
        source.warn((), "no bus: this station reads no device", "[[bus]] and [[device]]")
    if not source.problems:
        arithmetic.judge(source, buses, devices)
    problems = source.problems + maps.problems
    if problems:
        return None, problems, source.warnings + maps.warnings
    digests = {"station": digest(path), "rules": rules_digest, "sla": sla_digest}
    told = {"reports": (terms, intervals), "emergency": plan, "permits": kinds, "duties": duties}
    digests |= {name: sha256(repr(content).encode()).hexdigest()[:16] for name, content in told.items()}
    digests |= {d.map.key: d.map.digest for d in devices}
    config = Config(
        station, mqtt, kiosk, printer, retention, keys, logins, feedback, nozzles, limits, roster, gas, board, inputs,
        outputs, buses, devices, station_rules, promises, plan, terms, kinds, duties, intervals, digests,
    )  # fmt: skip
    return config, [], source.warnings + maps.warnings


def digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()[:16]


def unique(source: Source, key: str, names: Iterable[object], wrong: str) -> None:
    """A problem at the second place that uses the same name."""
    seen: Counter[object] = Counter()
    for index, name in enumerate(names):
        seen[name] += 1
        if seen[name] == 2:
            source.problem((key, index), f"{wrong}: {name!r}", "each one once")


# ── one function a table ────────────────────────────────────────────────────


def read_station(table: Table, base: Path) -> Station:
    id = table.text("id", pattern=r"[a-z0-9-]{2,32}", allowed="2 to 32 of a-z, 0-9 and -")
    name = table.text("name", id)
    fuels = table.items("fuels", str, 'a list of "cng" and "lng"', ["cng"])
    if unknown := set(fuels) - {"cng", "lng"}:
        table.problem("fuels", f"{sorted(unknown)} is unknown", 'a list of "cng" and "lng"')
    zone = table.text("timezone", "Asia/Shanghai")
    if zone not in available_timezones():
        table.problem("timezone", f"{zone!r} is unknown", "a name of the tz database, such as Asia/Shanghai")
        zone = "UTC"
    data = folder_of(table, "data", "/var/lib/station-edge", base)
    table.end()
    return Station(id, name, tuple(fuels), ZoneInfo(zone), data)


def read_mqtt(table: Table, base: Path, station: str) -> Mqtt:
    host = read_host(table)
    secured = "tls" in table
    port = table.integer("port", 8883 if secured else 1883, low=1, high=65535)
    version = table.choice("version", VERSIONS, "5")
    inner = table.table("tls")
    tls = (
        Tls(file_of(inner, "ca", base), file_of(inner, "cert", base), file_of(inner, "key", base)) if secured else None
    )
    inner.end()
    for name, file in (("ca", tls and tls.ca), ("cert", tls and tls.cert), ("key", tls and tls.key)):
        if file and (why := obstacle(file)):
            inner.problem(name, f"{why}: {file}", "a PEM file")
    if tls and bool(tls.cert) != bool(tls.key):
        table.problem("tls", "a client certificate needs its key", "both cert and key, or neither")
    plain = table.flag("plain", False)
    if not secured and not plain and host and not is_loopback(host):
        table.problem(
            "host", f"{host} would be reached without encryption", "tls = { ca = … }, or plain = true to allow it"
        )
    username = table.text("username", station, pattern=USER, allowed="1 to 256 characters on one line")
    secret = file_of(table, "password_file", base)
    if secret and (why := obstacle(secret, password_in)):
        table.problem("password_file", f"{why}: {secret}", "a file that holds the password alone")
    root = table.text("root", "gse", pattern=NAME, allowed="one topic level")
    history = table.integer("history", 0, low=1, high=100_000) or None
    table.end()
    return Mqtt(host, port, version, tls, username, secret, root, plain, history)


def read_kiosk(table: Table) -> Kiosk:
    host, port = read_listen(table, "127.0.0.1:8080")
    if host and not is_loopback(host):
        table.problem("listen", f"{host} is not on the loopback", "127.0.0.1:PORT; other screens have [staff]")
    languages = table.items("languages", str, "a list of languages", ["zh-CN", "en"])
    if unknown := set(languages) - {"zh-CN", "en"}:
        table.problem("languages", f"{sorted(unknown)} is unknown", "zh-CN and en, the first one first")
    hotline, supervision = table.text("hotline", ""), table.text("supervision", "")
    reasons = read_reasons(table, languages)
    if doubled := set(reasons) & set(REASONS):
        table.problem("reasons", f"{sorted(doubled)} is there already", "the station's own words only")
    table.end()
    return Kiosk(host, port, tuple(languages) or ("zh-CN",), hotline, supervision, reasons)


def read_reasons(table: Table, languages: Sequence[str]) -> dict[str, Word]:
    """The station's own reasons of a rating: a list of words, or each with its label in the station's languages."""
    if not isinstance(table.content.get("reasons"), dict):
        return {word: {} for word in table.items("reasons", str, "a list of short words", [])}
    found, inner = dict[str, Word](), table.table("reasons")
    for word in inner.content:
        labels = inner.table(word)
        found[word] = {language: labels.text(language) for language in languages}
        labels.end()
    inner.end()
    return found


def read_staff(table: Table, base: Path) -> None:
    """The staff pages on the station's own network are not served yet: the table is checked, and said to wait."""
    if not table.content:
        return
    read_listen(table, "0.0.0.0:8443")
    tls = table.table("tls", required=True)
    for key in ("cert", "key"):
        file_of(tls, key, base)
    tls.end()
    table.end()
    table.source.warn(
        table.where, "the staff pages are on the kiosk's own screen only for now", "[staff] has no effect yet"
    )


def read_store(table: Table) -> int:
    days = table.integer("retention_days", 730, low=1, high=36500)
    table.end()
    return days


def read_keys(table: Table, base: Path) -> Keys:
    """Head office's key has to be there; the station's own is made at the first start."""
    keys = Keys(file_of(table, "station", base), file_of(table, "head_office", base))
    table.end()
    for name, file, what, made in (
        ("station", keys.station, "the station's Ed25519 seed", True),
        ("head_office", keys.head_office, "head office's X25519 public key", False),
    ):
        if file and not (made and missing(file)) and (why := obstacle(file, key_in)):
            table.problem(name, f"{why}: {file}", f"{what} as base64")
    if not keys.head_office:
        table.source.warn(
            ("keys",), "no head_office key: the kiosk cannot take phone numbers", "[keys] head_office = FILE"
        )
    return keys


def read_person(table: Table, base: Path) -> Login:
    person = Person(
        table.text("id", pattern=NAME, allowed="a short id without blanks"),
        table.text("name"),
        table.choice("role", ROLES),
    )
    pin_file = file_of(table, "pin_file", base)
    table.end()
    if pin_file and (why := obstacle(pin_file)):
        table.source.warn((*table.where, "pin_file"), f"{why}: {pin_file}", f"`station-edge pin {person.id}` writes it")
    return Login(person, pin_file)


def read_feedback(table: Table, people: list[str]) -> Feedback:
    """`[feedback]`: the named officer, a deputy, and what is asked of whoever complains."""
    known = ["", *people]
    identity = table.choice("identity", IDENTITIES, "anonymous")
    feedback = Feedback(table.choice("officer", known, ""), table.choice("deputy", known, ""), identity)
    table.end()
    return feedback

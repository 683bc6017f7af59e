"""The kiosk over HTTP: pages and screens out, forms in; said to be kept only when the door says so."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from kiosk.fence import HEADERS, foreign, spelt, split
from kiosk.forms import read_form, read_json
from kiosk.limits import Guard, Pace, Sessions
from kiosk.model import Door, Form, Person, Receipt, Refusal, Screen
from kiosk.pages import STATIC, Pages
from kiosk.pinyin.lattice import Lexicon, candidates
from kiosk.posts import POSTS, check, complete
from kiosk.sheet import FormError, cleaned
from kiosk.stream import Stream
from kiosk.work import DOCUMENTS

log = logging.getLogger("kiosk")

LARGEST = 16 * 1024  # bytes of a body
COOKIE = "staff"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Site:
    """What the handlers share: the door, the pages, and who is in."""

    door: Door
    pages: Pages
    stream: Stream
    reasons: tuple[str, ...]
    host: str
    now: Callable[[], float]
    token: Callable[[], str]
    mm: float
    lexicon: Lexicon | None = None
    pace: Pace = field(default_factory=Pace)
    guard: Guard = field(default_factory=Guard)
    sessions: Sessions = field(default_factory=Sessions)

    # ── documents ──

    async def home(self, request: web.Request) -> web.Response:
        return document(self.pages.home(self.door.screen()))

    async def emergency(self, request: web.Request) -> web.Response:
        """The big button: nobody is asked who they are."""
        return document(self.pages.document("emergency.html", self.door.screen(), person=None))

    async def staff(self, request: web.Request) -> web.Response:
        """A document behind the staff door; while nobody is in, the names."""
        screen = self.door.screen()
        person = self.person(request, screen)
        if person is None:
            return document(self.pages.names(screen))
        resource = request.match_info.route.resource
        place = DOCUMENTS[resource.canonical if resource else ""]
        found = await place(self.door, person, {**request.query, **request.match_info})
        if found is None:
            raise web.HTTPNotFound
        return document(self.pages.document(found.template, screen, person=person, **found.shows))

    async def sizes(self, request: web.Request) -> web.Response:
        """How many pixels a millimetre of this display has, when whoever installed it said so."""
        return web.Response(text=f":root {{ --mm: {self.mm:g}px; }}\n" if self.mm else "", content_type="text/css")

    async def ime(self, request: web.Request) -> web.Response:
        """What pinyin may mean: [text, how many of the letters it takes], the likeliest first. In a thread of its own:
        a long clause is some tens of milliseconds, and readings do not wait for it."""
        if self.lexicon is None:
            raise web.HTTPNotFound
        found = await asyncio.to_thread(candidates, request.query.get("keys", ""), self.lexicon)
        return web.json_response({"words": found})

    async def sentences(self, request: web.Request) -> web.Response:
        """The ready sentences about one thing: too many to stand on the page from the beginning."""
        about = request.match_info
        return document(self.pages.part("sentences", self.door.screen(), kind=about["kind"], topic=about["topic"]))

    async def survey(self, request: web.Request) -> web.Response:
        """What a questionnaire asks, for the page that asks it."""
        if asked := self.pages.survey(self.door.screen(), request.match_info["name"]):
            return document(asked)
        raise web.HTTPNotFound

    async def health(self, request: web.Request) -> web.Response:
        well, reasons = self.door.health()
        return web.json_response(reasons, status=200 if well else 503)

    async def events(self, request: web.Request) -> web.StreamResponse:
        """The whole screen at once, then at each change; a heartbeat as a real event, so that a page can miss it."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"})
        await response.prepare(request)
        watching = self.stream.watch()
        await response.write(b"retry: 1000\n\n" + self.told(request, self.door.screen()))
        try:
            async for screen in watching:
                await response.write(self.told(request, screen) if screen else b"event: hb\ndata: {}\n\n")
        except ConnectionResetError:
            log.debug("a page went away")
        finally:
            await watching.aclose()
        return response

    def told(self, request: web.Request, screen: Screen) -> bytes:
        snapshot = self.pages.snapshot(screen, self.person(request, screen, touch=False))
        return f"event: screen\ndata: {json.dumps(snapshot, ensure_ascii=False)}\n\n".encode()

    # ── forms ──

    async def post(self, request: web.Request) -> web.Response:
        """A form, at the address that takes its kind."""
        place = POSTS[request.path]
        content = complete(
            read_json(await request.read()), **place.given, **({"by": self.known(request)} if place.staff else {})
        )
        check(place, content)
        return await self.hand_in(content, place.shows)

    async def hand_in(self, content: Mapping[str, Any], shows: str = "") -> web.Response:
        """201 only when the door says that the fact is durable; `shown` is what a page puts in its place `shows`."""
        form: Form = read_form(content, self.reasons)
        match await self.door.submit(form):
            case Receipt(number, facts):
                told = {"receipt": number, "facts": facts}
                if shows:
                    told["shown"] = self.pages.part(shows, self.door.screen(), number=number, facts=facts)
                return web.json_response(told, status=201)
            case Refusal(why, text, wait):
                return refused(400 if why == "invalid" else 503, form.kind, text, wait=wait)

    # ── who is in ──

    async def unlock(self, request: web.Request) -> web.Response:
        content = read_json(await request.read())
        person, pin = content.get("person"), content.get("pin")
        if (
            not isinstance(person, str)
            or not isinstance(pin, str)
            or not (len(pin) == 6 and pin.isascii() and pin.isdigit())
        ):
            raise FormError("pin", "is not allowed", '{"person": id, "pin": six digits}')
        now = self.now()
        known = person if any(person == p.id for p in self.door.screen().people) else ""
        if wait := self.guard.wait(known, now):
            log.warning("PIN of %s: refused for %.0f s more", known or "nobody", wait)
            return refused(429, "pin", "too many tries", f"again in {wait:.0f} s", wait=wait)
        self.guard.begin(known, now)
        if not await self.door.unlock(person, pin) or not known:
            log.warning("PIN of %s: wrong", known or "nobody")
            return refused(401, "pin", "is not correct", wait=self.guard.wait(known, now))
        self.guard.right(known, now)
        log.info("PIN of %s: right", known)
        cookie = self.token()
        self.sessions.enter(cookie, known, now)
        response = web.json_response({"person": known})
        response.set_cookie(COOKIE, cookie, httponly=True, samesite="Strict", path="/")
        return response

    async def stay(self, request: web.Request) -> web.Response:
        return web.json_response({"person": self.known(request)})

    async def lock(self, request: web.Request) -> web.Response:
        self.sessions.leave(request.cookies.get(COOKIE, ""))
        response = web.json_response({})
        response.del_cookie(COOKIE, path="/")
        return response

    def person(self, request: web.Request, screen: Screen, *, touch: bool = True) -> Person | None:
        who = self.sessions.who(request.cookies.get(COOKIE, ""), self.now(), touch=touch)
        return next((person for person in screen.people if person.id == who), None)

    def known(self, request: web.Request) -> str:
        person = self.person(request, self.door.screen())
        if person is None:
            raise Locked
        return person.id

    # ── what every request passes ──

    @web.middleware
    async def gate(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Foreign hosts and origins stay out, posts keep the pace, and every refusal says why in the same shape."""
        api = request.method != "GET" or request.path.startswith(("/api/", "/events", "/healthz"))
        port = request.transport.get_extra_info("sockname")[1] if request.transport else 0
        if header := foreign(self.host, port, request.headers.get("Host", ""), request.headers.get("Origin")):
            return refused(403, header, "is foreign", "this kiosk's own address")
        if request.method == "POST" and not self.pace.take(self.now()):
            return refused(429, "form", "too many at once", "20 a second", wait=1.0)
        try:
            return await handler(request)
        except FormError as error:
            return refused(400, error.key, error.wrong, error.allowed)
        except Locked:
            return refused(401, "staff", "nobody is in", "unlock first")
        except web.HTTPException as error:
            status, why = error.status, error.reason
        except Exception:  # a page that ends in plain text would stay on the screen until somebody brings a keyboard
            log.exception("%s %s", request.method, request.path)
            status, why = 500, "failed here"
        if api:
            return refused(status, "request", why, f"bodies of at most {LARGEST} bytes" if status == 413 else "")
        return document(self.pages.error(self.door.screen()), status)


class Locked(Exception):
    """Nobody is in, or no longer."""


STREAM = web.AppKey("STREAM", Stream)


def application(
    door: Door,
    *,
    languages: Sequence[str],
    listen: str,
    reasons: Collection[str] = (),
    now: Callable[[], float],
    token: Callable[[], str],
    stream: Stream | None = None,
    mm: float = 0.0,
    lexicon: Lexicon | None = None,
    guard: Guard | None = None,
) -> web.Application:
    """The kiosk for one door.

    `listen`: "host:port" it will be served at; only this host is answered. `reasons`: the station's own, beside the
    common ones. `now`: monotonic seconds. `token`: a fresh secret of 256 bits for each call. `mm`: pixels per
    millimetre of the display; 0 lets the page fill whatever it is shown on, which is right from 10 inches up.
    `lexicon`: where Chinese words come from; without one, letters are letters. `guard`: of the PIN pad, as it was.
    """
    stream = stream or Stream()
    pages = Pages(languages, reasons, pinyin=lexicon is not None)
    site = Site(door, pages, stream, tuple(reasons), split(listen)[0], now, token, mm, lexicon, guard=guard or Guard())
    app = web.Application(middlewares=[site.gate], client_max_size=LARGEST)
    app[STREAM] = stream
    app.on_response_prepare.append(harden)
    app.add_routes([
        web.get("/", site.home),
        web.get("/emergency", site.emergency),
        *(web.get(path, site.staff) for path in DOCUMENTS),
        web.get("/screen.css", site.sizes),
        web.get("/api/ime", site.ime),
        web.get("/sentences/{kind}/{topic}", site.sentences),
        web.get("/survey/{name}", site.survey),
        web.get("/healthz", site.health),
        web.get("/events", site.events),
        web.post("/api/staff/unlock", site.unlock),
        web.post("/api/staff/stay", site.stay),
        web.post("/api/staff/lock", site.lock),
        *(web.post(path, site.post) for path in POSTS),
        web.static("/static", STATIC),
    ])  # fmt: skip
    return app


def publish(app: web.Application, screen: Screen) -> None:
    """Show `screen` on every open page."""
    app[STREAM].publish(screen)


async def serve(app: web.Application, listen: str, ready: Callable[[str], None] = lambda url: None) -> None:
    """Serve until cancelled; `ready` is told the address, with the real port. Raises OSError when it cannot be had."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        host, port = split(listen)
        await web.TCPSite(runner, host, port).start()
        ready(f"http://{spelt(host)}:{runner.addresses[0][1]}/")
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()


async def harden(request: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(HEADERS)
    response.headers.setdefault("Cache-Control", "no-cache" if request.path.startswith("/static/") else "no-store")


def document(html: str, status: int = 200) -> web.Response:
    return web.Response(text=html, status=status, content_type="text/html")


def refused(status: int, key: str, wrong: str, allowed: str = "", *, wait: float = 0.0) -> web.Response:
    """Why not, in one shape; `wait` seconds until it is worth another try."""
    error: dict[str, object] = {"key": cleaned(key), "wrong": wrong, "allowed": allowed}
    if wait:
        error["wait"] = round(wait)
    return web.json_response(
        {"error": error}, status=status, headers={"Retry-After": str(max(1, round(wait)))} if wait else None
    )

"""A whole station in one terminal: simulated devices, a broker, the daemon, the kiosk, and head office's view of it."""

from __future__ import annotations

import argparse
import os
import select
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

from agent.cli import BAD_CONFIGURATION, FAILED, WELL
from agent.commands import demo_station
from agent.commands.station_file import read_or_tell
from agent.config.model import Config
from agent.shell import clock
from agent.shell.children import Child
from agent.shell.signals import answering
from agent.shell.store.sole import alone

SUMMARY = "a simulated station, a broker, the daemon and the kiosk, in one terminal"
PROGRAM = [sys.executable, "-m", "agent.cli"]
STARTING, LOOK = 60.0, 0.1  # seconds: everything together may take to come up; between two looks
RETURN = {"broker": 10.0, "daemon": 2.0}  # seconds until what was killed is started again, as systemd would
ENDING = ("daemon", "watch", "simulator", "broker")  # the daemon says good-bye while the others still listen

TOLD = """\

{name}: {what}

  kiosk    {web:<32} tap a face, complain
  staff    {web_staff:<32} {people}
  broker   {mqtt:<32} mosquitto_sub -p {port} -t 'gse/#' -v
  files    {folder}  (station.toml, daemon.log, data/)
{hint}
Below, every message as head office sees it. Ctrl-C ends everything.
"""
HINT = """
Type here   silent dispenser-2   and Enter: its cable is out, the alarm comes ten seconds later.
            alive dispenser-2    plugs it in again; there are also exception NAME and noise NAME.
"""


class DemoError(Exception):
    """Something did not come up; the text says what and why."""


def arguments(parser: argparse.ArgumentParser) -> None:
    state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local/state")
    parser.add_argument("--dir", type=Path, default=state / "station-edge-demo", help="where it keeps its files")
    parser.add_argument("-c", "--config", type=Path, metavar="FILE", help="your own station.toml; nothing is simulated")


def run(args: argparse.Namespace) -> int:
    children: list[Child] = []
    with answering(signal.default_int_handler, signal.SIGTERM, signal.SIGHUP):
        try:
            with alone(args.dir):
                return show(args.dir.absolute(), args.config, children)
        except (DemoError, OSError) as error:
            print(f"station-edge demo: {error}", file=sys.stderr)
            return FAILED
        except KeyboardInterrupt:
            return WELL
        finally:
            with answering(signal.SIG_IGN, signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                for child in sorted(children, key=lambda child: ENDING.index(child.name)):
                    child.end()


def show(folder: Path, own: Path | None, children: list[Child]) -> int:
    """Start everything, tell where to look, and stay until something ends. Raises DemoError, KeyboardInterrupt."""
    simulator = None
    for log in folder.glob("*.log"):
        log.unlink()
    if own is None:
        age = f"{demo_station.age(folder, clock.now().utc):.0f}"
        simulator = Child("simulator", [*PROGRAM, "sim", "--age", age], folder / "simulator.log", piped=True)
        children.append(simulator)
        path = demo_station.write(folder, first_line(simulator))
    else:
        path = own
    config = read_or_tell(path)
    if config is None:
        return BAD_CONFIGURATION
    port = config.mqtt.port
    if config.mqtt.host in ("127.0.0.1", "localhost") and demo_station.free(port):
        children.append(Child("broker", demo_station.broker(folder, port), folder / "broker.log"))
        wait("the broker", lambda: not demo_station.free(port), children)
    children.append(Child("daemon", [*PROGRAM, "run", "-c", str(path)], folder / "daemon.log"))
    wait("the daemon", lambda: answers(config), children)
    print(told(config, folder, simulated=own is None), flush=True)
    children.append(Child("watch", [*PROGRAM, "watch", "-c", str(path)]))
    return attend(children, simulator)


def first_line(child: Child) -> bytes:
    """What a piped child says first. Raises DemoError when it ends instead."""
    line = child.process.stdout.readline() if child.process.stdout else b""
    if not line:
        child.process.wait()
        raise DemoError(child.epitaph())
    return line


def wait(what: str, ready: Callable[[], bool], children: list[Child]) -> None:
    """Until it is ready. Raises DemoError when a child ends, or nothing comes up."""
    for _ in range(int(STARTING / LOOK)):
        for child in children:
            if child.gone():
                raise DemoError(child.epitaph())
        if ready():
            return
        time.sleep(LOOK)
    raise DemoError(f"{what} did not come up in {STARTING:.0f} s")


def answers(config: Config) -> bool:
    """True once the daemon's web server is there, well or not."""
    try:
        url = f"http://{config.kiosk.host}:{config.kiosk.port}/healthz"
        build_opener(ProxyHandler({})).open(url, timeout=2).close()
    except HTTPError:
        return True
    except OSError:
        return False
    return True


def told(config: Config, folder: Path, *, simulated: bool) -> str:
    web = f"http://{config.kiosk.host}:{config.kiosk.port}"
    people = ", ".join(login.person.name for login in config.logins)
    return TOLD.format(
        name=config.station.name,
        what="a station that is not there, speaking real Modbus" if simulated else "your own station file",
        web=web + "/",
        web_staff=web + "/staff",
        people=f"{people}, PIN {demo_station.PIN}" if simulated else people,
        mqtt=f"mqtt://{config.mqtt.host}:{config.mqtt.port}",
        port=config.mqtt.port,
        folder=folder,
        hint=HINT if simulated else "",
    )


def attend(children: list[Child], simulator: Child | None) -> int:
    """Hand on what is typed to the simulator, and what it says to the terminal, until a child ends for good."""
    pipes = simulator and simulator.process
    said = pipes.stdout.fileno() if pipes and pipes.stdout else -1
    typed = sys.stdin.fileno() if pipes and sys.stdin else -1
    while True:
        pidfds = {child.pidfd: child for child in children}
        ready, _, _ = select.select([fd for fd in (*pidfds, said, typed) if fd >= 0], [], [])
        for fd in ready:
            if child := pidfds.get(fd):
                child.process.wait()
                print(child.epitaph(), file=sys.stderr, flush=True)
                if child.name not in RETURN or child.process.returncode == BAD_CONFIGURATION:
                    return FAILED
                time.sleep(RETURN[child.name])
                children[children.index(child)] = child.again()
                child.end()
            elif not (text := os.read(fd, 4096)):
                said, typed = (-1 if fd == end else end for end in (said, typed))
            elif fd == said:
                print(text.decode("utf-8", "replace"), end="", flush=True)
            elif pipes and pipes.stdin:
                os.write(pipes.stdin.fileno(), text)

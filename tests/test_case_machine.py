"""The case machine against anything that anybody might try: what is entered follows the table, and nothing is lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from stations import small

from agent.core.cases import desk, recall
from agent.core.cases.desk import Desk
from agent.core.cases.machine import TABLE
from agent.core.cases.model import AFTER, LINE, ROLES
from agent.core.draw import Draw
from agent.core.messages import envelope
from agent.core.messages.envelope import Chain
from agent.core.model import Fact
from agent.core.setup import Setup
from drivers.model import Instant
from kiosk.model import CaseAct, Complaint

SETUP: list[Setup] = []
SAID = st.fixed_dictionaries(
    {},
    optional={
        "to": st.just("总部"), "owner": st.just("wang"), "reason": st.text(max_size=5), "text": st.text(max_size=20),
        "nature": st.sampled_from(["valid", "concern", "unfounded", "?"]), "of": st.integers(-1, 9),
        "time": st.just("2026-11-22T08:00:00+08:00"), "apology": st.booleans(), "verified": st.just("true"),
    },
)  # fmt: skip


class Office(RuleBasedStateMachine):
    """A desk, everybody at it, and a restart whenever it likes."""

    @initialize(topic=st.sampled_from(["metering", "equipment", "attitude"]), by=st.sampled_from(["", "li"]))
    def open(self, topic: str, by: str) -> None:
        self.desk, self.chance, self.facts, self.utc = Desk(), Draw(bytes(32)), list[Fact](), 1795305600.0
        done = desk.take_in(SETUP[0], self.desk, Complaint("complaint", topic, by=by), self.chance, self.now(), {})
        self.take(done)
        self.number = done.case

    def now(self) -> Instant:
        self.utc += 60.0
        return Instant(self.utc - 1795305600.0, self.utc, "synced")

    def take(self, done: desk.Outcome) -> None:
        self.desk, self.chance = done.desk, done.chance
        self.facts += [effect for effect in done.effects if isinstance(effect, Fact) and effect.kind == "case"]

    @rule(event=st.sampled_from([*TABLE]), role=st.sampled_from(ROLES), said=SAID)
    def try_anything(self, event: Any, role: Any, said: dict[str, Any]) -> None:
        before = self.desk.find(self.number)
        assert before
        done = desk.act(SETUP[0], self.desk, CaseAct(self.number, event, f"{role}:x", said), self.chance, self.now())
        row = TABLE[event]
        if done.why:
            assert done.desk is self.desk and not done.effects
            return
        after = done.desk.find(self.number)
        assert after and after.version == before.version + 1
        assert before.state in row.after and role in row.by
        left = "open" if before.state == "held" and event in LINE else before.state
        assert after.state == AFTER.get(event, left)
        self.take(done)

    @rule()
    def restart(self) -> None:
        """What is read back from the facts is what stood."""
        chain, documents = Chain.new("1"), []
        for fact in self.facts:
            chain, message = envelope.link(chain, fact, "cq-0147", "b1")
            documents.append(envelope.load(message.payload))
        short = documents[-1:] if recall.is_closed(documents[-1]) else documents
        again = recall.desk([(self.number, short)], {})
        mine, theirs = self.desk.find(self.number), again.find(self.number)
        assert mine and theirs
        assert (theirs.state, theirs.version, theirs.topic, theirs.nature) == (
            mine.state, mine.version, mine.topic, mine.nature,
        )  # fmt: skip
        assert again.serials == {"2611": 1}
        self.desk = again

    @invariant()
    def every_version_is_told_once(self) -> None:
        assert [fact.body["version"] for fact in self.facts] == list(range(1, len(self.facts) + 1))


def test_whoever_tries_whatever_the_table_holds(tmp_path: Path) -> None:
    SETUP[:] = [small(tmp_path)]
    Office.TestCase.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
    Office.TestCase("runTest").runTest()

"""What a person may hand in, and how the refusal of anything else reads."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.forms import read_form, read_json
from kiosk.model import Acknowledge, Complaint, Feedback, Form
from kiosk.sheet import LONGEST, FormError, cleaned
from kiosk.shift import Handover

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)
KEYS = st.sampled_from(
    ["kind", "rating", "reasons", "text", "withdraws", "topic", "phone", "urgency", "nozzle", "typed", "by", "alarm"]
)
KINDS = st.sampled_from(["feedback", "complaint", "suggestion", "question", "hazard", "handover", "acknowledge"])


def refusal(document: Any, reasons: tuple[str, ...] = ()) -> FormError:
    with pytest.raises(FormError) as error:
        read_form(document, reasons)
    return error.value


@pytest.mark.parametrize(
    ("document", "form"),
    [
        ({"kind": "feedback", "rating": 2, "reasons": ["attitude"]}, Feedback(2, ("attitude",))),
        ({"kind": "feedback", "rating": 5}, Feedback(5)),
        ({"kind": "feedback", "rating": 1, "withdraws": "7K3M0001"}, Feedback(1, withdraws="7K3M0001")),
        (
            {"kind": "complaint", "topic": "metering", "urgency": "general", "profile": "P01", "text": "少了"},
            Complaint("complaint", "metering", "少了", profile="P01"),
        ),
        ({"kind": "hazard", "topic": "safety", "urgency": "urgent"}, Complaint("hazard", "safety", urgency="urgent")),
        (
            {"kind": "handover", "step": "reading", "nozzle": "1A", "by": "li", "typed": "5678"},
            Handover("1A", "5678", "li"),
        ),
        (
            {"kind": "handover", "step": "reason", "nozzle": "1A", "by": "li", "typed": "更换主板"},
            Handover("1A", "更换主板", "li", "reason"),
        ),
        ({"kind": "acknowledge", "alarm": "pressure-high", "by": "li"}, Acknowledge("pressure-high", "li")),
    ],
)
def test_a_well_filled_form_is_taken(document: dict[str, Any], form: Form) -> None:
    assert read_form(document) == form


@pytest.mark.parametrize("rating", [0, 6, -1, 2.0, "3", True, None, [3], 10**30])
def test_a_rating_is_a_whole_number_from_1_to_5(rating: Any) -> None:
    error = refusal({"kind": "feedback", "rating": rating})
    assert (error.key, error.allowed) == ("rating", "a whole number from 1 to 5")


def test_an_unknown_key_is_named_with_the_known_ones() -> None:
    error = refusal({"kind": "feedback", "rating": 3, "raeting": 4})
    assert str(error) == "raeting: unknown key; allowed: one of kind, rating, reasons, text, withdraws"


def test_a_reason_is_one_of_ours_or_one_of_the_stations() -> None:
    document = {"kind": "feedback", "rating": 2, "reasons": ["toilet", "gas", "toilet"]}
    assert refusal(document).wrong == "'toilet' is unknown"
    assert read_form(document, ("toilet",)) == Feedback(2, ("toilet", "gas"))


def test_reasons_are_a_list_of_words() -> None:
    for reasons in ("gas", {"gas": 1}, [1], [["gas"]], [None]):
        assert refusal({"kind": "feedback", "rating": 2, "reasons": reasons}).key == "reasons"


def test_a_text_ends_at_500_characters() -> None:
    document = {"kind": "suggestion", "topic": "other", "text": "好" * LONGEST}
    assert isinstance(read_form(document), Complaint)
    assert refusal(document | {"text": "好" * (LONGEST + 1)}).wrong == "has 501 characters"


def test_what_cannot_be_seen_is_taken_out_of_a_text() -> None:
    assert cleaned("a\u202eb\u2066c\u200fd\u0000e\r\nf\u2028g\ud800h\ufeff") == "abcd e  f gh"


def test_an_emoji_survives_whole() -> None:
    family = "👩‍👩‍👧 👍🏽 ❤️ 🇨🇳"
    assert cleaned(family) == family


@pytest.mark.parametrize("phone", ["13800001234", "138 0000 1234", "13800001234", "023-67891234", "+8613800001234", ""])
def test_a_number_that_can_be_dialled_is_taken(phone: str) -> None:
    form = read_form({"kind": "complaint", "topic": "other", "phone": phone})
    assert isinstance(form, Complaint)
    assert form.phone in {"13800001234", "02367891234", "+8613800001234", ""}


@pytest.mark.parametrize("phone", ["12800001234", "1380000123", "138000012345", "67891234", "+123", "call me", "138x"])
def test_a_number_that_cannot_is_refused_and_not_repeated(phone: str) -> None:
    error = refusal({"kind": "complaint", "topic": "other", "phone": phone})
    assert error.key == "phone"
    assert phone not in str(error)


def test_a_handover_needs_a_figure() -> None:
    for typed in ("", "12a", "1.2.3", "-5", "\uff11\uff12", "1e5", None, 5678):
        assert refusal({"kind": "handover", "nozzle": "1A", "by": "li", "typed": typed}).key == "typed"


def test_a_name_that_could_stand_in_a_topic_must_fit_one() -> None:
    for name in ("a/b", "#", "+", "a b", ""):
        assert refusal({"kind": "acknowledge", "alarm": name, "by": "li"}).key == "alarm"


@given(JSON)
def test_any_json_gives_a_form_or_an_error_that_helps(document: Any) -> None:
    tried(document)


@given(KINDS, st.dictionaries(KEYS, JSON | st.text() | st.sampled_from(["gas", "metering", "1A", "urgent"])))
def test_any_filling_of_the_right_keys_gives_a_form_or_an_error_that_helps(kind: str, document: Any) -> None:
    tried(document | {"kind": kind})


def tried(document: Any) -> None:
    try:
        form = read_form(document)
    except FormError as error:
        assert error.wrong
        assert error.allowed
        assert len(str(error)) < 500
        str(error).encode()
    else:
        assert form.kind


@given(st.binary(max_size=400))
def test_any_bytes_give_an_object_or_an_error(body: bytes) -> None:
    try:
        assert isinstance(read_json(body), dict)
    except FormError as error:
        assert error.key == "body"


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b"{", b'{"a": NaN}', b'{"a": 1, "a": 2}', b"[" * 16000, b'{"a": "\xff"}']
)
def test_a_body_is_one_json_object_whose_keys_stand_once(body: bytes) -> None:
    with pytest.raises(FormError):
        read_json(body)


def test_a_rehearsed_line_reads_as_the_page_sends_it() -> None:
    line = read_json(json.dumps({"kind": "question", "topic": "price", "text": "今天多少钱？"}).encode())
    assert read_form(line) == Complaint("question", "price", "今天多少钱？")

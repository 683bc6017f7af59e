"""What is personal in a free text is cut out, and what is not stays."""

from __future__ import annotations

import pytest

from agent.core.cases.privacy import BLOT, part

PERSONAL = {
    "a mobile number": ("请打 13812341234 找我", "13812341234"),
    "a grouped mobile number": ("电话138 1234 1234。", "138 1234 1234"),
    "with its country code": ("+86 13812341234", "+86 13812341234"),
    "a landline": ("023-67891234 白天", "023-67891234"),
    "an identity number": ("证号 50010519900101123X", "50010519900101123X"),
    "a plate": ("渝A12345 加气", "渝A12345"),
    "a new-energy plate": ("渝AD12345 加气", "渝AD12345"),
    "an e-mail": ("li.si@example.com", "li.si@example.com"),
    "a card number": ("卡号6222020200112233445", "6222020200112233445"),
}


@pytest.mark.parametrize(("text", "found"), PERSONAL.values(), ids=PERSONAL)
def test_it_is_cut_out(text: str, found: str) -> None:
    clean, private = part(text)
    assert found in private
    assert found not in clean and BLOT in clean


@pytest.mark.parametrize("text", ["加了 23.41 kg,收了 152.17 元", "2号机 14:32", "表底 123456.78", "1380013 号枪"])
def test_figures_of_the_trade_stay(text: str) -> None:
    assert part(text) == (text, "")

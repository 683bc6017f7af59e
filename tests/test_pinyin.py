"""Chinese by pinyin: words for letters, for first letters, for a southern ear; and how few taps a clause takes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kiosks import Kiosk
from pypinyin import lazy_pinyin

from kiosk.pinyin.lattice import OFFERED, Lexicon, candidates
from kiosk.pinyin.lexicon import HOME, installed
from kiosk.pinyin.lexicon import Lexicon as OnDisk
from kiosk.pinyin.syllables import BLURRED, SYLLABLES, blur, sounds

LEXICON = installed()
pytestmark = pytest.mark.skipif(LEXICON is None, reason=f"{HOME}: no lexicon; python -m kiosk.pinyin makes it")
PAGE = 6
CLAUSES = [
    "加气枪漏气",
    "加气员态度不好",
    "排队等了四十分钟",
    "二号机显示屏看不清",
    "多收了我二十块钱",
    "没有给我发票",
    "工作人员在打电话不理人",
    "加到一半就停了",
    "压力不够加不满",
    "气量比别的站少",
    "价格跟牌子上不一样",
    "刷卡机坏了只能付现金",
    "厕所太脏没有水",
    "晚上灯太暗看不见路",
    "员工在站里抽烟",
    "有人插队没人管",
    "请把地面的油擦干净",
    "加完气车子没有劲",
    "希望增加一台加气机",
    "希望早上早一点开门",
    "上次投诉到现在没有回复",
    "充值以后余额不对",
    "换班的时候没有人加气",
    "司机休息室没有热水",
    "请给我一个说法",
    "师傅很热情服务很好",
    "枪头卡住拔不下来",
    "昨天下午三点左右",
    "出口那里容易堵车",
    "机器上的数字跳得太快",
    "加气的时候没有让乘客下车",
    "小票打印不出来",
    "会员积分没有给我加",
    "希望能开电子发票",
    "我的车牌登记错了",
    "闻到很大的臭味",
    "加气机前面积水很深",
    "电话一直打不通",
    "请站长给我打电话",
]


@pytest.fixture
def lexicon() -> Iterator[Lexicon]:
    assert LEXICON is not None
    yield LEXICON


def texts(keys: str, lexicon: Lexicon) -> list[str]:
    return [candidate.text for candidate in candidates(keys, lexicon)]


@pytest.mark.parametrize(
    ("keys", "meant"),
    [
        ("jiaqiji", "加气机"), ("jqj", "加气机"), ("jiaqj", "加气机"), ("fuwutaidubuhao", "服务态度不好"),
        ("xi'an", "西安"), ("shoufeibuheli", "收费不合理"), ("zanzang", "站长"), ("JIAQI", "加气"),
    ],
)  # fmt: skip
def test_the_word_meant_is_the_first(keys: str, meant: str, lexicon: Lexicon) -> None:
    assert texts(keys, lexicon)[0] == meant


@pytest.mark.parametrize(
    ("typed", "meant"), [("zanzang", "站长"), ("liulai", "牛奶"), ("suifang", "水房"), ("cenggong", "成功")]
)
def test_a_southern_ear_is_understood(typed: str, meant: str, lexicon: Lexicon) -> None:
    assert meant in texts(typed, lexicon)[: 2 * PAGE]


def test_a_chosen_word_takes_its_letters_and_leaves_the_rest(lexicon: Lexicon) -> None:
    chosen = next(c for c in candidates("jiaqijitaimanle", lexicon) if c.text == "加气机")
    assert "jiaqijitaimanle"[chosen.taken :] == "taimanle"


def test_every_common_character_of_a_syllable_can_be_reached(lexicon: Lexicon) -> None:
    for syllable, characters in {"ji": "机急几记", "yi": "一以已意", "shi": "是时事市"}.items():
        assert set(characters) <= set(texts(syllable, lexicon))


def taps(clause: str, lexicon: Lexicon) -> int:
    """Taps on candidates and page keys until a clause stands, choosing what brings most for a tap."""
    count, wanted = 0, clause
    keys = "".join(lazy_pinyin(clause, v_to_u=False))
    while wanted:
        found = [
            (place, c) for place, c in enumerate(candidates(keys, lexicon))
            if wanted.startswith(c.text) and c.taken == len("".join(lazy_pinyin(wanted[: len(c.text)], v_to_u=False)))
        ]  # fmt: skip
        assert found, f"{clause}: {wanted} cannot be reached by {keys}"
        place, best = max(found, key=lambda each: (len(each[1].text) / (1 + each[0] // PAGE), -each[0]))
        count, wanted, keys = count + 1 + place // PAGE, wanted[len(best.text) :], keys[best.taken :]
    return count


def test_a_clause_takes_less_than_half_a_tap_a_character(lexicon: Lexicon) -> None:
    assert sum(taps(clause, lexicon) for clause in CLAUSES) / sum(map(len, CLAUSES)) <= 0.5


@given(keys=st.text(alphabet="abcdefghijklmnopqrstuvwxyz' ü1你<", max_size=90))
def test_any_letters_give_words_that_take_some_of_them(keys: str) -> None:
    assert LEXICON is not None
    found = candidates(keys, LEXICON)
    assert len(found) <= OFFERED
    assert all(0 < c.taken <= len(keys) for c in found)


def test_every_syllable_can_be_typed_whole() -> None:
    for syllable in SYLLABLES:
        assert next(iter(sounds(syllable, 0))).typed == syllable
        assert blur(syllable) in BLURRED


def test_without_a_lexicon_letters_are_letters(tmp_path: Path) -> None:
    assert installed(tmp_path / "none.db") is None
    with pytest.raises(FileNotFoundError, match=r"python -m kiosk\.pinyin"):
        OnDisk(tmp_path / "none.db")
    with Kiosk() as kiosk:
        assert kiosk.ask("GET", "/api/ime?keys=jqj").status == 404
        assert b'data-tap="tongue"' not in kiosk.ask("GET", "/").body


def test_the_kiosk_answers_with_words(lexicon: Lexicon) -> None:
    with Kiosk(lexicon=lexicon) as kiosk:
        words = kiosk.ask("GET", "/api/ime?keys=jqj").content["words"]
        assert words[0] == ["加气机", 3]
        assert kiosk.ask("GET", "/api/ime").content["words"] == []
        assert kiosk.ask("GET", "/api/ime?keys=%3Cscript%3E" + "a" * 3000).status == 200

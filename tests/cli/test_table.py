"""Tables, and strangers' text in them."""

from __future__ import annotations

import pytest

from pyhelm.cli.table import GREEN, table
from pyhelm.cli.text import lines, one_line, shorten, width


def test_columns_are_padded_and_separated_by_tabs():
    text = table([("a", "日本"), ("bbb", "x")], headers=("N", "V"))
    assert text == "N  \tV   \na  \t日本\nbbb\tx   \n"


def test_no_rows_and_no_headers_is_an_empty_line():
    assert table([]) == "\n"


def test_wide_cells_are_cut():
    text = table([("x" * 60,), ("y",)], headers=("D",), max_width=50)
    assert text.splitlines()[1] == "x" * 47 + "..."
    assert {width(line) for line in text.splitlines()} == {50}


def test_colours_take_no_width():
    plain = table([("up", "x")], headers=("STATE", "B"))
    painted = table([("up", "x")], headers=("STATE", "B"), colors={(0, 0): GREEN})
    assert painted.replace(GREEN[0], "").replace(GREEN[1], "") == plain


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("a\x1b[2Jb", "a[2Jb"),
        ("bell\x07", "bell"),
        ("over\rwrite", "over write"),
        ("two\nlines", "two lines"),
        ("rtl\u202etxt", "rtltxt"),
        ("c1\x9b31m", "c131m"),
        ("plain 日本", "plain 日本"),
    ],
)
def test_cells_hold_no_control_characters(hostile, shown):
    assert one_line(hostile) == shown
    assert table([(hostile,)]) == f"{shown}\n"


def test_longer_texts_keep_their_lines():
    assert lines("a\n\tb\x1b]0;t\x07\u2066c\r\n") == "a\n\tb]0;tc\n"


def test_shorten_counts_columns():
    assert shorten("日本語日本語", 9) == "日本語..."

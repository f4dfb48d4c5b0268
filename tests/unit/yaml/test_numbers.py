"""Numbers that Go would round, or whose point it drops, where a chart asks for all of them."""

from __future__ import annotations

import pytest

from pyhelm import _yaml

NUMBERS = {
    2**53 + 1: "9007199254740993",
    -(2**60): "-1152921504606846976",
    8.0: "8.0",
    1e21: "1e+21",
}


@pytest.mark.parametrize("value", NUMBERS)
def test_exact_numbers(value: float) -> None:
    exact = _yaml.exact(value)
    assert _yaml.dump({"a": exact}) == f"a: {NUMBERS[value]}\n"
    assert _yaml.to_json([exact]) == f"[{NUMBERS[value]}]"
    assert _yaml.flow([exact]) == f"[{NUMBERS[value]}]"


def test_what_is_no_number_stays() -> None:
    values = [True, None, "8.0", {"a": 1}, 5, 0.5]
    assert [_yaml.exact(each) for each in values] == values


@pytest.mark.parametrize(
    ("text", "value"), [("08", 8), ("0_9", 9), ("0888889", 888889.0), ("07", 7)]
)
def test_digits_that_are_no_octal(text: str, value: float) -> None:
    found = _yaml.resolve(text)
    assert (found, type(found)) == (value, type(value))

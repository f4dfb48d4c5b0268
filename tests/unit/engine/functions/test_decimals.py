"""Decimals: functions with arguments, and what helm's own gave for them."""

from __future__ import annotations

from typing import Any

import pytest

from pyhelm.engine.gotypes import Byte, Int64
from tests.unit.engine.functions.table import INF, NAN, Fails, check

CASES: list[tuple[str, tuple[Any, ...], Any]] = [
    ("add1f", ("+5",), 6.0),
    ("add1f", ("1e3",), 1001.0),
    ("add1f", ("3",), 4.0),
    ("add1f", ("abc",), 1.0),
    ("add1f", ("inf",), Fails("Cannot create a Decimal from +Inf")),
    ("add1f", (-9223372036854775808,), -9.223372036854776e18),
    ("add1f", (0,), 1.0),
    ("add1f", (1,), 2.0),
    ("add1f", (1.5,), 2.5),
    ("add1f", (1e21,), 1e21),
    ("add1f", (1e308,), 1e308),
    ("add1f", (2,), 3.0),
    ("add1f", (7,), 8.0),
    ("add1f", (Int64(4),), 5.0),
    ("addf", ("", -5), -5.0),
    ("addf", ("", 3.7), 3.7),
    ("addf", ("-9223372036854775808", 0), -9.223372036854776e18),
    ("addf", ("0_7", "1e400"), 7.0),
    ("addf", ("0x1_0p2", 1), 65.0),
    ("addf", ("0x_1F", 7), 7.0),
    ("addf", ("5.", "-5"), 0.0),
    ("addf", ("infinit", -5), -5.0),
    ("addf", (-5, False), -5.0),
    ("addf", (0.1, "-5"), -4.9),
    ("addf", (10, 4611686018427387904), 4.611686018427388e18),
    ("addf", (1000000.0, "inf"), Fails("Cannot create a Decimal from +Inf")),
    ("addf", (1e308, "0b11"), 1e308),
    ("addf", (Int64(4), True), 5.0),
    ("divf", ("0_7", "+5"), 1.4),
    ("divf", ("100.00", -1), -100.0),
    ("divf", ("1e3", "755"), 1.324503311258278),
    ("divf", ("1e400", "-Infinity"), Fails("Cannot create a Decimal from -Inf")),
    ("divf", ("5 ", "100.00"), 0.0),
    ("divf", ("5.", 2), 2.5),
    ("divf", (-5, 3), -1.6666666666666667),
    ("divf", (0.0, "inf"), Fails("Cannot create a Decimal from +Inf")),
    ("divf", (10, 1e-07), 100000000.0),
    ("divf", (1000000.0, "+nan"), Fails("decimal division by 0")),
    ("divf", (1000000.0, "3.7", 1), 270270.2702702703),
    ("divf", (1e-07, -2.5), -4e-08),
    ("divf", (False, ""), Fails("decimal division by 0")),
    ("divf", (False, -0.0), Fails("decimal division by 0")),
    ("mulf", (".5",), 0.5),
    ("mulf", ("007", "NaN"), Fails("Cannot create a Decimal from NaN")),
    ("mulf", ("1_0.5", "5."), 52.5),
    ("mulf", ("755", "3.7"), 2793.5),
    ("mulf", ("NaN", 2), Fails("Cannot create a Decimal from NaN")),
    ("mulf", (0.1, Int64(4)), 0.4),
    ("mulf", (123456.789, Int64(4)), 493827.156),
    ("mulf", (1e308, "1_000"), INF),
    ("mulf", (Byte(200), "+5"), 1000.0),
    ("mulf", (NAN, "NaN"), Fails("Cannot create a Decimal from NaN")),
    ("mulf", (None, "-Infinity"), Fails("Cannot create a Decimal from -Inf")),
    ("mulf", (None, "0x_1F"), 0.0),
    ("mulf", (None, 0.2), 0.0),
    ("mulf", (None, Int64(4)), 0.0),
    ("subf", ("-9223372036854775808", 0.1), -9.223372036854776e18),
    ("subf", ("08", "+nan"), 8.0),
    ("subf", ("0x1F", [1]), 0.0),
    ("subf", ("3", "3.0"), 0.0),
    ("subf", ("3.0", "0_7"), -4.0),
    ("subf", ("abc", 3.7), -3.7),
    ("subf", (1e308, "1_000"), 1e308),
    ("subf", (4611686018427387904, "3.7"), 4.611686018427388e18),
    ("subf", (7, "_1"), 7.0),
    ("subf", (7, 1000000.0), -999993.0),
    ("subf", (Int64(-9), {"a": 1}), -9.0),
    ("subf", (None, 10), -10.0),
    ("subf", (True, "abc"), 1.0),
    ("subf", ([1], "08"), -8.0),
]


@pytest.mark.parametrize(("name", "arguments", "expected"), CASES)
def test_decimals(name: str, arguments: tuple[Any, ...], expected: Any) -> None:
    check(name, arguments, expected)

"""Dates: functions with arguments, and what helm's own gave for them."""

from __future__ import annotations

from typing import Any

import pytest

from pyhelm.engine.functions.times import Local
from pyhelm.engine.gotypes import Int64
from tests.unit.engine.functions.table import Fails, Shown, check, moment

CASES: list[tuple[str, tuple[Any, ...], Any]] = [
    ("date", ("02 Jan 06 15:04 -0700", Int64(1500000000)), "14 Jul 17 02:40 +0000"),
    ("date", ("05.00 05.990", moment("1970-01-01T00:00:00Z")), "00.00 00.990"),
    ("date", ("1 15 11", moment("2023-11-14T22:13:20.123456789Z")), "11 22 1111"),
    ("date", ("2", moment("1970-01-01T00:00:00Z")), "1"),
    ("date", ("2006-002 __2", moment("2023-11-15T03:43:20.000000005+05:30")), "2023-318 318"),
    ("date", ("2006-01-02", 0), "1970-01-01"),
    ("date", ("2006-01-02", Int64(1500000000)), "2017-07-14"),
    ("date", ("20060102150405", moment("2000-02-28T16:00:00-08:00")), "20000229000000"),
    ("date", ("Januaryx 123456", 0), "Januaryx 1112006"),
    ("date", ("_2006 __2006", moment("1970-01-01T00:00:00Z")), "_1970   1070"),
    ("date", ("abc \xe9 2006", moment("2024-02-29T12:34:56.12Z")), "abc \xe9 2024"),
    ("date", ("pm PM Pm", moment("2023-11-14T22:13:20.123456789Z")), "pm PM Pm"),
    ("dateInZone", ("", 0, "America/New_York"), ""),
    ("dateInZone", ("", moment("1969-12-31T23:59:59.5Z"), "Pacific/Auckland"), ""),
    ("dateInZone", ("", moment("2023-11-15T03:43:20.000000005+05:30"), "Local"), ""),
    ("dateInZone", ("002006", moment("0001-01-01T00:00:00Z"), "EST"), "366000"),
    ("dateInZone", ("01/02 03:04:05PM '06 -0700", 0, "Nope/Zone"), "01/01 12:00:00AM '70 +0000"),
    ("dateInZone", ("06/1/2 03.04.05,000", 0, "Pacific/Auckland"), "70/1/1 12.00.00,000"),
    ("dateInZone", ("2", moment("2024-02-29T12:34:56.12Z"), "../x"), "29"),
    ("dateInZone", ("2006-01-02T15:04:05.999999999Z07:00", 0, "../x"), "1970-01-01T00:00:00Z"),
    ("dateInZone", ("3:04PM", Int64(1500000000), "Local"), "2:40AM"),
    ("dateInZone", ("Janet Monk", Int64(1500000000), "America/New_York"), "Janet Monk"),
    ("dateInZone", ("_2006 __2006", Int64(1500000000), "America/Sao_Paulo"), "_2017 194017"),
    ("dateInZone", ("pm PM Pm", moment("2000-02-28T16:00:00-08:00"), "../x"), "am AM Pm"),
    ("dateModify", ("", moment("1970-01-01T00:00:00Z")), Shown("1970-01-01 00:00:00 +0000 UTC")),
    ("dateModify", ("0", moment("1970-01-01T00:00:00Z")), Shown("1970-01-01 00:00:00 +0000 UTC")),
    ("dateModify", ("1", moment("0001-01-01T00:00:00Z")), Shown("0001-01-01 00:00:00 +0000 UTC")),
    ("dateModify", ("1d", moment("0001-01-01T00:00:00Z")), Shown("0001-01-01 00:00:00 +0000 UTC")),
    ("dateModify", ("1h", moment("0001-01-01T00:00:00Z")), Shown("0001-01-01 01:00:00 +0000 UTC")),
    ("dateModify", ("1h", moment("1970-01-01T00:00:00Z")), Shown("1970-01-01 01:00:00 +0000 UTC")),
    ("dateModify", ("x", moment("0001-01-01T00:00:00Z")), Shown("0001-01-01 00:00:00 +0000 UTC")),
    ("dateModify", ("x", moment("1970-01-01T00:00:00Z")), Shown("1970-01-01 00:00:00 +0000 UTC")),
    ("htmlDate", (0,), "1970-01-01"),
    ("htmlDate", (1700000000,), "2023-11-14"),
    ("htmlDate", (Int64(1500000000),), "2017-07-14"),
    ("htmlDate", (moment("0001-01-01T00:00:00Z"),), "0001-01-01"),
    ("htmlDate", (moment("1969-12-31T23:59:59.5Z"),), "1969-12-31"),
    ("htmlDate", (moment("1970-01-01T00:00:00Z"),), "1970-01-01"),
    ("htmlDate", (moment("2000-02-28T16:00:00-08:00"),), "2000-02-29"),
    ("htmlDate", (moment("2023-11-14T22:13:20.123456789Z"),), "2023-11-14"),
    ("htmlDate", (moment("2023-11-15T03:43:20.000000005+05:30"),), "2023-11-14"),
    ("htmlDate", (moment("2024-02-29T12:34:56.12Z"),), "2024-02-29"),
    ("htmlDate", (moment("9999-12-31T23:59:59.999999999Z"),), "9999-12-31"),
    ("htmlDateInZone", (0, "Asia/Kolkata"), "1970-01-01"),
    ("htmlDateInZone", (Int64(1500000000), "Asia/Kolkata"), "2017-07-14"),
    ("htmlDateInZone", (moment("1969-12-31T23:59:59.5Z"), "../x"), "1969-12-31"),
    ("htmlDateInZone", (moment("1969-12-31T23:59:59.5Z"), "Pacific/Auckland"), "1970-01-01"),
    ("htmlDateInZone", (moment("1970-01-01T00:00:00Z"), "../x"), "1970-01-01"),
    ("htmlDateInZone", (moment("2023-11-14T22:13:20.123456789Z"), "Local"), "2023-11-14"),
    ("htmlDateInZone", (moment("2023-11-15T03:43:20.000000005+05:30"), "Local"), "2023-11-14"),
    ("htmlDateInZone", (moment("2024-02-29T12:34:56.12Z"), "America/New_York"), "2024-02-29"),
    ("htmlDateInZone", (moment("2024-02-29T12:34:56.12Z"), "Europe/Berlin"), "2024-02-29"),
    ("htmlDateInZone", (moment("2024-02-29T12:34:56.12Z"), "Nope/Zone"), "2024-02-29"),
    ("htmlDateInZone", (moment("9999-12-31T23:59:59.999999999Z"), "EST"), "9999-12-31"),
    ("htmlDateInZone", (moment("9999-12-31T23:59:59.999999999Z"), "Europe/Berlin"), "10000-01-01"),
    ("mustDateModify", ("", moment("0001-01-01T00:00:00Z")), Fails('time: invalid duration ""')),
    ("mustDateModify", ("", moment("1969-12-31T23:59:59.5Z")), Fails('time: invalid duration ""')),
    ("mustDateModify", ("", moment("1970-01-01T00:00:00Z")), Fails('time: invalid duration ""')),
    ("mustDateModify", ("x", moment("0001-01-01T00:00:00Z")), Fails('time: invalid duration "x"')),
    ("mustDateModify", ("x", moment("1970-01-01T00:00:00Z")), Fails('time: invalid duration "x"')),
    ("mustToDate", ("", "12:13AM"), Fails('parsing time "12:13AM": extra text: "12:13AM"')),
    ("mustToDate", ("", "22:61:00"), Fails('parsing time "22:61:00": extra text: "22:61:00"')),
    ("mustToDate", ("002006", ""), Fails('parsing time "" as "002006": cannot parse "" as "002"')),
    ("mustToDate", ("1 15 11", ""), Fails('parsing time "" as "1 15 11": cannot parse "" as "1"')),
    ("mustToDate", ("1 15 11", "22:13:61"), Fails('parsing time "22:13:61": month out of range')),
    ("mustToDate", ("2", "12:13AM"), Fails('parsing time "12:13AM": extra text: ":13AM"')),
    ("mustToDate", ("2", "22:13:61"), Fails('parsing time "22:13:61": extra text: ":13:61"')),
    ("mustToDate", ("2006-002 __2", "2023-318 318"), Shown("2023-11-14 00:00:00 +0000 UTC")),
    ("mustToDate", ("20060102150405", "20231114221320"), Shown("2023-11-14 22:13:20 +0000 UTC")),
    ("mustToDate", ("3:04PM", ""), Fails('parsing time "" as "3:04PM": cannot parse "" as "3"')),
    ("mustToDate", ("3:04PM", "22:61:00"), Fails('parsing time "22:61:00": hour out of range')),
    ("mustToDate", ("MST", ""), Fails('parsing time "" as "MST": cannot parse "" as "MST"')),
    ("toDate", ("", ""), Shown("0000-01-01 00:00:00 +0000 UTC")),
    ("toDate", ("15:04:05", "22:13:20.5"), Shown("0000-01-01 22:13:20.5 +0000 UTC")),
    ("toDate", ("15:04:05.999", "22:13:20.5"), Shown("0000-01-01 22:13:20.5 +0000 UTC")),
    ("toDate", ("2006 MST", "2023-11-14T22:13:20+05:30"), Shown("0001-01-01 00:00:00 +0000 UTC")),
    ("toDate", ("2006-002 __2", "2023-318 318"), Shown("2023-11-14 00:00:00 +0000 UTC")),
    ("toDate", ("2006-002 __2", "2024-060  60"), Shown("2024-02-29 00:00:00 +0000 UTC")),
    ("toDate", ("2006-002 __2", "GMT+3"), Shown("0001-01-01 00:00:00 +0000 UTC")),
    ("toDate", ("2006-01-02", "2023-11-14"), Shown("2023-11-14 00:00:00 +0000 UTC")),
    ("toDate", ("2006-01-02", "2024-02-29"), Shown("2024-02-29 00:00:00 +0000 UTC")),
    ("toDate", ("2006-01-02", "GMT+3"), Shown("0001-01-01 00:00:00 +0000 UTC")),
    ("toDate", ("20060102150405", "20231114221320"), Shown("2023-11-14 22:13:20 +0000 UTC")),
    ("toDate", ("3:04PM", "12:13AM"), Shown("0000-01-01 00:13:00 +0000 UTC")),
    ("unixEpoch", (moment("0001-01-01T00:00:00Z"),), "-62135596800"),
    ("unixEpoch", (moment("1969-12-31T23:59:59.5Z"),), "-1"),
    ("unixEpoch", (moment("1970-01-01T00:00:00Z"),), "0"),
    ("unixEpoch", (moment("2000-02-28T16:00:00-08:00"),), "951782400"),
    ("unixEpoch", (moment("2023-11-14T22:13:20.123456789Z"),), "1700000000"),
    ("unixEpoch", (moment("2023-11-15T03:43:20.000000005+05:30"),), "1700000000"),
    ("unixEpoch", (moment("2024-02-29T12:34:56.12Z"),), "1709210096"),
    ("unixEpoch", (moment("9999-12-31T23:59:59.999999999Z"),), "253402300799"),
]


@pytest.fixture(autouse=True)
def _greenwich(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine on which helm was asked stood in UTC."""
    monkeypatch.setattr(Local, "lookup", lambda self, unix: ("UTC", 0))


@pytest.mark.parametrize(("name", "arguments", "expected"), CASES)
def test_dates(name: str, arguments: tuple[Any, ...], expected: Any) -> None:
    check(name, arguments, expected)

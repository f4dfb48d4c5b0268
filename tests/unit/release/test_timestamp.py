"""Times are kept to the nanosecond and printed as Go prints them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pyhelm.release.timestamp import Timestamp


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-31T12:00:00Z",
        "2026-01-31T12:00:00.123456789+09:00",
        "2026-01-31T12:00:00.1-02:30",
    ],
)
def test_rfc3339_comes_back(text):
    assert Timestamp.parse(text).rfc3339() == text


@pytest.mark.parametrize("text", ["", "now", "2026-01-31", "2026-01-31T12:00:00", "2026-1-31T1Z"])
def test_what_is_no_time(text):
    with pytest.raises(ValueError, match="RFC 3339"):
        Timestamp.parse(text)


def test_as_go_prints_it():
    moment = Timestamp.parse("2026-02-03T04:05:06.789000001+09:00")
    assert moment.go() == "2026-02-03 04:05:06.789000001 +0900 +0900"
    assert moment.in_zone(UTC).go() == "2026-02-02 19:05:06.789000001 +0000 UTC"
    assert moment.ansic() == "Tue Feb  3 04:05:06 2026"


def test_from_and_to_datetime():
    moment = datetime(2026, 1, 31, 12, 0, 0, 123456, tzinfo=UTC)
    assert Timestamp.of(moment).datetime == moment
    assert Timestamp.of(moment).rfc3339() == "2026-01-31T12:00:00.123456Z"

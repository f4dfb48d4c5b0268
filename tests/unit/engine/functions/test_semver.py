"""Semver: functions with arguments, and what helm's own gave for them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.engine.functions.table import Fails, check

CASES: list[tuple[str, tuple[Any, ...], Any]] = [
    ("semverCompare", (" >= 1 ", "1.16.0-gke.1"), False),
    ("semverCompare", (" >= 1 ", "1.2.3-rc.1.2"), False),
    ("semverCompare", ("!=1.2.3", "1.2.3-\xe9"), Fails("invalid semantic version")),
    ("semverCompare", ("!=x.1", "1.2.3-01"), Fails("version segment starts with 0")),
    ("semverCompare", ("!=x.1", "1.2.7"), True),
    ("semverCompare", ("", "01.2.3"), Fails('improper constraint: ""')),
    ("semverCompare", ("", "1.2.3 "), Fails('improper constraint: ""')),
    ("semverCompare", ("", "1.2.3-rc.1"), Fails('improper constraint: ""')),
    ("semverCompare", ("", "1.2.3-rc.1.2"), Fails('improper constraint: ""')),
    ("semverCompare", ("", "1.2.7"), Fails('improper constraint: ""')),
    ("semverCompare", ("*", "1.2.3-01"), Fails("version segment starts with 0")),
    ("semverCompare", ("*.1", "1.2.3"), True),
    ("semverCompare", ("*.1", "1.2.3-01"), Fails("version segment starts with 0")),
    ("semverCompare", ("*.1", "v"), Fails("invalid semantic version")),
    ("semverCompare", ("1 || ", " 1.2.3"), Fails('improper constraint: " "')),
    ("semverCompare", ("1 || ", "0.0.3"), Fails('improper constraint: " "')),
    ("semverCompare", ("1 || ", "1"), Fails('improper constraint: " "')),
    ("semverCompare", ("1 || ", "1.2.3"), Fails('improper constraint: " "')),
    ("semverCompare", ("1 || ", "1.2.3.4"), Fails('improper constraint: " "')),
    ("semverCompare", ("1 || ", "18446744073709551615.0.0"), Fails('improper constraint: " "')),
    ("semverCompare", ("1 || ", "v"), Fails('improper constraint: " "')),
    ("semverCompare", ("1 || ", "x"), Fails('improper constraint: " "')),
    ("semverCompare", ("1.*.3", "18446744073709551615.0.0"), False),
    ("semverCompare", ("1.2 -1.4", "01.2.3"), Fails('improper constraint: "1.2 -1.4"')),
    ("semverCompare", ("1.2 -1.4", "1.2.3 "), Fails('improper constraint: "1.2 -1.4"')),
    ("semverCompare", ("1.2 || 2.0.0-alpha", "1.02.3"), True),
    ("semverCompare", ("1.2 || 2.0.0-alpha", "1.2.3+build"), True),
    ("semverCompare", ("1.2.3 - ", "1.2.3+build"), Fails('improper constraint: "1.2.3 - "')),
    ("semverCompare", ("1.2.3 - ", "1.2.3-rc.1+b.2"), Fails('improper constraint: "1.2.3 - "')),
    ("semverCompare", ("1.2.3 - ", "10.20.30"), Fails('improper constraint: "1.2.3 - "')),
    ("semverCompare", ("1.2.3 1.2", "1.02.3"), True),
    ("semverCompare", ("1.2.3", "v1.2.3"), True),
    ("semverCompare", ("1.2.3-rc - 2", ""), Fails("invalid semantic version")),
    ("semverCompare", ("1.x", "1"), True),
    ("semverCompare", ("<*", "1.2.3+build"), False),
    ("semverCompare", ("<*", "x"), Fails("invalid semantic version")),
    ("semverCompare", ("=1.2", "0.0.0"), False),
    ("semverCompare", ("=>1.2", "1"), False),
    ("semverCompare", ("=>1.2", "1.2.3-\xe9"), Fails("invalid semantic version")),
    ("semverCompare", ("> 1.2", "-1.0.0"), Fails("invalid semantic version")),
    ("semverCompare", ("> 1.2", "1.2.3.4"), Fails("invalid semantic version")),
    ("semverCompare", (">=1.0, <2.0", "0.1.0"), False),
    ("semverCompare", (">=1.2.3-rc.0", "0.0.0"), False),
    ("semverCompare", (">=1.2.3-rc.0", "1.2.3-01"), Fails("version segment starts with 0")),
    ("semverCompare", (">>1", ""), Fails('improper constraint: ">>1"')),
    ("semverCompare", (">>1", "10.20.30"), Fails('improper constraint: ">>1"')),
    ("semverCompare", ("^0", "1.2.3 "), Fails("invalid semantic version")),
    ("semverCompare", ("^0.1", "1.2"), False),
    ("semverCompare", ("^1.2.3", "-1.0.0"), Fails("invalid semantic version")),
    ("semverCompare", ("^1.2.3-rc", "v1.37.0"), True),
    ("semverCompare", ("^v1.2.3", " 1.2.3"), Fails("invalid semantic version")),
    ("semverCompare", ("^v1.2.3", "1.2.3-rc.1.2"), False),
    ("semverCompare", ("bad", "1.2.3-"), Fails('improper constraint: "bad"')),
    ("semverCompare", ("bad", "1.2.3-\xe9"), Fails('improper constraint: "bad"')),
    ("semverCompare", ("bad", "18446744073709551616.0.0"), Fails('improper constraint: "bad"')),
    ("semverCompare", ("bad", "v1.2.3"), Fails('improper constraint: "bad"')),
    ("semverCompare", ("bad", "x"), Fails('improper constraint: "bad"')),
    ("semverCompare", ("v1.2", "2.0.0-alpha"), False),
    ("semverCompare", ("x", "1.2.3.4"), Fails("invalid semantic version")),
    ("semverCompare", ("x", "10.20.30"), True),
    ("semverCompare", ("||", "0.0.3"), Fails('improper constraint: ""')),
    ("semverCompare", ("||", "1.2"), Fails('improper constraint: ""')),
    ("semverCompare", ("||", "1.2.3-01"), Fails('improper constraint: ""')),
    ("semverCompare", ("||", "1.2.7"), Fails('improper constraint: ""')),
    ("semverCompare", ("||", "v1.37.0"), Fails('improper constraint: ""')),
    ("semverCompare", ("~*", "v1.2.3"), True),
    ("semverCompare", ("~1", "1"), True),
    ("semverCompare", ("~1.2", "18446744073709551615.0.0"), False),
    ("semverCompare", ("~1.2.3-rc.1", "01.2.3"), True),
    ("semverCompare", ("~>1.2", "1.2.3 "), Fails("invalid semantic version")),
]


@pytest.mark.parametrize(("name", "arguments", "expected"), CASES)
def test_semver(name: str, arguments: tuple[Any, ...], expected: Any) -> None:
    check(name, arguments, expected)

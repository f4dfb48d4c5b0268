"""Functions that can make much, and that nothing may make them make too much."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from pyhelm.engine.functions import NAMES, FunctionError, load, load_go
from pyhelm.engine.functions.signatures import SIGNATURES

LARGE = "x" * 1_000_000
HUGE: list[tuple[str, tuple[Any, ...]]] = [
    ("repeat", (2**40, "x")),
    ("indent", (2**40, "x")),
    ("nindent", (10**6, "\n" * 100)),
    ("until", (2**40,)),
    ("untilStep", (0, 2**40, 1)),
    ("seq", (2**40,)),
    ("randAlphaNum", (2**40,)),
    ("randBytes", (2**40,)),
    ("printf", ("%9999999d %9999999d", 1, 2)),
    ("printf", ("%5000000v", [1, 2, 3, 4])),
    ("printf", ("%.9999999f %.9999999f", 1.0, 2.0)),
    ("join", (LARGE, ["x"] * 100)),
    ("cat", (LARGE,) * 20),
    ("replace", ("", LARGE, LARGE)),
    ("wrapWith", (1, LARGE, LARGE)),
    ("regexReplaceAll", ("x", LARGE, LARGE)),
    ("mulf", (1e300,) * 1000),
]


@pytest.mark.parametrize(("name", "arguments"), HUGE, ids=[name for name, _ in HUGE])
def test_huge(name: str, arguments: tuple[Any, ...]) -> None:
    with pytest.raises(FunctionError, match=r"limit|more than"):
        load_go(name)(*arguments)


@pytest.mark.parametrize("name", ["merge", "mergeOverwrite", "deepCopy", "toString", "mustToToml"])
def test_a_dict_in_itself(name: str) -> None:
    one: dict[str, Any] = {"a": 1}
    other: dict[str, Any] = {"a": 1}
    one["self"], other["self"] = one, other
    given = (one, other) if name.startswith("merge") else (one,)
    with pytest.raises(FunctionError, match="nested deeper"):
        load_go(name)(*given)


@pytest.mark.parametrize("pattern", ["^(a+)+$", "^(a|a)*$", "a*a*a*a*a*a*b", "(.*)*x"])
@pytest.mark.parametrize("length", [200, 100_000])
def test_patterns_that_hang_others(pattern: str, length: int) -> None:
    assert not load_go("regexMatch")(pattern, "a" * length + "!")


def test_every_function_is_there() -> None:
    own = {"include", "lookup", "tpl"}
    assert set(SIGNATURES) - own == set(NAMES) - {"len"}
    for name in NAMES:
        assert callable(load(name))
        assert callable(load_go(name))


def test_importing_is_cheap() -> None:
    heavy = ("bcrypt", "cryptography", "datetime", "decimal", "random", "re2", "yaml", "zoneinfo")
    code = "import sys, pyhelm.engine.functions; print(*sorted(sys.modules))"
    run = [sys.executable, "-I", "-S", "-c", f"import sys; sys.path[:] = {sys.path!r}; {code}"]
    loaded = subprocess.run(run, capture_output=True, encoding="utf-8", check=True).stdout.split()
    assert not set(heavy) & set(loaded)

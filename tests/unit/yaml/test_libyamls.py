"""What differs between libyamls decides nothing: brackets as keys, and brackets beyond measure."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from pyhelm._yaml import grammar, reader
from pyhelm.errors import YAMLError
from tests.differential.documents import Grammar

PIECES = (
    "[",
    "[?]",
    "[? ",
    "?",
    "]",
    " ",
    ", ",
    ": ",
    "a",
    "\n",
    "\n ",
    "- ",
    "{",
    "}",
    "! ",
    "&a ",
)


def told(text: str) -> Any:
    try:
        return repr(list(reader._documents(text, "", False)))
    except YAMLError as exc:
        return exc.go, str(exc)


def text(chance: Random) -> str:
    """A document, or brackets with little else."""
    if chance.random() < 0.5:
        return Grammar(chance).document()
    return "".join(chance.choice(PIECES) for _ in range(chance.randint(2, 9)))


@pytest.mark.parametrize("seed", range(2))
def test_tokens_read_as_go_yaml_does_are_what_libyaml_says(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance, libyaml = Random(seed), reader._parser
    texts = [text(chance) for _ in range(3000)]
    usual = [told(made) for made in texts]
    monkeypatch.setattr(
        reader, "_parser", lambda yaml, text: grammar.parser(yaml, libyaml(yaml, text))
    )
    assert [told(made) for made in texts] == usual
    assert sum(isinstance(each, str) for each in usual) > 500


DEEP = {
    "[" * 1100: "YAML:1:201: nested deeper than 200 levels",
    "{" * 5000: "YAML:1:201: nested deeper than 200 levels",
    "a: 1\n" + "[" * 1100: "YAML:2:1026: could not find expected ':'",
    "[" * 1010 + "@": "YAML:1:1011: found character that cannot start any token",
    "[" * 1001 + '"': "YAML:1:1003: found unexpected end of stream",
    "- " * 180 + "[a, " * 210 + "[{" * 50: "YAML:1:441: nested deeper than 200 levels",
}


@pytest.mark.parametrize("deep", DEEP, ids=range(len(DEEP)))
def test_the_bound_is_ours_not_that_of_a_scanner_that_runs_ahead(deep: str) -> None:
    assert told(deep)[1] == DEEP[deep]

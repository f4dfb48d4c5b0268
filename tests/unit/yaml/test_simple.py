"""The quick reader: what it is sure of, libyaml says too."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from pyhelm._yaml import reader, simple
from pyhelm.errors import YAMLError
from tests.differential.documents import Grammar

KEYS = ("a", "b", "c", "d", '"k"', "e.f/g", "'z'", "1", "on", "<<", "-x", "a b")
VALUES = (
    *("", "", "1", "x", '"v"', "foo bar", "[]", "{}", "- 1", "# c", "x #c", '"v" # c', "b: c"),
    *("0x1F", "yes", "12:30", "|", "|-", "|+", ">", "[a, b]", '[ "x", 1 ]', '[a,"b,c"]', ":80"),
    *("&a x", "*a", "!t x", "'it''s'", '"\\n"', "~", "-1", "--x", "?x", "a:", "@x", "日本", "\tx"),
    *("'it''s' # c", ", '", "'a'b'", '"a\\"b"', '"a\\\\"', '"a\\"', '"\\x41"', '"a" b', '"a"#c'),
    *(
        "{} # c",
        "{}# c",
        "[] #",
        '"" # "c"',
        "'' # 'c'",
        '"a\\" # c"',
        '"a\\\\" # c',
        "x  y",
        "null",
    ),
)
TEXTS = (
    *("x", "null", "foo bar", "1", "# c", "x # c", "x #", '"q"', "'q' # c", '"q" x', "[]", "{}"),
    *(
        "a:",
        "a: b",
        "-x",
        "- x",
        "--- x",
        "...",
        "?",
        "? x",
        ":x",
        "x:",
        "*a",
        "&a",
        "|",
        "> x",
        "%x",
    ),
    *("x-y", "http://x", "a, b", "it's", "[a]", "{a: b}", "x ,", "yes", "a  b", "@x", "!x y"),
)
ITEMS = (
    *("", "1", "x", "a: 1", "a:", '"s"', "- b", "# c", "b: c: d", "{}", "|", "[x]", "a: |"),
    '"a": b',
)


def line(chance: Random) -> str:
    kind = chance.random()
    if kind < 0.6:
        return f"{chance.choice(KEYS)}:{chance.choice((' ', ' ', '  ', ''))}{chance.choice(VALUES)}"
    if kind < 0.75:
        return chance.choice(TEXTS)
    if kind < 0.9:
        return f"-{chance.choice((' ', ' ', '', '   '))}{chance.choice(ITEMS)}"
    return chance.choice(("# c", "", "   ", "#", "---", "...", "x", "%a", "- - x"))


def text(chance: Random) -> str:
    """Lines at random depths, or a document of the differential tests' grammar."""
    if chance.random() < 0.1:
        return Grammar(chance).document()
    lines, indent = [], 0
    for _ in range(chance.randint(1, 7)):
        indent = max(0, indent + chance.choice((0, 0, 0, 2, 2, -2, 1, -1, 4, -4)))
        lines.append(" " * indent + line(chance))
    return "\n".join(lines) + chance.choice(("", "\n", "\n\n"))


def slowly(text: str) -> Any:
    try:
        return next(reader._documents(text, "", False), None)
    except YAMLError as exc:
        return exc


@pytest.mark.parametrize("seed", range(4))
def test_what_it_is_sure_of_is_what_libyaml_says(seed: int) -> None:
    chance, sure = Random(seed), 0
    for _ in range(6000):
        made = text(chance)
        found = simple.read(made, only_first=True)
        if found is not simple.UNSURE:
            sure += 1
            assert repr(found) == repr(slowly(made)), made
    assert sure > 300


def test_the_first_of_several_documents() -> None:
    several = "# c\n---\na: |\n  x\n\n---\nb: [\n"
    assert simple.read(several, only_first=True) == {"a": "x\n"}
    assert simple.read(several) is simple.UNSURE
    assert simple.read("---\n---\na: 1\n", only_first=True) is None


READ: dict[str, Any] = {
    "a: 1\nb:\n- x\n- k: z\n  w: [a, 'b']\n": {"a": 1, "b": ["x", {"k": "z", "w": ["a", "b"]}]},
    "# only a comment\n": None,
    "a:\n  b:\n    c: |\n      x\n\n       y\n  d: e\n": {"a": {"b": {"c": "x\n\n y\n"}, "d": "e"}},
    "a: |-\n  x\nb: z": {"a": "x", "b": "z"},
    "a:\n  {}\nb:\n": {"a": {}, "b": None},
    "{}": {},
    "a: yes\nb: 'yes'\nc: 010\nd: 1.10\n": {"a": True, "b": "yes", "c": 8, "d": 1.1},
    "a: one\n  two\n\n  three\nb:\n  null\nc:\n- x\n  y\n": {
        "a": "one two\nthree",
        "b": None,
        "c": ["x y"],
    },
    "a: |-\nb: |\n# c\nc: |\n  x\n # c\n": {"a": "", "b": "", "c": "x\n"},
    'a: \'it\'\'s\'\nb: "\\"x\\\\y\\n"\nc: "x" # c\nd: {} # c\n': {
        "a": "it's",
        "b": '"x\\y\n',
        "c": "x",
        "d": {},
    },
}


@pytest.mark.parametrize("made", READ)
def test_it_is_sure_of_what_manifests_are_made_of(made: str) -> None:
    assert simple.read(made) == READ[made] == slowly(made)

"""Random version constraints, against random versions."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

from tests.differential.referee import Referee, Tally, write_chart

OPERATORS = ("", "", "=", "!=", ">", "<", ">=", "<=", "=>", "=<", "~", "~>", "^", "==", "~=", "!")
NUMBERS = ("0", "1", "2", "3", "10", "01", "x", "X", "*")
ENDINGS = ("", "", "", "-0", "-alpha", "-rc.1", "+build", "-1+b.2", "-rc.01", "-", "+", "-é")
TEMPLATE = """\
{{- $constraint := .Values.constraint }}
{{- range $index, $version := .Values.versions }}
v{{ $index }}: {{ semverCompare $constraint $version }}
{{- end }}
"""


def version(chance: Random, *, loose: bool = True) -> str:
    """A version, or nearly; `loose` ones may have wildcards and be no version at all."""
    numbers = NUMBERS if loose else NUMBERS[:5]
    count = chance.choice((1, 2, 3, 3, 3, 4)) if loose else 3
    text = ".".join(chance.choice(numbers) for _ in range(count))
    return (
        chance.choice(("", "", "", "v")) + text + chance.choice(ENDINGS if loose else ENDINGS[:8])
    )


def constraint(chance: Random) -> str:
    """Terms joined by blanks, commas, `||` or as a range with a hyphen."""

    def term() -> str:
        if chance.random() < 0.1:
            return f"{version(chance)} - {version(chance)}"
        return chance.choice(OPERATORS) + chance.choice(("", "", " ")) + version(chance)

    joints = (chance.choice((", ", ",", " ", " || ", "||")) for _ in range(3))
    text = term()
    for joint in joints:
        if chance.random() < 0.3:
            text += joint + term()
    return text


def fuzz(referee: Referee, where: Path, seed: int, count: int) -> Tally:
    """Compare `count` constraints, each against twenty versions; one in ten is none."""
    chance, tally = Random(seed), Tally()
    for _ in range(count):
        text = constraint(chance)
        versions = [version(chance, loose=chance.random() < 0.005) for _ in range(20)]
        values = json.dumps({"constraint": text, "versions": versions})
        files = {"values.yaml": values, "templates/t.yaml": TEMPLATE}
        what = f"{text!r} {versions}"
        referee.compare(tally, what, "template", "r", str(write_chart(where, files)))
    return tally

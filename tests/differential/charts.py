"""Real charts with random values, where the corpus lies beside the project."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

from pyhelm.chart.load import load
from tests.differential.referee import Referee, Tally

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
JSON: tuple[Any, ...] = (
    *(True, False, None, 0, 1, -1, 1.5, 1e21, "", "text", "a: b", "{{ .Release.Name }}"),
    *([], {}, ["a"], {"a": "b"}, [{"name": "x"}], [1, None], {"enabled": True}, "日本", " ", "0"),
)
SET = ("x", "1", "true", "null", "{a,b}", "", "{}", "1.5", "a\\,b", "x y", "0123", "-")
EDGES = ("[0]", ".sub", "[2].name", ".a\\.b", "", "", "", "", "")


def archives() -> list[Path]:
    """Every chart of the corpus; none where there is no corpus."""
    return sorted(CORPUS.glob("*/charts*/*.tgz"))


def paths(values: Any, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The path of every value, mappings' own included."""
    if not isinstance(values, dict):
        return
    for key, value in values.items():
        path = (*before, str(key).replace(".", "\\.").replace(",", "\\,"))
        yield path
        yield from paths(value, path)


def flags(chance: Random, known: list[tuple[str, ...]]) -> Iterator[str]:
    """A few values flags that set something the chart has."""
    for _ in range(chance.randint(1, 4)):
        path = ".".join(chance.choice(known))
        kind = chance.random()
        if kind < 0.6:
            yield f"--set-json={path}={json.dumps(chance.choice(JSON))}"
        elif kind < 0.9:
            yield f"--set={path}{chance.choice(EDGES)}={chance.choice(SET)}"
        else:
            yield f"--set-string={path}={chance.choice(SET)}"


def fuzz(referee: Referee, where: Path, seed: int, count: int) -> Tally:
    """Compare `count` renders, each of a chart and flags chosen by chance."""
    chance, tally, charts = Random(seed), Tally(), archives()
    for _ in range(count if charts else 0):
        archive = chance.choice(charts)
        known = list(paths(load(archive).values)) or [("x",)]
        line = [*flags(chance, known), *chance.choice(((), ("--include-crds",), ("--is-upgrade",)))]
        what = f"{archive.name} {' '.join(line)}"
        referee.compare(tally, what, "template", "r", str(archive), *line)
    return tally

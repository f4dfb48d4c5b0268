"""Running commands, in this process or in one of their own, as users with homes of their own."""

from __future__ import annotations

import io
import json
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

UNFIT = re.compile(
    r"\[WARNING\] templates/[^\n]*(is an? \w+ where an? \w+ is needed|duplicate entries)[^\n]*\n"
)
"""What only PyHelm's lint warns of: what no server takes."""


@dataclass(frozen=True)
class Run:
    """What a command did: its exit code, and what it printed."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def transcript(self) -> str:
        """All of it, as golden files have it."""
        return f"exit {self.code}\n--- out\n{self.out}--- err\n{self.err}"


Runner = Callable[..., Run]


def run_here(words: Sequence[str], env: Mapping[str, str], stdin: str = "", **options: Any) -> Run:
    """A command line of PyHelm's, in this process; `options` are those of `run`."""
    # Not sooner: what a conftest imports is imported before a worker measures what is reached.
    from pyhelm.cli.run import run
    from pyhelm.cli.terminal import Terminal

    out, err = io.StringIO(), io.StringIO()
    code = run(list(words), terminal=Terminal(out, err, io.StringIO(stdin)), env=env, **options)
    return Run(code, out.getvalue(), err.getvalue())


def homes(directory: Path) -> dict[str, str]:
    """The variables that keep repositories, caches and plugins below a directory."""
    return {f"HELM_{k}_HOME": str(directory / k.lower()) for k in ("CACHE", "CONFIG", "DATA")}


def stranger(directory: Path) -> dict[str, str]:
    """The environment of somebody whose homes are here and who has no cluster."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("HELM_", "KUBE"))}
    return {**kept, **homes(directory)}

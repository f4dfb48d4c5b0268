"""The same command line for helm, a whole process, and for PyHelm, in this one."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from tests.commands import homes, run_here

OUR_WORDS = (
    "Error: cannot load values.yaml: ",  # has file, line and column
    "Error: failed parsing --set",  # has the place; a null may become a mapping
    "Error: chart dependencies processing failed: type mismatch on ",  # shows no value
)
"""Refusals for which PyHelm has words of its own on purpose."""


@dataclass(frozen=True)
class Answer:
    """An exit code, and what was printed: the output, or the error where there is one."""

    code: int
    text: str


@dataclass
class Tally:
    """How many answers were compared, how many of them were helm's refusals, what differed."""

    compared: int = 0
    refused: int = 0
    found: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        counts = f"{self.compared} compared, {self.refused} of them refused by helm"
        return "\n".join([f"{counts}, {len(self.found)} different", *self.found])


@dataclass(frozen=True)
class Referee:
    """Real helm, and a home for both that nobody else uses."""

    helm: Path
    home: Path

    def compare(self, tally: Tally, what: str, *arguments: str) -> bool:
        """Count one command line; whether both said the same."""
        theirs = self.theirs(*arguments)
        ours = self.ours(*arguments)
        tally.compared += 1
        tally.refused += theirs.code != 0
        if theirs.code and theirs.text.startswith(OUR_WORDS):
            return True
        # What changes from run to run, a password say, or a pointer's address, is nobody's fault.
        if ours == theirs or self.theirs(*arguments) != theirs:
            return True
        tally.found.append(f"--- {what}\nhelm {_shown(theirs)}\npyhelm {_shown(ours)}")
        return False

    def theirs(self, *arguments: str) -> Answer:
        """What helm says."""
        env = {"PATH": os.environ["PATH"], **homes(self.home)}
        done = subprocess.run([self.helm, *arguments], env=env, capture_output=True)
        printed = done.stderr if done.returncode else done.stdout
        return _answer(done.returncode, printed.decode("utf-8", "surrogateescape"))

    def ours(self, *arguments: str) -> Answer:
        """What PyHelm says."""
        done = run_here(arguments, homes(self.home))
        return _answer(done.code, done.err if done.code else done.out)


def _answer(code: int, text: str) -> Answer:
    """Without warnings, in which helm shows values; a schema's findings have no fixed order."""
    if not code:
        return Answer(code, text.strip())
    lines = [line for line in text.strip().split("\n") if not line.startswith("level=")]
    if "the schema(s)" in text:
        lines = sorted(re.sub(UNWANTED, _in_order, line) for line in lines)
    return Answer(code, "\n".join(lines))


UNWANTED = re.compile("(?<=additional properties )'.*'(?= not allowed)")


def _in_order(names: re.Match[str]) -> str:
    return ", ".join(sorted(names[0].split(", ")))


def _shown(answer: Answer) -> str:
    return f"({answer.code}): {answer.text[-600:]}"


def write_chart(where: Path, files: dict[str, str]) -> Path:
    """A chart of these files, its Chart.yaml included."""
    described = {"Chart.yaml": "apiVersion: v2\nname: fuzz\nversion: 0.1.0\n", **files}
    for name, text in described.items():
        path = where / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
    return where


def words(text: str) -> list[str]:
    """The words of a text, which is easier to read than a list of them."""
    return text.split()

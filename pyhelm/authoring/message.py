"""One finding of lint, as Helm prints it."""

from __future__ import annotations

from enum import IntEnum

from pyhelm._dataclass import dataclass


class Severity(IntEnum):
    """How bad a message is."""

    INFO = 1
    WARNING = 2
    ERROR = 3


@dataclass(frozen=True, slots=True)
class LintMessage:
    """One finding; as text it is what Helm prints."""

    severity: Severity
    path: str
    text: str

    def __str__(self) -> str:
        if not self.path and self.severity is Severity.ERROR and self.text.startswith("Error "):
            return self.text
        return f"[{self.severity.name}] {self.path}: {self.text}"


def error(path: str, text: str) -> LintMessage:
    """Something that is wrong."""
    return LintMessage(Severity.ERROR, path, text)


def warning(path: str, text: str) -> LintMessage:
    """Something that is probably wrong; `--strict` fails for it."""
    return LintMessage(Severity.WARNING, path, text)


def information(path: str, text: str) -> LintMessage:
    """Something that could be better."""
    return LintMessage(Severity.INFO, path, text)

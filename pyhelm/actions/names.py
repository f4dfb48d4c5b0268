"""Release names: which are allowed, and how they are made when none is given."""

from __future__ import annotations

from datetime import datetime

from pyhelm._lazy import lazy_pattern
from pyhelm.errors import UsageError

MAX_LENGTH = 53
"""Helm's limit, so that charts can put something behind the name."""

_NAME = lazy_pattern(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\Z")
_ENDS = "abcdefghijklmnopqrstuvwxyz0123456789"
_WORDS = lazy_pattern(r'"[^"]*"|\S+')
_INTEGER = lazy_pattern(r"-?\d+")
_TEMPLATE = lazy_pattern(r"\{\{-?\s*(.*?)\s*-?\}\}")


def check(name: str) -> None:
    """Raise UsageError, in Helm's words, for a name that Kubernetes would not take."""
    if not name:
        raise UsageError("no name provided")
    # A name without dots is decided without `re`.
    plain = name[0] in _ENDS and name[-1] in _ENDS and not name.strip(f"{_ENDS}-")
    if len(name) > MAX_LENGTH or not (plain or _NAME.match(name)):
        raise UsageError(
            "invalid release name, must match regex "
            "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$ and the length "
            f"must not be longer than {MAX_LENGTH}"
        )


def generated(chart: str, now: datetime) -> str:
    """`--generate-name`: the chart's name and the seconds since 1970."""
    return f"{chart.partition('.')[0]}-{int(now.timestamp())}"


def from_template(template: str) -> str:
    """`--name-template`: text with Sprig functions, such as `x-{{ randAlpha 5 | lower }}`.

    Function calls with plain arguments, piped into each other; raises UsageError for the rest.
    """
    try:
        return _TEMPLATE.sub(lambda match: str(_pipeline(match[1])), template)
    except (KeyError, ValueError, TypeError) as exc:
        raise UsageError(f"--name-template {template!r} can't be used: {exc}") from exc


def _pipeline(text: str) -> object:
    value: object = None
    for position, call in enumerate(text.split("|")):
        arguments = [_literal(word) for word in _WORDS.findall(call)]
        piped = [value] if position else []
        value = _call(arguments, piped)
    return value


def _call(words: list[object], piped: list[object]) -> object:
    from pyhelm.engine import functions

    name = str(words[0])
    if name not in functions.NAMES:
        if len(words) == 1 and not piped:
            return words[0]
        raise ValueError(f'function "{name}" not defined')
    return functions.load(name)(*words[1:], *piped)


def _literal(word: str) -> object:
    if word.startswith('"'):
        return word.strip('"')
    return int(word) if _INTEGER.fullmatch(word) else word

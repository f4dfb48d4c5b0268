"""Release names: which are allowed, and how they are made when none is given."""

from __future__ import annotations

from pyhelm._datetime import datetime
from pyhelm._lazy import lazy_pattern
from pyhelm.errors import RenderError, UsageError

MAX_LENGTH = 53
"""Helm's limit, so that charts can put something behind the name."""

_NAME = lazy_pattern(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\Z")
_ENDS = "abcdefghijklmnopqrstuvwxyz0123456789"


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
    """`--name-template`: a Go template with Sprig's functions, `x-{{ randAlpha 5 | lower }}`.

    Raises UsageError with Go's message.
    """
    from pyhelm.engine.gotemplate.plain import SPRIG, text_of

    try:
        return text_of(template, None, name="name-template", functions=SPRIG)
    except RenderError as exc:
        raise UsageError(str(exc)) from exc

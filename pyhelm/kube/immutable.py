"""Which of the server's refusals say that a field can't change on an object that exists."""

from __future__ import annotations

from pyhelm._lazy import lazy_pattern
from pyhelm._typing import Any, Mapping
from pyhelm.errors import Invalid

_WORDS = lazy_pattern(
    r"immutable|may not (?:be )?changed?\b|can ?not (?:be )?changed?\b|[Uu]pdates to .* forbidden"
)
"""As the API server, and the CEL rules of custom resources, say it; there is no code for it."""


def immutable_fields(error: BaseException | None) -> tuple[str, ...]:
    """The fields that can't change, where that alone keeps the server from taking the object.

    Empty for any other error, and where something else is wrong with the object too: to delete it
    and create it again would then lose it.
    """
    if not isinstance(error, Invalid):
        return ()
    causes: list[Mapping[str, Any]] = (error.status.get("details") or {}).get("causes") or []
    if not all(_WORDS.search(str(cause.get("message"))) for cause in causes):
        return ()
    return tuple(dict.fromkeys(str(cause.get("field") or "a field") for cause in causes))

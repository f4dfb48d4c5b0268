"""What the API server warns of beside its answer: deprecated versions, unknown fields."""

from __future__ import annotations

from pyhelm._lazy import lazy_pattern, logger_of
from pyhelm._typing import Mapping
from pyhelm.kube.cluster import ObjectRef

log = logger_of(__name__)

_WARNING = lazy_pattern(r'299 [^ ]+ "((?:[^"\\]|\\.)*)"')
"""One of RFC 7234's; the API server sends no other code."""

_ESCAPED = lazy_pattern(r"\\(.)")


class ServerWarnings:
    """Tells of each warning about an object once."""

    def __init__(self) -> None:
        self._told: set[tuple[ObjectRef, str]] = set()

    def tell(self, ref: ObjectRef, headers: Mapping[str, str]) -> None:
        """Log what an answer's headers warn of."""
        for found in _WARNING.finditer(headers.get("Warning", "")):
            text = _ESCAPED.sub(r"\1", found[1])
            if (ref, text) not in self._told:
                self._told.add((ref, text))
                log.warning("%s %s: %s", ref.kind, ref.name, text)

"""Whether an object is what a request made whose answer was lost."""

from __future__ import annotations

from binascii import b2a_base64

from pyhelm._typing import Any, Callable, TypeAlias
from pyhelm.kube.cluster import Object

_VERBATIM = ("type", "data", "binaryData", "immutable")
"""What the server stores as it is sent; it defaults and rewrites other fields."""

_CHANGING = ("resourceVersion", "uid", "generation", "creationTimestamp", "managedFields")

Ours: TypeAlias = Callable[[Object, Object], bool]


def created(live: Object, sent: Object) -> bool:
    """Whether a create made this: its labels, its annotations, and what it holds."""
    return _has(_metadata(live), _metadata(sent)) and all(
        _has(live.get(key), value) for key, value in _verbatim(sent).items()
    )


def replaced(live: Object, sent: Object) -> bool:
    """Whether a replacement made this: everything that it sent is there."""
    return _has({**live, "metadata": _metadata(live)}, {**sent, "metadata": _metadata(sent)})


def _metadata(obj: Object) -> Any:
    return {k: v for k, v in (obj.get("metadata") or {}).items() if k not in _CHANGING}


def _verbatim(sent: Object) -> Object:
    found = {key: sent[key] for key in _VERBATIM if key in sent}
    texts = sent.get("stringData") or {}
    if texts:
        # The server keeps these as data.
        coded = {k: b2a_base64(str(v).encode(), newline=False).decode() for k, v in texts.items()}
        found["data"] = {**(found.get("data") or {}), **coded}
    return found


def _has(live: Any, sent: Any) -> bool:
    """Whether everything sent is there; what is empty may have been dropped."""
    if sent in (None, "", {}, []):
        return not live
    if isinstance(sent, dict):
        return isinstance(live, dict) and all(_has(live.get(key), sent[key]) for key in sent)
    if isinstance(sent, list):
        same = isinstance(live, list) and len(live) == len(sent)
        return same and all(_has(one, other) for one, other in zip(live, sent, strict=True))
    return bool(live == sent)

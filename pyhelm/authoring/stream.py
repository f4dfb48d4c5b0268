"""The documents of a manifest as Kubernetes' own decoder takes them, one by one.

It reads a text that begins with a brace as JSON values, and what is no JSON as YAML after all; it
ends at the first fault, for all that follows would be a guess.
"""

from __future__ import annotations

from pyhelm import _yaml
from pyhelm._lazy import lazy_pattern
from pyhelm._typing import Any, Iterator
from pyhelm.authoring import structs
from pyhelm.authoring.structs import Shape
from pyhelm.engine.functions.quoting import from_octets, octets
from pyhelm.errors import YAMLError

SEPARATOR = "---"

_BLANKS = " \t\r\n"
_PLACE = lazy_pattern(r"^json: offset \d+: ")


class StreamError(Exception):
    """What ends a stream, in the decoder's words; the callers make messages of it."""


def objects(text: str, shape: Shape) -> Iterator[dict[str, Any]]:
    """The documents that are objects of this shape; raises StreamError at the first fault."""
    braced = text.lstrip().startswith("{")
    found = _json_first(text, shape) if braced else _yaml_objects(text, shape)
    yield from (value for value in found if value is not None)


def _json_first(text: str, shape: Shape) -> Iterator[Any]:
    at, count = 0, 0
    while text[at:].strip(_BLANKS):
        try:
            value, at = _json_object(text, at, shape)
        except StreamError as exc:
            # Two values make it JSON; before that it may be YAML in its flow style.
            if count > 1:
                raise StreamError(_PLACE.sub("", str(exc))) from exc
            yield from _after_json(text[at:], shape, exc)
            return
        count += 1
        yield value


def text_of(data: bytes) -> str:
    """Bytes as text; those that are none are kept, so that the document's reader says so."""
    try:
        return _yaml.decode(data)
    except YAMLError:
        return from_octets(data)


def documents(text: str) -> Iterator[str]:
    """The texts between separators; raises StreamError for a separator with words behind it."""
    kept: list[str] = []
    for line in _lines(text):
        if line.startswith(SEPARATOR):
            rest = line.removeprefix(SEPARATOR).strip()
            if rest and not rest.startswith("#"):
                raise StreamError(f"invalid Yaml document separator: {rest}")
            if kept:
                yield "".join(kept)
                kept = []
        else:
            kept.append(f"{line}\n")
    if kept:
        yield "".join(kept)


def _lines(text: str) -> list[str]:
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    return lines if lines[-1] else lines[:-1]


def _yaml_objects(text: str, shape: Shape) -> Iterator[Any]:
    yield from (decoded(document, shape) for document in documents(text))


def decoded(document: str | bytes, shape: Shape) -> Any:
    """The first document of a YAML text; raises StreamError for what Go could not read so."""
    try:
        value = _yaml.load(document if isinstance(document, bytes) else octets(document))
    except YAMLError as exc:
        raise StreamError(f"error converting YAML to JSON: {exc.go}") from exc
    fault = structs.mismatch(value, shape)
    if fault:
        raise StreamError(f"{structs.FRAME}{fault}")
    return value


def _json_object(text: str, at: int, shape: Shape) -> tuple[Any, int]:
    from pyhelm.engine.functions.json import value_end

    end, fault = value_end(text, at)
    if fault and end >= len(text):
        raise StreamError("unexpected EOF")
    if fault:
        offset = len(text[: end + 1].encode("utf-8", "surrogatepass"))
        raise StreamError(f"json: offset {offset}: {fault}")
    value = _yaml.from_json(text[at:end])
    mismatch = structs.mismatch(value, shape, json=True)
    if mismatch:
        raise StreamError(mismatch)
    return value, end


def _after_json(rest: str, shape: Shape, first: StreamError) -> Iterator[Any]:
    """The rest as YAML; where its first document is none either, the JSON's fault is told."""
    begin = _blank_end(rest)
    if begin is None:
        raise first
    found = _yaml_objects(rest[begin:], shape)
    try:
        value = next(found, None)
    except StreamError as exc:
        raise first from exc
    yield value
    yield from found


def _blank_end(rest: str) -> int | None:
    """Where YAML begins: after blanks, up to the first line's end; None in the last four bytes."""
    size = len(rest.encode("utf-8", "surrogatepass"))
    ends = (at for at, char in enumerate(rest) if char == "\n" or not char.isspace())
    at = next(ends, size)
    return None if size - at < 4 else at + (rest[at] == "\n")

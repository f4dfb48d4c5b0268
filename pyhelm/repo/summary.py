"""What `search repo` looks at: of each chart's versions five texts, kept by the index's digest.

Of the usual layout they are taken from the lines with one pattern, since reading fifteen thousand
versions as YAML takes seconds; a chart with anything unusual is read as YAML.
"""

from __future__ import annotations

from pyhelm import _yaml
from pyhelm._cache import Cache
from pyhelm._lazy import lazy_pattern, lazy_pattern_bytes, logger_of
from pyhelm._typing import Any, Mapping, TypeAlias
from pyhelm.chart.metadata import API_VERSIONS
from pyhelm.chart.versions import parse_version
from pyhelm.errors import RepositoryError
from pyhelm.repo.index import Entries, RepoIndex

logger = logger_of(__name__)

Row: TypeAlias = "tuple[str, str, str, str, str]"
"""Version, name, app version, description, keywords with a blank between them."""

_FIELDS = lazy_pattern_bytes(
    rb"\n  (?:(- )|  (?=a|d|k|n|t|v))"
    rb"(?:(apiVersion|appVersion|description|keywords|name|type|version)"
    rb":([^\n]*+)((?:\n {5,}+[^\n]*+)*+(?:\n    - [^\n]*+)*+))?"
)
_UNUSUAL = (b"-\n", b"- null", b"- ~", b" alias: ", b"\t", b" null\n", b" ~\n")
"""What can make an entry invalid, or change what its lines mean."""

_TEXT = lazy_pattern(
    r" *(?:\"([^\"\\\\]*)\"|'([^']*)'|(\d+\.\d+\.\d+[\w.+-]*|[A-Za-z][^:#]*(?::[^ ][^:#]*)*)) *"
)
_FOLDED = lazy_pattern(r" *[A-Za-z][^:#]*(?:[:#][^\s:#][^:#]*)*")


def summary(index: RepoIndex, source: str, cache: Cache) -> dict[str, list[Row]]:
    """The rows of each chart, the newest version first."""
    key = f"{index.key}.search"
    kept = cache.get(key) if index.key else None
    if kept is None:
        kept = {name: _rows(index.entries, name, source) for name in index.entries}
        if index.key:
            cache.put(key, kept)
    found: dict[str, list[Row]] = kept
    return found


def _rows(entries: Mapping[str, Any], name: str, source: str) -> list[Row]:
    quick = _quick(entries.block(name)) if isinstance(entries, Entries) else None
    if quick is not None:
        return quick
    try:
        versions = entries[name]
    except RepositoryError as exc:
        logger.warning("skipping chart", name=name, source=source, error=exc)
        return []
    found = []
    for each in versions:
        data = each.metadata
        words = " ".join(data.keywords)
        found.append((each.version, data.name, data.app_version, data.description, words))
    return found


def _quick(block: bytes) -> list[Row] | None:
    """The rows of a plain block; None where that can't be told."""
    if not block or any(mark in block for mark in _UNUSUAL):
        return None
    if block[block.find(b"\n") :].startswith(b"\n    - "):
        # Items two columns deeper than Helm writes them.
        block = block.replace(b"\n  ", b"\n")
    rows: list[Row] = []
    fields: dict[bytes, str] | None = None
    for dash, key, value, more in _FIELDS.findall(block):
        if dash:
            if fields is not None and not _add(rows, fields):
                return None
            fields = {}
        if key:
            text = _words(value, more) if key == b"keywords" else _value(value, more)
            if fields is None or text is None or key in fields:
                return None
            fields[key] = text
    if fields is None or not _add(rows, fields):
        return None
    return _sorted(rows)


def _add(rows: list[Row], fields: dict[bytes, str]) -> bool:
    """Whether an entry is valid beyond doubt; it is added then."""
    get = fields.get
    name, version = get(b"name", ""), get(b"version", "")
    if get(b"apiVersion", "v1") not in API_VERSIONS or get(b"type", "") not in _TYPES:
        return False
    if not name or "/" in name or "\\" in name or not version:
        return False
    rows.append(
        (version, name, get(b"appVersion", ""), get(b"description", ""), get(b"keywords", ""))
    )
    return True


_TYPES = ("", "application", "library")


def _sorted(rows: list[Row]) -> list[Row] | None:
    try:
        return sorted(rows, key=lambda row: parse_version(row[0]), reverse=True)
    except ValueError:
        return None


_texts: dict[bytes, str | None] = {}


def _value(value: bytes, more: bytes) -> str | None:
    """A text as it is written in most indexes, also one that goes on in the next lines."""
    if more:
        return _folded(value + more) if b"\n    -" not in more else None
    if value not in _texts:
        if len(_texts) > 50000:
            _texts.clear()
        _texts[value] = _plain(value)
    return _texts[value]


def _plain(value: bytes) -> str | None:
    try:
        text = value.decode()
    except UnicodeDecodeError:
        return None
    found = _TEXT.fullmatch(text)
    if found is None or not text.isprintable():
        return None
    plain: str | None = found[3]
    if plain is None:
        return found[1] if found[1] is not None else found[2]
    return plain.strip() if _yaml.resolve(plain.strip()) == plain.strip() else None


def _folded(value: bytes) -> str | None:
    try:
        lines = value.decode().split("\n")
    except UnicodeDecodeError:
        return None
    text = " ".join(line.strip() for line in lines)
    if not text.isprintable() or not all(line.strip() for line in lines):
        return None
    return text if _FOLDED.fullmatch(text) and " #" not in text and ": " not in text else None


def _words(value: bytes, more: bytes) -> str | None:
    """A list of words, one on each line."""
    if value.strip() not in (b"", b"[]") or b"\n     " in more:
        return None
    words = [_value(line[1:], b"") for line in more.split(b"\n    -")[1:]]
    return None if None in words else " ".join(filter(None, words))

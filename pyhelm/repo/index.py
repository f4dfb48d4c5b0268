"""`index.yaml`: which charts and versions a repository offers, and where each archive is.

The format is Helm's ("The Chart Repository Guide"), YAML or JSON. Repeated keys are refused
(CVE-2020-15185); an entry that is not a valid chart is left out with a warning, as in Helm.
"""

from __future__ import annotations

import json
import marshal

from pyhelm import _yaml
from pyhelm._cache import Cache
from pyhelm._dataclass import dataclass, field, replace
from pyhelm._lazy import lazy_pattern, logger_of
from pyhelm._suggestion import suggestion
from pyhelm._typing import Any, Iterable, Iterator, Mapping
from pyhelm.chart import metadata as chart_metadata
from pyhelm.chart.model import Metadata
from pyhelm.chart.versions import Constraint, Version, parse_version
from pyhelm.errors import ChartError, ChartNotFound, PyHelmError, RepositoryError, YAMLError
from pyhelm.repo.layout import Layout, layout

logger = logger_of(__name__)

RANGE = lazy_pattern(r"[\^~<>=!*]|\|\||\s-\s|^[^-+]*[xX]")
"""What makes a version a range rather than the name of one version."""


@dataclass(frozen=True, slots=True)
class ChartVersion:
    """One version of one chart: its metadata, where its archive is, and the archive's sha256."""

    metadata: Metadata
    urls: tuple[str, ...] = ()
    created: str = ""
    removed: bool = False
    digest: str = ""

    @property
    def name(self) -> str:
        """The chart's name."""
        return self.metadata.name

    @property
    def version(self) -> str:
        """The chart's version."""
        return self.metadata.version

    def to_dict(self) -> dict[str, Any]:
        """The entry in Helm's form; what the format does not know is left out."""
        row = chart_metadata.to_dict(self.metadata)
        row.pop("engine", None)
        row.update(urls=list(self.urls), created=self.created or "0001-01-01T00:00:00Z")
        if self.removed:
            row["removed"] = True
        if self.digest:
            row["digest"] = self.digest
        return row


@dataclass(frozen=True, slots=True)
class RepoIndex:
    """A repository's index; each chart's versions run from the newest to the oldest."""

    entries: Mapping[str, tuple[ChartVersion, ...]] = field(default_factory=dict)
    generated: str = ""
    annotations: Mapping[str, str] = field(default_factory=dict)
    key: str = ""
    """By which things made of this index are kept in the cache."""

    def find(self, name: str, version: str = "") -> ChartVersion:
        """The newest version that fits: an exact one first, else a constraint.

        Without `version`, the newest that is not a prerelease. Raises ChartNotFound.
        """
        versions = self.entries.get(name)
        if versions is None:
            raise ChartNotFound(f"no chart name found{self.meant(name)}")
        exact = next((each for each in versions if version and each.version == version), None)
        if exact is not None:
            return exact
        try:
            found = _first_fitting(versions, version or "*")
        except ValueError as exc:
            raise ChartNotFound(str(exc)) from exc
        if found is None:
            raise ChartNotFound(f"no chart version found for {name}-{version}".rstrip("-"))
        if version and not RANGE.search(version):
            logger.warning(
                "unable to find exact version requested; falling back to closest available version",
                chart=name,
                requested=version,
                selected=found.version,
            )
        return found

    def versions(self, name: str) -> tuple[ChartVersion, ...]:
        """A chart's versions, newest first; none where it has no such chart."""
        return self.entries.get(name, ())

    def meant(self, name: str) -> str:
        """The end of an error for a name that is in no entry: what may have been meant."""
        return suggestion(name, self.entries)

    def merged(self, older: RepoIndex) -> RepoIndex:
        """This index and whatever versions only `older` has."""
        names = [*self.entries, *(name for name in older.entries if name not in self.entries)]
        entries = {}
        for name in names:
            own = self.entries.get(name, ())
            known = {each.version for each in own}
            extra = [v for v in older.entries.get(name, ()) if v.version not in known]
            if own or extra:
                entries[name] = newest_first([*own, *extra])
        return replace(self, entries=entries)

    def to_dict(self) -> dict[str, Any]:
        """The whole document in Helm's form."""
        document: dict[str, Any] = {
            "apiVersion": "v1",
            "entries": {
                name: [version.to_dict() for version in versions]
                for name, versions in self.entries.items()
            },
            "generated": self.generated,
        }
        if self.annotations:
            document["annotations"] = dict(self.annotations)
        return document

    def _in_order(self) -> dict[str, Any]:
        """The document in the order of Helm's structs, in which JSON has it; maps are sorted."""
        document = self.to_dict()
        rows = document["entries"]
        for row in (row for each in rows.values() for row in each):
            if "annotations" in row:
                row["annotations"] = dict(sorted(row["annotations"].items()))
        found: dict[str, Any] = {"apiVersion": "v1", "generated": self.generated}
        found["entries"] = {name: rows[name] for name in sorted(rows)}
        if self.annotations:
            found["annotations"] = dict(sorted(self.annotations.items()))
        return found

    def dump(self, *, as_json: bool = False) -> bytes:
        """The text of `index.yaml`, ending in a newline."""
        if as_json:
            return _yaml.to_json(self._in_order(), indent="  ", sort_keys=False).encode()
        return _yaml.dump(self.to_dict()).encode()


def parse(data: bytes, source: str) -> RepoIndex:
    """Read a whole index; `source` names it in errors. Raises RepositoryError."""
    document = _checked(_document(_filled(data, source), source), source)
    rows = document.get("entries") or {}
    return _index(document, {str(n): _versions(str(n), each, source) for n, each in rows.items()})


def read(data: bytes, source: str, cache: Cache | None = None) -> RepoIndex:
    """An index whose charts are read when they are asked for; raises RepositoryError.

    Of the usual layout nothing is read but the chart's own lines; what was read as a whole is kept
    in the cache, by the document's digest. Names that are there twice are refused at once, other
    repeated keys when their chart is read.
    """
    cache = cache or Cache()
    key = cache.key(b"index", _filled(data, source)) if cache.directory else ""
    kept = cache.get(key)
    if kept is None:
        kept = _taken_apart(data, source)
        cache.put(key, kept)
    head, blocks, rows = kept
    return _index(head, Entries(data, blocks, rows, source), key)


class Entries(Mapping[str, "tuple[ChartVersion, ...]"]):
    """The charts of an index, each read on its first use."""

    def __init__(
        self,
        data: bytes,
        blocks: Mapping[str, tuple[int, int]],
        rows: Mapping[str, bytes],
        source: str,
    ) -> None:
        self._data, self._blocks, self._rows, self._source = data, blocks, rows, source
        self._known: dict[str, tuple[ChartVersion, ...]] = {}

    def __getitem__(self, name: str) -> tuple[ChartVersion, ...]:
        if name not in self._known:
            self._known[name] = _versions(name, self._read(name), self._source)
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._blocks or self._rows)

    def __len__(self) -> int:
        return len(self._blocks or self._rows)

    def __contains__(self, name: object) -> bool:
        return name in self._blocks or name in self._rows

    def block(self, name: str) -> bytes:
        """A chart's lines, where the index is one of lines; else nothing."""
        start, end = self._blocks.get(name, (0, 0))
        return self._data[start:end]

    def _read(self, name: str) -> Any:
        if name in self._rows:
            return marshal.loads(self._rows[name])
        start, _ = self._blocks[name]
        try:
            document = _yaml.load(self.block(name), self._source, strict=True)
        except YAMLError as exc:
            raise _unreadable(exc, self._data.count(b"\n", 0, start)) from exc
        return document[name] if isinstance(document, dict) else None


def _unreadable(fault: YAMLError, above: int) -> RepositoryError:
    """What is wrong with a chart's lines, by their place in the whole file."""
    line = fault.line + above if fault.line else 0
    moved = YAMLError(
        fault.problem, source=fault.source, line=line, column=fault.column, hint=fault.hint
    )
    return RepositoryError(f"error loading {moved}")


def _taken_apart(data: bytes, source: str) -> tuple[dict[str, Any], Any, Any]:
    """The head of a document, the places of its charts, and the charts that have no place."""
    plain = _layout(data, source)
    if plain is not None:
        return _checked(_document(plain.head, source), source), dict(plain.blocks), {}
    document = _checked(_document(data, source), source)
    rows = document.pop("entries", None) or {}
    return document, {}, {str(name): marshal.dumps(each) for name, each in rows.items()}


def _layout(data: bytes, source: str) -> Layout | None:
    if data.lstrip()[:1] == b"{":
        return None
    try:
        return layout(data)
    except YAMLError as exc:
        moved = YAMLError(exc.problem, source=source, line=exc.line)
        raise RepositoryError(f"error loading {moved}") from exc


def _filled(data: bytes, source: str) -> bytes:
    if not data.strip():
        raise RepositoryError(f"error loading {source}: empty index.yaml file")
    return data


def _checked(document: dict[str, Any], source: str) -> dict[str, Any]:
    if not document.get("apiVersion"):
        raise RepositoryError(f"error loading {source}: no API version specified")
    rows = document.get("entries")
    if rows is not None and not isinstance(rows, dict):
        raise RepositoryError(f"error loading {source}: 'entries' is not a mapping")
    return document


def _index(
    head: Mapping[str, Any], entries: Mapping[str, tuple[ChartVersion, ...]], key: str = ""
) -> RepoIndex:
    annotations = head.get("annotations")
    return RepoIndex(
        entries=entries,
        generated=str(head.get("generated") or ""),
        annotations=annotations if isinstance(annotations, dict) else {},
        key=key,
    )


def newest_first(versions: Iterable[ChartVersion]) -> tuple[ChartVersion, ...]:
    """Sorted by semantic version; what is none comes last."""
    return tuple(sorted(versions, key=_rank, reverse=True))


def _document(data: bytes, source: str) -> dict[str, Any]:
    try:
        document = _from_json(data) if data.lstrip()[:1] == b"{" else None
        if document is None:
            document = _yaml.load(data, source, strict=True)
    except YAMLError as exc:
        raise RepositoryError(f"error loading {exc}") from exc
    if not isinstance(document, dict):
        raise RepositoryError(f"error loading {source}: not an index: no mapping at the top")
    return document


def _from_json(data: bytes) -> Any:
    """The document if it is JSON, which is far faster to read; else None."""
    try:
        return json.loads(data, object_pairs_hook=_unique)
    except (ValueError, RecursionError):
        return None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("repeated key")
    return found


def _versions(name: str, rows: Any, source: str) -> tuple[ChartVersion, ...]:
    if not isinstance(rows, list):
        error = "its versions are not a list"
        logger.warning("skipping chart", name=name, source=source, error=error)
        return ()
    found = []
    for row in rows:
        try:
            found.append(version_of(row))
        except PyHelmError as exc:
            about = {"name": name, "source": source, "error": exc}
            logger.warning("skipping loading invalid entry for chart", **about)
    return newest_first(found)


def version_of(row: Any) -> ChartVersion:
    """One entry of an index; raises ChartError for what is no valid chart."""
    if not isinstance(row, dict):
        raise ChartError("empty entry")
    metadata = chart_metadata.from_dict({"apiVersion": "v1", **row})
    # JFrog's indexes lose aliases, which makes two dependencies look alike; Helm lets them pass.
    faults = [f for f in chart_metadata.faults(metadata) if "more than one dependency" not in f]
    if faults:
        raise ChartError("; ".join(faults))
    urls = row.get("urls")
    return ChartVersion(
        metadata=metadata,
        urls=tuple(str(url) for url in urls if url) if isinstance(urls, list) else (),
        created=str(row.get("created") or ""),
        removed=row.get("removed") is True,
        # A digest that YAML takes for a number is wrong rather than missing.
        digest="" if row.get("digest") is None else str(row["digest"]),
    )


def _first_fitting(versions: Iterable[ChartVersion], text: str) -> ChartVersion | None:
    constraint = Constraint.parse(text)
    for each in versions:
        version = _parsed(each.version)
        if version is not None and constraint.check(version):
            return each
    return None


def _parsed(text: str) -> Version | None:
    try:
        return parse_version(text)
    except ValueError:
        return None


def _rank(each: ChartVersion) -> tuple[bool, Any]:
    version = _parsed(each.version)
    return (version is not None, version)

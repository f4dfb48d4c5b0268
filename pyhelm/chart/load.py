"""Loading charts from directories, archives and bytes, as Helm's loader does."""

from __future__ import annotations

import os
import stat

from pyhelm._dataclass import replace
from pyhelm._datetime import UTC, datetime
from pyhelm._lazy import logger_of
from pyhelm._typing import TYPE_CHECKING, Any, Iterable, Iterator
from pyhelm.chart import metadata
from pyhelm.chart.documents import Documents, read_values
from pyhelm.chart.limits import BOM, MAX_SIZE
from pyhelm.chart.model import Chart, File, Lock, Metadata, Values
from pyhelm.errors import ArchiveError, ChartError, YAMLError

if TYPE_CHECKING:
    from pathlib import Path

    from pyhelm.chart import ignore

logger = logger_of(__name__)

_KINDS = {list: "list", str: "text", bool: "boolean"}
_MISSING = "Chart.yaml file is missing"

MAX_NESTING = 32
"""Levels of subcharts in subcharts; an archive in an archive in … must end somewhere."""


def load(path: str | Path, *, cache: str = "") -> Chart:
    """The chart in a directory or `.tgz` file; raises ChartError or ArchiveError.

    `cache` is a directory for what its YAML said.
    """
    path = os.fspath(path)
    if os.path.isdir(path):
        documents = Documents(cache, path)
        chart = load_files(list(read_directory(path)), path, documents=documents)
        documents.save()
        return _told(chart, path)
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError as exc:
        raise ChartError(f"load chart {path}: {(exc.strerror or str(exc)).lower()}") from exc
    return load_archive(data, path, cache=cache)


def load_archive(data: bytes, source: str = "", *, cache: str = "") -> Chart:
    """The chart in the bytes of a `.tgz`; raises ChartError or ArchiveError."""
    documents = Documents(cache, source)
    chart = _unpacked(data, source, documents, 0)
    documents.save()
    return _told(chart, source)


def _told(chart: Chart, source: str) -> Chart:
    logger.debug("chart loaded", name=chart.name, version=chart.metadata.version, source=source)
    return chart


def _unpacked(data: bytes, source: str, documents: Documents, depth: int) -> Chart:
    files = documents.unpack(data, source)
    return load_files(files, source, documents=documents, depth=depth)


def load_files(
    files: Iterable[File], source: str = "", *, documents: Documents | None = None, depth: int = 0
) -> Chart:
    """The chart that files (paths relative to its top) make up; raises ChartError."""
    documents = documents or Documents()
    if depth > MAX_NESTING:
        raise ChartError(f"{source}: subcharts are nested deeper than {MAX_NESTING} levels")
    files = tuple(files)
    by_name = {file.name: file for file in files}
    info = _metadata(by_name, source, documents)
    dependencies = tuple(_subcharts(files, info.name, documents, depth))
    schema = by_name.get("values.schema.json")
    return Chart(
        metadata=info,
        values=_values(by_name.get("values.yaml"), source, documents),
        templates=tuple(file for file in files if file.name.startswith("templates/")),
        files=tuple(file for file in files if _is_plain(file.name, info)),
        schema=schema.data if schema else None,
        lock=_lock(by_name, source),
        dependencies=dependencies,
        raw=files,
        modtime=by_name["Chart.yaml"].modtime,
        schema_modtime=schema.modtime if schema else "",
    )


def load_values(data: bytes, source: str) -> Values:
    """The values in a file: its documents merged in order; raises YAMLError or ChartError."""
    return _merged(read_values(data, source), source)


def _merged(documents: Iterable[Any], source: str) -> Values:
    merged: Values = {}
    for document in documents:
        if document is None:
            continue
        if not isinstance(document, dict):
            kind = _KINDS.get(type(document), "number")
            raise ChartError(f"{source}: values are a mapping of names to values, not a {kind}")
        merged = merge_maps(merged, document)
    return merged


def merge_maps(below: Values, above: Values) -> Values:
    """Two values trees; the second wins, mappings are merged at every level (Helm: MergeMaps)."""
    merged = dict(below)
    for key, value in above.items():
        under = merged.get(key)
        both = isinstance(value, dict) and isinstance(under, dict)
        merged[key] = merge_maps(under, value) if both else value  # type: ignore[arg-type]
    return merged


def read_directory(root: str | Path) -> Iterator[File]:
    """The files of a chart's directory that .helmignore leaves, in the order of their names.

    Links are followed, as Helm does with a warning; devices, pipes and loops are refused.
    """
    if not os.path.exists(os.path.join(root, "Chart.yaml")):
        raise ChartError(f"load chart {root}: Chart.yaml file is missing")
    rules = _ignore_rules(root)
    left = MAX_SIZE
    for path, name in _walk(os.fspath(root), "", rules, ()):
        data, modified = _read_regular(path, name, left)
        left -= len(data)
        moment = datetime.fromtimestamp(modified, UTC)
        yield File(name, data.removeprefix(BOM), _rfc3339(moment))


def _walk(
    directory: str, prefix: str, rules: tuple[ignore.Rule, ...], above: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    from pyhelm.chart import ignore

    real = os.path.realpath(directory)
    if real in above:
        raise ChartError(f"load chart: {directory} is a link to a directory above it")
    try:
        entries = sorted(os.scandir(directory), key=lambda entry: entry.name)
    except OSError as exc:
        raise ChartError(f"load chart: read {directory}: {exc.strerror}") from exc
    for entry in entries:
        name = f"{prefix}{entry.name}"
        is_dir = entry.is_dir()
        if ignore.is_ignored(rules, name, is_dir=is_dir):
            continue
        if entry.is_symlink():
            logger.info(
                "found symbolic link in path. Contents of linked file included and used",
                path=entry.path,
                resolved=os.path.realpath(entry.path),
            )
        if is_dir:
            yield from _walk(entry.path, f"{name}/", rules, (*above, real))
        else:
            yield entry.path, name


def _read_regular(path: str, name: str, left: int) -> tuple[bytes, float]:
    """A file's bytes, and when it was changed."""
    try:
        info = os.stat(path)
        if not stat.S_ISREG(info.st_mode):
            raise ChartError(f"cannot load irregular file {path} as it has file mode type bits set")
        if info.st_size > left:
            raise ChartError(f"{name}: the chart is larger than {MAX_SIZE} bytes")
        with open(path, "rb") as file:
            return file.read(), info.st_mtime
    except OSError as exc:
        raise ChartError(f"error reading {name}: {exc.strerror or exc}") from exc


def _ignore_rules(root: str | Path) -> tuple[ignore.Rule, ...]:
    from pyhelm.chart import ignore

    path, text = os.path.join(root, ".helmignore"), ""
    if os.path.isfile(path):
        with open(path, encoding="utf-8", errors="replace") as file:
            text = file.read()
    rules = ignore.parse(text, path)
    ignore.check(rules)
    return rules


def _metadata(by_name: dict[str, File], source: str, documents: Documents) -> Metadata:
    file = by_name.get("Chart.yaml")
    if file is None:
        raise ChartError(f"{source}: {_MISSING}" if source else _MISSING)
    info = metadata.parse(file.data, _place(source, "Chart.yaml"), documents.load)
    requirements = by_name.get("requirements.yaml")
    if requirements is not None:
        info = _with_requirements(info, requirements, source, documents)
    metadata.check(info)
    return info


def _with_requirements(info: Metadata, file: File, source: str, documents: Documents) -> Metadata:
    """requirements.yaml of an apiVersion v1 chart (Helm reads it for v2 too, with a warning)."""
    if info.api_version != "v1":
        logger.warning(
            'Dependencies are handled in Chart.yaml since apiVersion "v2". We recommend migrating '
            "dependencies to Chart.yaml."
        )
    try:
        document = documents.load(file.data, _place(source, file.name)) or {}
    except YAMLError as exc:
        raise ChartError(f"cannot load requirements.yaml: {exc}") from exc
    rows = document.get("dependencies") if isinstance(document, dict) else None
    if rows is not None and not isinstance(rows, list):
        raise ChartError("cannot load requirements.yaml: dependencies is not a list")
    found = tuple(metadata.dependency(row) for row in rows or ())
    return replace(info, dependencies=found or info.dependencies)


def _values(file: File | None, source: str, documents: Documents) -> Values:
    if file is None:
        return {}
    try:
        place = _place(source, "values.yaml")
        return _merged(documents.load_values(file.data, place), place)
    except (YAMLError, ChartError) as exc:
        raise ChartError(f"cannot load values.yaml: {exc}") from exc


def _lock(by_name: dict[str, File], source: str) -> Lock | None:
    for name in ("requirements.lock", "Chart.lock"):
        if name in by_name:
            return metadata.parse_lock(by_name[name].data, _place(source, name))
    return None


def _is_plain(name: str, info: Metadata) -> bool:
    """Whether a file is one of `.Files`: no template, no subchart, none of the chart's papers."""
    if name.startswith("templates/"):
        return False
    if name.startswith("charts/"):
        return name.endswith(".prov")
    if name in ("requirements.yaml", "requirements.lock"):
        return info.api_version == "v1"
    return name not in ("Chart.yaml", "Chart.lock", "values.yaml", "values.schema.json")


def _subcharts(
    files: Iterable[File], parent: str, documents: Documents, depth: int
) -> Iterator[Chart]:
    """The charts in `charts/`: directories and archives; names with `_` or `.` are passed over."""
    groups: dict[str, list[File]] = {}
    for file in files:
        if file.name.startswith("charts/") and not file.name.endswith(".prov"):
            name, _, rest = file.name.removeprefix("charts/").partition("/")
            groups.setdefault(name, []).append(File(rest, file.data, file.modtime))
    for name, members in groups.items():
        if name.startswith(("_", ".")):
            continue
        try:
            yield _subchart(name, members, documents, depth)
        except ChartError as exc:
            text = f"error unpacking subchart {name} in {parent}: {exc}"
            raise type(exc)(text) from exc


def _subchart(name: str, members: list[File], documents: Documents, depth: int) -> Chart:
    if name.endswith(".tgz"):
        if members[0].name:
            raise ArchiveError(f"expected an archive {name}, got a directory")
        return _unpacked(members[0].data, name, documents, depth + 1)
    named = [member for member in members if member.name]
    return load_files(named, documents=documents, depth=depth + 1)


def _place(source: str, name: str) -> str:
    return f"{source}/{name}" if source else name


def _rfc3339(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")

"""What lint stands on: the files of a chart, in a directory or in an archive as if unpacked.

Lint looks at some files by themselves, whatever .helmignore says, and loads the chart besides.
"""

from __future__ import annotations

import os

from pyhelm import _yaml
from pyhelm._dataclass import dataclass, replace
from pyhelm._typing import Mapping
from pyhelm.authoring import stream, structs
from pyhelm.chart import archive, ignore, load, metadata
from pyhelm.chart.model import Chart, File
from pyhelm.errors import ChartError, PyHelmError

_GZIP = b"\x1f\x8b\x08"

_PAPERS = (
    ("Chart.yaml", structs.METADATA),
    ("Chart.lock", structs.LOCK),
    ("requirements.lock", structs.LOCK),
    ("requirements.yaml", structs.METADATA),
)
"""The files that Helm's loader decodes, with their structs."""


@dataclass(frozen=True, slots=True)
class Ground:
    """A chart's place; `packed` are the files of an archive, None means a directory."""

    path: str
    packed: Mapping[str, bytes] | None = None

    def exists(self, name: str) -> bool:
        """Whether there is such a file or directory."""
        if self.packed is None:
            return os.path.exists(self._at(name))
        return name in self.packed or self.is_directory(name)

    def is_directory(self, name: str) -> bool:
        """Whether there is a directory of this name."""
        if self.packed is None:
            return os.path.isdir(self._at(name))
        return any(each.startswith(f"{name}/") for each in self.packed)

    def read(self, name: str) -> bytes:
        """A file's bytes; raises ChartError in Helm's words."""
        if self.packed is not None and name in self.packed:
            return self.packed[name]
        try:
            with open(self._at(name), "rb") as file:
                return file.read()
        except OSError as exc:
            verb = "read" if isinstance(exc, IsADirectoryError) else "open"
            raise ChartError(f"{verb} {self._at(name)}: {_reason(exc)}") from exc

    def files(self) -> list[File]:
        """What .helmignore leaves, as the loader sees it; raises ChartError."""
        if self.packed is None:
            return _read(self.path)
        text = self.packed.get(".helmignore", b"").decode("utf-8", "replace")
        rules = ignore.parse(text, f"{self.path}: .helmignore")
        ignore.check(rules)
        return [File(name, data) for name, data in self.packed.items() if ignore.keeps(rules, name)]

    def _at(self, name: str) -> str:
        return os.path.join(self.path, name)


def _read(path: str) -> list[File]:
    try:
        return list(load.read_directory(path))
    except ChartError as exc:
        link = exc.__cause__.filename if isinstance(exc.__cause__, FileNotFoundError) else ""
        if not link or not os.path.islink(link):
            raise
        end = os.path.realpath(link)
        text = f"error evaluating symlink {link}: lstat {end}: no such file or directory"
        raise ChartError(text) from exc


def find(path: str) -> Ground:
    """The ground that a path names; raises ChartError where no Chart.yaml is."""
    if path.endswith((".tgz", ".tar.gz")):
        return Ground(path, _unpacked(path))
    definition = os.path.normpath(os.path.join(path, "Chart.yaml"))
    try:
        os.stat(definition)
    except OSError as exc:
        raise ChartError(
            f"unable to check Chart.yaml file in chart: stat {definition}: {_reason(exc)}"
        ) from exc
    return Ground(os.path.abspath(path))


def chart_of(ground: Ground) -> Chart:
    """The chart that stands there; raises ChartError in Helm's words."""
    files = ground.files()
    fault = _unreadable({file.name: file.data for file in files})
    if fault:
        raise ChartError(fault)
    try:
        return _loaded(files)
    except PyHelmError as exc:
        # Helm: the first fault is all that is said.
        raise ChartError(str(exc).split("\nvalidation: ")[0]) from exc


def _loaded(files: list[File]) -> Chart:
    """The chart; Helm's lint loads those of an unknown apiVersion, too."""
    data = next((file.data for file in files if file.name == "Chart.yaml"), b"")
    document = _yaml.load(data) or {}
    version = structs.text(structs.member(document, "apiVersion"))
    if version in ("", *metadata.API_VERSIONS):
        return load.load_files(files)
    known = _yaml.dump({**document, "apiVersion": "v2"}).encode()
    chart = load.load_files([_with(file, known) for file in files])
    return replace(chart, metadata=replace(chart.metadata, api_version=version))


def _with(file: File, definition: bytes) -> File:
    return replace(file, data=definition) if file.name == "Chart.yaml" else file


def _unreadable(files: Mapping[str, bytes]) -> str:
    """Which file of a chart, or of a subchart's directory, Go can't decode; empty when none."""
    for name, shape in _PAPERS:
        try:
            stream.decoded(files.get(name, b""), shape)
        except stream.StreamError as exc:
            return f"cannot load {name}: {exc}"
    fault = _values_fault(files.get("values.yaml", b""))
    if fault:
        return f"cannot load values.yaml: {fault}"
    return _unreadable_subchart(files)


def _values_fault(data: bytes) -> str:
    try:
        documents = list(stream.documents(stream.text_of(data)))
    except stream.StreamError as exc:
        return f"error reading yaml document: {exc}"
    for document in documents:
        try:
            stream.decoded(document, structs.VALUES)
        except stream.StreamError as exc:
            return f"cannot unmarshal yaml document: {exc}"
    return ""


def _unreadable_subchart(files: Mapping[str, bytes]) -> str:
    charts: dict[str, dict[str, bytes]] = {}
    for file, data in files.items():
        folder, _, below = file.partition("/")
        name, _, rest = below.partition("/")
        if folder == "charts" and not name.startswith(("_", ".")):
            charts.setdefault(name, {})[rest] = data
    parent = structs.text(structs.member(_yaml.load(files.get("Chart.yaml", b"")) or {}, "name"))
    for name, members in charts.items():
        packed = members.get("") if name.endswith(".tgz") else None
        fault = _unreadable(members) if packed is None else _header_fault(packed)
        if fault:
            return f"error unpacking subchart {name} in {parent}: {fault}"
    return ""


def _unpacked(path: str) -> dict[str, bytes]:
    try:
        with open(path, "rb") as file:
            data = file.read()
    except IsADirectoryError as exc:
        raise ChartError(f"unable to extract tarball: read {path}: {_reason(exc)}") from exc
    except OSError as exc:
        raise ChartError(f"unable to open tarball: open {path}: {_reason(exc)}") from exc
    if fault := _header_fault(data):
        raise ChartError(f"unable to extract tarball: {fault}")
    try:
        files = {file.name: file.data for file in archive.read_archive(data, path)}
    except ChartError as exc:
        text = str(exc).removeprefix(f"{path}: ")
        raise ChartError(f"unable to extract tarball: {text}") from exc
    _check_name(files)
    return files


def _header_fault(data: bytes) -> str:
    """What Go's gzip says of bytes that are none (a header has ten); empty when they are."""
    if data.startswith(_GZIP):
        return ""
    if len(data) >= 10:
        return "gzip: invalid header"
    return "unexpected EOF" if data else "EOF"


def _check_name(files: Mapping[str, bytes]) -> None:
    """Helm unpacks into a directory that has the chart's name, so it must be a file's name."""
    try:
        document = stream.decoded(files.get("Chart.yaml", b""), structs.METADATA)
    except stream.StreamError as exc:
        raise ChartError(f"unable to extract tarball: cannot load Chart.yaml: {exc}") from exc
    name = structs.text(structs.member(document or {}, "name"))
    if not name:
        raise ChartError("unable to extract tarball: chart name not specified")
    if name in (".", ".."):
        raise ChartError(f'unable to extract tarball: chart name "{name}" is not allowed')
    if "/" in name:
        text = f'chart name "{name}" must not contain path separators'
        raise ChartError(f"unable to extract tarball: {text}")


def _reason(exc: OSError) -> str:
    return (exc.strerror or str(exc)).lower()

"""`create`: a new chart from the starter in this package, or from one of the user's."""

from __future__ import annotations

import os
from pathlib import Path

from pyhelm import _yaml
from pyhelm._lazy import lazy_pattern, logger_of
from pyhelm._typing import Iterator
from pyhelm.chart import load, metadata
from pyhelm.chart.model import ENGINE_ANNOTATION, Chart, File, Metadata
from pyhelm.errors import ChartError

logger = logger_of(__name__)

STARTERS = {
    "jinja": Path(__file__).with_name("starter"),
    "gotpl": Path(__file__).with_name("starter_gotpl"),
}
"""The starter for each template engine."""

PLACEHOLDER = b"<CHARTNAME>"
MAX_NAME = 250

_NAME = lazy_pattern(r"[a-zA-Z0-9._-]+\Z")


def create(
    name: str, directory: str | Path = ".", *, engine: str = "jinja", starter: str | Path = ""
) -> Path:
    """Make the chart `name` in `directory`; returns its directory. Raises ChartError.

    Directories that are missing are made. Files that are there already are written over, with a
    warning, as in Helm. In a starter's templates and values the text `<CHARTNAME>` becomes the
    chart's name.
    """
    check_name(name)
    if engine not in STARTERS:
        raise ChartError(f'invalid engine "{engine}": must be one of: {", ".join(STARTERS)}')
    root = Path(directory, name)
    _check_free(root)
    files = _from_starter(Path(starter), name) if starter else _own(engine, name)
    for file in tuple(files):
        _write(root / file.name, file.data)
    (root / "charts").mkdir(parents=True, exist_ok=True)
    return root


def check_name(name: str) -> None:
    """Refuse names that a chart can't have, in Helm's words; raises ChartError."""
    if not 1 <= len(name) <= MAX_NAME:
        raise ChartError(f"chart name must be between 1 and {MAX_NAME} characters")
    if not _NAME.match(name) or name in (".", ".."):
        raise ChartError('chart name must match the regular expression "^[a-zA-Z0-9._-]+$"')


def _check_free(root: Path) -> None:
    """Refuse a place that a file is in the way of."""
    for each in (root, *root.parents):
        if each.exists() and not each.is_dir():
            raise ChartError(f"file {each} already exists and is not a directory")


def _own(engine: str, name: str) -> Iterator[File]:
    """The starter of this package, every `<CHARTNAME>` replaced."""
    for file in _tree(STARTERS[engine]):
        yield _named(file, _quoted(name) if file.name == "Chart.yaml" else name)


def _quoted(name: str) -> str:
    """A name as YAML has it: `123` and `null` are names, too."""
    return _yaml.dump(name).strip()


def _from_starter(starter: Path, name: str) -> Iterator[File]:
    """A user's starter: its templates and values with the name, its Chart.yaml made anew."""
    try:
        chart = load.load(starter)
    except ChartError as exc:
        raise ChartError(f"could not load {starter}: {exc}") from exc
    for file in chart.raw:
        if file.name == "Chart.yaml":
            yield File(file.name, _definition(chart, name))
        elif file.name == "values.yaml" or file.name.startswith("templates/"):
            yield _named(file, name)
        else:
            yield file


def _definition(starter: Chart, name: str) -> bytes:
    """Helm: nothing of the starter's own Chart.yaml stays; its template engine has to."""
    is_jinja = starter.metadata.template_engine == "jinja"
    made = Metadata(
        name=name,
        description="A Helm chart for Kubernetes",
        type="application",
        version="0.1.0",
        app_version="0.1.0",
        api_version="v2",
        engine="jinja" if is_jinja else "",
        annotations={ENGINE_ANNOTATION: "jinja"} if is_jinja else {},
    )
    return _yaml.dump(metadata.to_dict(made)).encode()


def _named(file: File, name: str) -> File:
    return File(file.name, file.data.replace(PLACEHOLDER, name.encode()))


def _tree(root: Path) -> Iterator[File]:
    for folder, _, names in sorted(os.walk(root)):
        for name in sorted(names):
            path = Path(folder, name)
            yield File(path.relative_to(root).as_posix(), path.read_bytes())


def _write(path: Path, data: bytes) -> None:
    if path.exists():
        logger.warning('File "%s" already exists. Overwriting.', path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as exc:
        raise ChartError(f"write {path}: {exc.strerror or exc}") from exc

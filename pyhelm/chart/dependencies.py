"""Dependencies of a chart: the lock's digest, and whether each is there; nothing is fetched."""

from __future__ import annotations

import hashlib
from pathlib import Path

from pyhelm import _yaml
from pyhelm._dataclass import replace
from pyhelm._typing import Any, Iterable, Sequence
from pyhelm.chart import ignore, load
from pyhelm.chart.metadata import dependency_dict
from pyhelm.chart.model import Chart, Dependency, Lock
from pyhelm.chart.versions import Constraint, is_strict, parse_version
from pyhelm.errors import ChartError


def digest(wanted: Iterable[Dependency], locked: Iterable[Dependency]) -> str:
    """What Chart.lock says of the dependencies that it was made for (Helm: HashReq)."""
    rows = [[dependency_dict(each) for each in wanted], [dependency_dict(each) for each in locked]]
    return _sha256(rows)


def digest_v2(wanted: Iterable[Dependency]) -> str:
    """The digest of locks that Helm 2 made."""
    return _sha256({"dependencies": [dependency_dict(each) for each in wanted]})


def is_current(lock: Lock, wanted: Sequence[Dependency]) -> bool:
    """Whether a lock was made for these dependencies."""
    return lock.digest == digest(wanted, lock.dependencies)


def _sha256(rows: Any) -> str:
    text = _yaml.to_json(rows, sort_keys=False)
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def declared(chart: Chart) -> bool:
    """Whether a chart says what its dependencies are, be it that there are none (`[]`)."""
    names = ("requirements.yaml", "Chart.yaml")
    documents = (_yaml.load(file.data, file.name) for file in chart.raw if file.name in names)
    return any(
        isinstance(each, dict) and isinstance(each.get("dependencies"), list) for each in documents
    )


def status(path: Path, chart: Chart, wanted: Dependency) -> str:
    """Whether a chart has a dependency, in Helm's words: ok (an archive), unpacked, missing, …

    `path` is where the chart was loaded from, a directory or an archive.
    """
    try:
        archive = _archive_of(path / "charts", wanted.name)
    except _Unclear as exc:
        return str(exc)
    if archive is not None:
        return _archive_status(archive, wanted)
    found = [child for child in chart.dependencies if child.name == wanted.name]
    if not found:
        return "missing"
    return _version_status(found[-1].metadata.version, wanted) or "unpacked"


class _Unclear(Exception):
    """Which archive is a dependency's can't be said; the text is the status."""


def _archive_of(folder: Path, name: str) -> Path | None:
    """The archive of a chart; raises _Unclear."""
    try:
        fits = ignore.pattern(f"{name}-*.tgz", name)
    except ChartError as exc:
        raise _Unclear("bad pattern") from exc
    entries = folder.iterdir() if folder.is_dir() else ()
    found = [each for each in entries if fits(each.name)]
    if len(found) > 1:
        # Helm: one archive may be called anything; of several those count that end in a version.
        found = [each for each in found if is_strict(_version_in(each, name))]
    if len(found) > 1:
        raise _Unclear("too many matches")
    return found[0] if found else None


def _version_in(archive: Path, name: str) -> str:
    return archive.name.removesuffix(".tgz").removeprefix(f"{name}-")


def _archive_status(path: Path, wanted: Dependency) -> str:
    try:
        chart = load.load(path)
    except ChartError:
        return "corrupt"
    if chart.name != wanted.name:
        return "misnamed"
    return _version_status(chart.metadata.version, wanted) or "ok"


def _version_status(version: str, wanted: Dependency) -> str:
    """What is wrong with the version that is there; empty if nothing is."""
    if version == wanted.version:
        return ""
    try:
        fits = Constraint.parse(wanted.version).check(parse_version(version))
    except ValueError:
        return "invalid version"
    return "" if fits else "wrong version"


def locked(wanted: Dependency, version: str) -> Dependency:
    """What a lock keeps of a dependency."""
    return replace(Dependency(name=wanted.name), version=version, repository=wanted.repository)

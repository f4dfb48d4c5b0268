"""Dependencies of a chart: the lock's digest, and whether each is there; nothing is fetched."""

from __future__ import annotations

import hashlib
from pathlib import Path

from pyhelm import _yaml
from pyhelm._dataclass import replace
from pyhelm._typing import Any, Iterable, Sequence
from pyhelm.chart import archive, load
from pyhelm.chart.metadata import dependency_dict
from pyhelm.chart.model import Chart, Dependency, Lock
from pyhelm.chart.versions import Constraint, parse_version
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


def status(path: Path, chart: Chart, wanted: Dependency) -> str:
    """Whether a chart has a dependency, in Helm's words: ok (an archive), unpacked, missing, …

    `path` is where the chart was loaded from, a directory or an archive.
    """
    if wanted.version and not _is_constraint(wanted.version):
        return "invalid version"
    archives = sorted((path / "charts").glob(f"{wanted.name}-*.tgz"))
    fitting = [path for path in archives if is_archive_of(path, wanted.name)]
    if len(fitting) > 1:
        return _several(fitting, wanted)
    if fitting:
        return _archive_status(fitting[0], wanted)
    found = [child for child in chart.dependencies if child.name == wanted.name]
    if not found:
        return "missing"
    return _found_status(wanted.name, found[-1].metadata.version, wanted, "unpacked")


def is_archive_of(path: Path, name: str) -> bool:
    """Whether an archive's name is the chart's and a version, not a longer chart's name."""
    rest = path.name.removeprefix(f"{name}-").removesuffix(".tgz")
    try:
        parse_version(rest)
    except ValueError:
        return False
    return True


def _several(paths: list[Path], wanted: Dependency) -> str:
    ok = [path for path in paths if _archive_status(path, wanted) == "ok"]
    return "ok" if len(ok) == 1 else "too many matches"


def _archive_status(path: Path, wanted: Dependency) -> str:
    try:
        chart = load.load_files(archive.read_archive(path.read_bytes(), str(path)))
    except (ChartError, OSError):
        return "corrupt"
    return _found_status(chart.name, chart.metadata.version, wanted, "ok")


def _found_status(name: str, version: str, wanted: Dependency, good: str) -> str:
    if name != wanted.name:
        return "misnamed"
    if version != wanted.version and wanted.version:
        try:
            fits = Constraint.parse(wanted.version).check(parse_version(version))
        except ValueError:
            return "invalid version"
        if not fits:
            return "wrong version"
    return good


def _is_constraint(text: str) -> bool:
    try:
        Constraint.parse(text)
    except ValueError:
        return False
    return True


def locked(wanted: Dependency, version: str) -> Dependency:
    """What a lock keeps of a dependency."""
    return replace(Dependency(name=wanted.name), version=version, repository=wanted.repository)

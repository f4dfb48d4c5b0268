"""`pyhelm search repo`: words or a regular expression over the cached indexes, ranked as Helm's."""

from __future__ import annotations

import re
from functools import cmp_to_key

from pyhelm._dataclass import dataclass
from pyhelm._lazy import logger_of
from pyhelm._typing import Iterable, Iterator
from pyhelm.chart.versions import Constraint, parse_version
from pyhelm.errors import RepositoryError
from pyhelm.repo import cache, file
from pyhelm.repo.index import ChartVersion
from pyhelm.repo.options import SearchOptions
from pyhelm.settings import Settings

logger = logger_of(__name__)


@dataclass(frozen=True, slots=True)
class SearchResult:
    """A chart version that matches; `name` is `repo/chart`."""

    name: str
    chart: ChartVersion
    score: int = 0


def search(settings: Settings, keyword: str, options: SearchOptions) -> list[SearchResult]:
    """What matches, best first; an empty keyword matches everything.

    A result's score is the place of the match: name, `repo/name`, description, keywords. Raises
    RepositoryError without repositories, or for a bad expression or constraint.
    """
    constraint = _constraint(options)
    matches = list(_matching(_candidates(settings), keyword, options.regexp))
    matches.sort(key=cmp_to_key(_order))
    return list(_fitting(matches, constraint, options.versions))


def _constraint(options: SearchOptions) -> Constraint:
    text = options.version or (">0.0.0-0" if options.devel else ">0.0.0")
    try:
        return Constraint.parse(text)
    except ValueError as exc:
        raise RepositoryError(f"an invalid version/constraint format: {exc}") from exc


def _candidates(settings: Settings) -> Iterator[SearchResult]:
    entries = file.load(settings.repository_config)
    if not entries:
        raise RepositoryError("no repositories configured")
    for entry in entries:
        try:
            index = cache.load_index(settings.repository_cache, entry.name)
        except RepositoryError as exc:
            logger.warning("repo is corrupt or missing repo=%s error=%s", entry.name, exc)
            continue
        for name, versions in index.entries.items():
            for version in versions:
                yield SearchResult(f"{entry.name}/{name}", version)


def _matching(found: Iterable[SearchResult], keyword: str, regexp: bool) -> Iterator[SearchResult]:
    if not keyword:
        yield from found
        return
    try:
        # Helm: literal searches ignore case, expressions don't.
        pattern = re.compile(keyword) if regexp else re.compile(re.escape(keyword.lower()))
    except re.error as exc:
        raise RepositoryError(f"error parsing regexp: {keyword!r}: {exc}") from exc
    for result in found:
        line = _line(result) if regexp else _line(result).lower()
        match = pattern.search(line)
        if match is not None:
            score = line.count("\v", 0, match.start())
            yield SearchResult(result.name, result.chart, score)


def _line(result: SearchResult) -> str:
    metadata = result.chart.metadata
    return "\v".join(
        (metadata.name, result.name, metadata.description, " ".join(metadata.keywords))
    )


def _order(one: SearchResult, other: SearchResult) -> int:
    """By score, then name, then the newest version first."""
    left, right = (one.score, one.name), (other.score, other.name)
    if left != right:
        return -1 if left < right else 1
    try:
        first, second = parse_version(one.chart.version), parse_version(other.chart.version)
    except ValueError:
        return 0
    return (first < second) - (first > second)


def _fitting(
    found: Iterable[SearchResult], constraint: Constraint, every: bool
) -> Iterator[SearchResult]:
    """Those that fit the constraint: all of them, or the best of each chart."""
    seen: set[str] = set()
    for result in found:
        if not every and result.name in seen:
            continue
        try:
            version = parse_version(result.chart.version)
        except ValueError:
            continue
        if constraint.check(version):
            seen.add(result.name)
            yield result

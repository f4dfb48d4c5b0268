"""`pyhelm search repo`: words or a regular expression over the cached indexes, ranked as Helm's."""

from __future__ import annotations

import re

from pyhelm._cache import Cache
from pyhelm._dataclass import dataclass
from pyhelm._lazy import logger_of
from pyhelm._typing import Iterable, Iterator
from pyhelm.chart.versions import Constraint, parse_version
from pyhelm.errors import RepositoryError
from pyhelm.repo import cache, file
from pyhelm.repo.options import SearchOptions
from pyhelm.repo.summary import Row, summary
from pyhelm.settings import Settings

logger = logger_of(__name__)


@dataclass(frozen=True, slots=True)
class SearchResult:
    """A chart version that matches; `name` is `repo/chart`."""

    name: str
    version: str
    app_version: str = ""
    description: str = ""
    score: int = 0


def search(settings: Settings, keyword: str, options: SearchOptions) -> list[SearchResult]:
    """What matches, best first; an empty keyword matches everything.

    A result's score is the place of the match: name, `repo/name`, description, keywords. Raises
    RepositoryError without repositories, or for a bad expression or constraint.
    """
    constraint = _constraint(options)
    found = _matching(_candidates(settings), keyword, options.regexp)
    # Each chart's versions come newest first, and sorting keeps the order of equals.
    ranked = sorted(found, key=lambda each: each[:2])
    return list(_fitting(ranked, constraint, options.versions))


def _constraint(options: SearchOptions) -> Constraint:
    text = options.version or (">0.0.0-0" if options.devel else ">0.0.0")
    try:
        return Constraint.parse(text)
    except ValueError as exc:
        raise RepositoryError(f"an invalid version/constraint format: {exc}") from exc


def _candidates(settings: Settings) -> Iterator[tuple[str, str, list[Row]]]:
    """Each repository's name and each of its charts with its versions."""
    entries = file.load(settings.repository_config)
    if not entries:
        raise RepositoryError("no repositories configured")
    kept = settings.render_cache
    for entry in entries:
        try:
            index = cache.load_index(settings.repository_cache, entry.name, kept)
        except RepositoryError as exc:
            logger.warning("repo is corrupt or missing", repo=entry.name, error=exc)
            continue
        source = str(cache.index_path(settings.repository_cache, entry.name))
        for name, rows in summary(index, source, Cache(kept)).items():
            yield entry.name, name, list({row[0]: row for row in rows}.values())


def _matching(
    found: Iterable[tuple[str, str, list[Row]]], keyword: str, regexp: bool
) -> Iterator[tuple[int, str, Row]]:
    pattern = _pattern(keyword, regexp) if keyword else None
    for repo, chart, rows in found:
        for row in rows:
            score = _score(repo, row, pattern, regexp) if pattern else 0
            if score is not None:
                yield score, f"{repo}/{chart}", row


def _pattern(keyword: str, regexp: bool) -> re.Pattern[str]:
    try:
        # Helm: literal searches ignore case, expressions don't.
        return re.compile(keyword) if regexp else re.compile(re.escape(keyword.lower()))
    except re.error as exc:
        raise RepositoryError(f"error parsing regexp: {keyword!r}: {exc}") from exc


def _score(repo: str, row: Row, pattern: re.Pattern[str], regexp: bool) -> int | None:
    _, name, _, description, words = row
    line = f"{name}\v{repo}/{name}\v{description}\v{words}"
    line = line if regexp else line.lower()
    match = pattern.search(line)
    return None if match is None else line.count("\v", 0, match.start())


def _fitting(
    found: Iterable[tuple[int, str, Row]], constraint: Constraint, every: bool
) -> Iterator[SearchResult]:
    """Those that fit the constraint: all of them, or the best of each chart."""
    seen: set[str] = set()
    for score, name, (text, _, app_version, description, _) in found:
        if not every and name in seen:
            continue
        try:
            version = parse_version(text)
        except ValueError:
            continue
        if constraint.check(version):
            seen.add(name)
            yield SearchResult(name, text, app_version, description, score)

"""`pyhelm search hub`: what Artifact Hub, or a hub of one's own, knows of charts.

The request and the answer are Monocular's search, which Artifact Hub answers too.
"""

from __future__ import annotations

import json
from urllib.parse import quote_plus, urlsplit, urlunsplit

from pyhelm._dataclass import dataclass
from pyhelm._lazy import logger_of
from pyhelm._typing import Any
from pyhelm.errors import RepositoryError
from pyhelm.repo.fetch import get, redact
from pyhelm.repo.options import AccessOptions

ENDPOINT = "https://hub.helm.sh"
PATH = "api/chartsvc/v1/charts/search"
LIMIT = 32 * 1024 * 1024
"""Bytes of the largest answer that is read."""

logger = logger_of(__name__)


@dataclass(frozen=True, slots=True)
class HubResult:
    """A chart that a hub knows; `url` is its page there."""

    url: str
    version: str = ""
    app_version: str = ""
    description: str = ""
    repository_url: str = ""
    repository_name: str = ""


def search(endpoint: str, keyword: str) -> list[HubResult]:
    """What a hub finds, in its order; raises RepositoryError."""
    host = urlsplit(endpoint).hostname
    if not host:
        raise RepositoryError(f'unable to create connection to "{endpoint}": no hostname provided')
    try:
        answer = get(_address(endpoint, keyword), AccessOptions(), limit=LIMIT, compressed=True)
        rows = json.loads(answer.body)["data"] or []
        return [_result(endpoint, row) for row in rows]
    except RepositoryError as exc:
        raise RepositoryError(
            f'unable to perform search against "{redact(endpoint)}": {exc}'
        ) from exc
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as exc:
        raise RepositoryError(
            f'unable to perform search against "{redact(endpoint)}": its answer is not that of a '
            "hub; --endpoint is the address of Artifact Hub or of another hub"
        ) from exc


def _address(endpoint: str, keyword: str) -> str:
    parts = urlsplit(endpoint)
    path = f"{parts.path.rstrip('/')}/{PATH}"
    return urlunsplit(parts._replace(path=path, query=f"q={quote_plus(keyword)}", fragment=""))


def _result(endpoint: str, row: Any) -> HubResult:
    attributes, hub = _part(row, "attributes"), _part(row, "artifactHub")
    latest = _part(_part(_part(row, "relationships"), "latestChartVersion"), "data")
    repository = _part(attributes, "repo")
    return HubResult(
        url=_text(hub, "packageUrl") or f"{endpoint}/charts/{_text(row, 'id')}",
        version=_text(latest, "version"),
        app_version=_text(latest, "app_version"),
        description=_text(attributes, "description"),
        repository_url=_text(repository, "url"),
        repository_name=_text(repository, "name"),
    )


def _part(row: Any, key: str) -> dict[str, Any]:
    found = row.get(key) or {}
    if not isinstance(found, dict):
        raise TypeError(key)
    return found


def _text(row: Any, key: str) -> str:
    found = row.get(key)
    if found is not None and not isinstance(found, str):
        raise TypeError(key)
    return found or ""

"""What a server serves: its resources by kind, and Helm's list of API versions.

Built-in kinds come from the table of `pyhelm.openapi`; everything else from the server, kept in
memory until `forget`, and between runs (`kept.py`). Newer servers tell all in two aggregated
documents, older ones group by group.
"""

from __future__ import annotations

import json
from _thread import allocate_lock

from pyhelm import openapi
from pyhelm._lazy import logger_of
from pyhelm._typing import Any, Iterable, Iterator, Mapping
from pyhelm.chart.capabilities import Capabilities, KubeVersion
from pyhelm.errors import APIError, NotFound
from pyhelm.kube.kept import KeptDocuments
from pyhelm.kube.rest import JSON, Call, Rest
from pyhelm.openapi import STORED, ResourceType

log = logger_of(__name__)

AGGREGATED = ",".join(
    [
        "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList",
        "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList",
        JSON,
    ]
)
NOT_MODIFIED = 304
WORKERS = 8
VERSION_SECONDS = 10.0
"""The first question to a cluster; one that hangs is to be told of soon."""


class Discovery:
    """One server's resources, asked for when needed; safe to use from several threads."""

    def __init__(self, rest: Rest, kept: KeptDocuments | None = None) -> None:
        self._rest = rest
        self._kept = kept or KeptDocuments()
        self._lock = allocate_lock()
        self._known: dict[tuple[str, str], ResourceType] = {}
        self._version: dict[str, Any] | None = None
        self._capabilities: Capabilities | None = None

    def forget(self) -> None:
        """Ask the server again from here on."""
        with self._lock:
            self._known = {}
            self._capabilities = None
            self._kept.distrust()

    def version(self) -> dict[str, Any]:
        """The server's `/version`."""
        if self._version is None:
            self._version = self._rest.json(Call("GET", "/version", timeout=VERSION_SECONDS))
        return self._version

    def resource(self, api_version: str, kind: str) -> ResourceType:
        """The resource of a kind; raises NotFound with kubectl's words if there is none."""
        key = api_version, kind
        known = STORED.get(key) or openapi.resource_for(*key) or self._known.get(key)
        if known is not None:
            return known
        self._recall(api_version)
        if key in self._known:
            return self._known[key]
        self._learn(self._ask(api_version, kind))
        try:
            return self._known[key]
        except KeyError:
            raise no_match(api_version, kind) from None

    def capabilities(self) -> Capabilities:
        """The version, and every `group/version` and `group/version/Kind`, sorted."""
        if self._capabilities is None:
            version = self.version()
            self._capabilities = Capabilities(
                KubeVersion(
                    str(version.get("gitVersion") or ""),
                    str(version.get("major") or ""),
                    str(version.get("minor") or ""),
                ),
                tuple(sorted(self._api_versions())),
            )
        return self._capabilities

    def _recall(self, api_version: str) -> None:
        """Learn what was kept of a group a short while ago."""
        self._learn(_aggregated_resources(self._kept.fresh("/apis"), told=True))
        self._learn(_classic_resources(api_version, self._kept.fresh(group_path(api_version))))

    def _ask(self, api_version: str, kind: str) -> Iterator[ResourceType]:
        path = group_path(api_version)
        try:
            listed = self._rest.json(Call("GET", path))
        except NotFound:
            raise no_match(api_version, kind) from None
        self._kept.keep(path, "", listed)
        return _classic_resources(api_version, listed)

    def _document(self, path: str) -> dict[str, Any]:
        """`/api` or `/apis`, sent again only where it has changed."""
        etag = self._kept.etag(path)
        answer = self._rest.response(Call("GET", path, accept=AGGREGATED, etag=etag))
        if answer.status == NOT_MODIFIED:
            document = self._kept.document(path)
            if not document:
                # Another process has thrown it away meanwhile.
                return self._rest.json(Call("GET", path, accept=AGGREGATED))
        else:
            document = json.loads(answer.body)
            etag = next((v for k, v in answer.headers.items() if k.lower() == "etag"), "")
        self._kept.keep(path, etag, document)
        return document

    def _learn(self, resources: Iterable[ResourceType]) -> None:
        found = {(each.api_version, each.kind): each for each in resources}
        with self._lock:
            self._known = {**self._known, **found}

    def _api_versions(self) -> set[str]:
        names: set[str] = set()
        for path in ("/api", "/apis"):
            document = self._document(path)
            if document.get("kind") == "APIGroupDiscoveryList":
                names.update(_aggregated_names(document))
                self._learn(_aggregated_resources(document, told=True))
            else:
                names.update(self._classic_names(document))
        return names

    def _classic_names(self, document: Mapping[str, Any]) -> Iterator[str]:
        versions = list(document.get("versions") or ())
        for group in document.get("groups") or ():
            versions += [each["groupVersion"] for each in group.get("versions") or ()]
        yield from versions
        for api_version, listed in self._each_group(versions):
            self._learn(_classic_resources(api_version, listed))
            for row in listed.get("resources") or ():
                yield f"{api_version}/{row['kind']}"

    def _each_group(self, versions: list[str]) -> list[tuple[str, dict[str, Any]]]:
        """The resources of each group and version; one that is down has none, as in Helm."""
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(WORKERS, "pyhelm-discovery") as pool:
            return list(zip(versions, pool.map(self._group, versions), strict=True))

    def _group(self, api_version: str) -> dict[str, Any]:
        try:
            return self._rest.json(Call("GET", group_path(api_version), hasty=True))
        except APIError as exc:
            _warn_orphan(api_version, str(exc))
            return {}


def group_path(api_version: str) -> str:
    """`/api/v1`, `/apis/apps/v1`."""
    return f"/{'apis' if '/' in api_version else 'api'}/{api_version}"


def no_match(api_version: str, kind: str) -> NotFound:
    """The error for a kind that the server doesn't have, in kubectl's words."""
    message = (
        f'no matches for kind "{kind}" in version "{api_version}"\nensure CRDs are installed first'
    )
    return NotFound({"code": 404, "reason": "NotFound", "message": message})


def _classic_resources(api_version: str, listed: Mapping[str, Any]) -> Iterator[ResourceType]:
    for row in listed.get("resources") or ():
        if "/" in row["name"]:
            continue
        yield ResourceType(
            api_version=api_version,
            kind=row["kind"],
            plural=row["name"],
            singular=row.get("singularName") or row["kind"].lower(),
            namespaced=bool(row.get("namespaced")),
            verbs=tuple(row.get("verbs") or ()),
        )


def _aggregated_versions(
    document: Mapping[str, Any], *, told: bool = False
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each `group/version` that answers; the others are told of, once, as in Helm."""
    for item in document.get("items") or ():
        group = (item.get("metadata") or {}).get("name") or ""
        for version in item.get("versions") or ():
            api_version = f"{group}/{version['version']}" if group else version["version"]
            if version.get("freshness") == "Stale":
                if not told:
                    _warn_orphan(api_version, f"stale GroupVersion discovery: {api_version}")
                continue
            yield api_version, version


def _aggregated_names(document: Mapping[str, Any]) -> Iterator[str]:
    for api_version, version in _aggregated_versions(document):
        yield api_version
        for resource in version.get("resources") or ():
            for each in (resource, *(resource.get("subresources") or ())):
                kind = (each.get("responseKind") or {}).get("kind")
                if kind:
                    yield f"{api_version}/{kind}"


def _aggregated_resources(
    document: Mapping[str, Any], *, told: bool = False
) -> Iterator[ResourceType]:
    for api_version, version in _aggregated_versions(document, told=told):
        for row in version.get("resources") or ():
            kind = (row.get("responseKind") or {}).get("kind") or ""
            yield ResourceType(
                api_version=api_version,
                kind=kind,
                plural=row["resource"],
                singular=row.get("singularResource") or kind.lower(),
                namespaced=row.get("scope") == "Namespaced",
                verbs=tuple(row.get("verbs") or ()),
            )


def _warn_orphan(api_version: str, problem: str) -> None:
    # Helm: these two lines, for an aggregated API whose server is gone.
    error = f"{api_version}: {problem}"
    log.warning("the kubernetes server has an orphaned API service", error=error)
    log.warning("to fix this, kubectl delete apiservice <service-name>")

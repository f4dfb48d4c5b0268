"""`list`, `history` and `status`: reading releases without changing any."""

from __future__ import annotations

import re

from pyhelm._dataclass import replace
from pyhelm._typing import Any, Iterable
from pyhelm.actions.applied import still_served
from pyhelm.actions.options import ListOptions
from pyhelm.actions.session import Session
from pyhelm.actions.targets import build
from pyhelm.errors import NotFound, UsageError
from pyhelm.kube.cluster import Object, ObjectRef
from pyhelm.kube.side_by_side import side_by_side
from pyhelm.release.manifest import parse
from pyhelm.release.model import Release, Status
from pyhelm.storage.driver import Record
from pyhelm.storage.selector import check, matches
from pyhelm.storage.store import place_of, revision_of

SELECTING = ("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job")
"""Kinds whose Pods are shown with them."""


def list_releases(session: Session, options: ListOptions) -> list[Release]:
    """The newest revision of each release, filtered and sorted as Helm does.

    Asked for superseded ones alone, every superseded revision. Raises UsageError for a bad filter.
    """
    session.cluster.check()
    found = session.storage.records(all_namespaces=options.all_namespaces)
    found = _named(found, options.filter)
    if found:  # Helm: where nothing is listed, a bad selector is none.
        _check_selector(options.selector)
    while True:
        chosen = _chosen(found, options)
        heads = session.storage.heads(chosen, found, all_namespaces=options.all_namespaces)
        lost = {place_of(record) for record in chosen if place_of(record) not in heads}
        if not lost:
            break
        # A revision that can't be read must not hide the one before it.
        found = [record for record in found if place_of(record) not in lost]
    # What a record says of itself counts, where its labels say something else.
    wanted = _statuses(options)
    read = (heads[place_of(record)] for record in chosen)
    releases = [release for release in read if release.info.status in wanted]
    return _by_date(releases, options) if options.by_date else releases


def _chosen(found: list[Record], options: ListOptions) -> list[Record]:
    """Which records are to be read: by name, those that are shown; by date, all that may be."""
    wanted = _statuses(options)
    if wanted != {Status.SUPERSEDED}:
        found = _latest(found)
    found = [record for record in found if record.labels.get("status") in wanted]
    found = [record for record in found if matches(options.selector, record.labels)]
    if options.by_date:
        return found
    found.sort(key=lambda record: (*_name(record), revision_of(record)), reverse=options.reverse)
    return found[_window(options)]


def _by_date(releases: list[Release], options: ListOptions) -> list[Release]:
    return sorted(releases, key=_date, reverse=options.reverse)[_window(options)]


def _window(options: ListOptions) -> slice:
    return slice(options.offset, options.offset + options.max if options.max > 0 else None)


def history(session: Session, name: str, limit: int = 256) -> list[Release]:
    """The last `limit` revisions of a release, oldest first; raises ReleaseNotFound."""
    return session.storage.history_heads(name, limit)


def get(session: Session, name: str, revision: int = 0) -> Release:
    """A revision's record (0: the last); raises ReleaseNotFound."""
    return session.storage.get(name, revision) if revision > 0 else session.storage.last(name)


def status(session: Session, name: str, revision: int = 0) -> Release:
    """A revision's record with its objects as they are now, Pods of workloads included."""
    session.cluster.check()
    release = get(session, name, revision)
    resources = _resources(session, release)
    return replace(release, info=replace(release.info, resources=resources))


def _named(found: Iterable[Record], pattern: str) -> list[Record]:
    if not pattern:
        return list(found)
    try:
        compiled = re.compile(pattern)
    except re.error as exc:
        raise UsageError(f"error parsing regexp: {exc}: `{pattern}`") from exc
    return [record for record in found if compiled.search(record.labels.get("name", ""))]


def _statuses(options: ListOptions) -> set[str]:
    """The statuses that are asked for, or else all; Helm lists no release whose it doesn't know."""
    asked = {
        Status.DEPLOYED: options.deployed,
        Status.FAILED: options.failed,
        Status.SUPERSEDED: options.superseded,
        Status.UNINSTALLED: options.uninstalled,
        Status.UNINSTALLING: options.uninstalling,
        Status.PENDING_INSTALL: options.pending,
        Status.PENDING_UPGRADE: options.pending,
        Status.PENDING_ROLLBACK: options.pending,
    }
    return {status for status, wanted in asked.items() if wanted} or set(asked)


def _latest(found: Iterable[Record]) -> list[Record]:
    newest: dict[tuple[str, str], Record] = {}
    for record in sorted(found, key=revision_of):
        newest[_name(record)] = record
    return list(newest.values())


def _check_selector(selector: str) -> None:
    try:
        check(selector)
    except ValueError as exc:
        raise UsageError(str(exc)) from exc


def _name(record: Record) -> tuple[str, str]:
    return record.labels.get("name", ""), record.namespace


def _date(release: Release) -> tuple[int, str]:
    # Helm: of those deployed in the same second the name decides.
    moment = release.info.last_deployed
    return int(moment.moment.timestamp()) if moment else 0, release.name


def _resources(session: Session, release: Release) -> dict[str, list[dict[str, Any]]]:
    """Live objects under `version/Kind`, Pods in a list for each workload; without what is gone."""
    found: dict[str, list[dict[str, Any]]] = {}
    manifests = still_served(session.cluster, parse(release.manifest))
    targets = build(session.cluster, manifests, release.namespace)
    live = side_by_side(lambda target: _with_pods(session, target.ref), targets)
    for target, (obj, pods) in zip(targets, live, strict=True):
        if obj is not None:
            version = target.ref.api_version.rpartition("/")[2]
            found.setdefault(f"{version}/{target.ref.kind}", []).append(obj)
        if pods:
            listed = {"apiVersion": "v1", "items": pods, "kind": "PodList", "metadata": {}}
            found.setdefault("v1/Pod(related)", []).append(listed)
    return found


def _with_pods(session: Session, ref: ObjectRef) -> tuple[Object | None, list[Object]]:
    try:
        obj = session.cluster.get(ref)
    except NotFound:
        return None, []
    return obj, _pods(session, obj)


def _pods(session: Session, obj: Object) -> list[Object]:
    if obj.get("kind") not in SELECTING:
        return []
    labels = ((obj.get("spec") or {}).get("selector") or {}).get("matchLabels") or {}
    if not labels:
        return []
    selector = ",".join(f"{key}={value}" for key, value in labels.items())
    namespace = str((obj.get("metadata") or {}).get("namespace") or "")
    return session.cluster.list("v1", "Pod", namespace, label_selector=selector)

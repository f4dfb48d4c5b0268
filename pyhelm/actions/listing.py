"""`list`, `history` and `status`: reading releases without changing any."""

from __future__ import annotations

import re

from pyhelm._dataclass import replace
from pyhelm._typing import Any, Iterable
from pyhelm.actions import apply
from pyhelm.actions.options import ListOptions
from pyhelm.actions.session import Session
from pyhelm.errors import NotFound, UsageError
from pyhelm.kube.cluster import Object
from pyhelm.release.manifest import parse
from pyhelm.release.model import Release, Status
from pyhelm.storage.driver import Record
from pyhelm.storage.selector import matches
from pyhelm.storage.store import revision_of

SELECTING = ("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job")
"""Kinds whose Pods are shown with them."""


def list_releases(session: Session, options: ListOptions) -> list[Release]:
    """The newest revision of each release, filtered and sorted as Helm does.

    Asked for superseded ones alone, every superseded revision. Raises UsageError for a bad filter.
    """
    session.cluster.check()
    found = session.storage.records(all_namespaces=options.all_namespaces)
    found = _named(found, options.filter)
    wanted = _statuses(options)
    if wanted != {Status.SUPERSEDED}:
        found = _latest(found)
    found = [record for record in found if record.labels.get("status") in wanted]
    releases = session.storage.read(_selected(found, options.selector))
    releases.sort(key=_by_date if options.by_date else _by_name, reverse=options.reverse)
    end = options.offset + options.max if options.max > 0 else None
    return releases[options.offset : end]


def history(session: Session, name: str, limit: int = 256) -> list[Release]:
    """The last `limit` revisions of a release, oldest first; raises ReleaseNotFound."""
    return session.storage.history(name)[-limit:] if limit > 0 else session.storage.history(name)


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
    return {status for status, wanted in asked.items() if wanted} or set(Status)


def _latest(found: Iterable[Record]) -> list[Record]:
    newest: dict[tuple[str, str], Record] = {}
    for record in sorted(found, key=revision_of):
        newest[record.namespace, record.labels.get("name", "")] = record
    return list(newest.values())


def _selected(found: Iterable[Record], selector: str) -> list[Record]:
    try:
        return [record for record in found if matches(selector, record.labels)]
    except ValueError as exc:
        raise UsageError(str(exc)) from exc


def _by_name(release: Release) -> tuple[str, str]:
    return release.name, release.namespace


def _by_date(release: Release) -> tuple[float, int]:
    moment = release.info.last_deployed
    return (moment.moment.timestamp(), moment.nanosecond) if moment else (0.0, 0)


def _resources(session: Session, release: Release) -> dict[str, list[dict[str, Any]]]:
    """Live objects under `version/Kind`; those that are gone are left out."""
    found: dict[str, list[dict[str, Any]]] = {}
    targets = apply.build(session.cluster, parse(release.manifest), release.namespace)
    for target in targets:
        try:
            obj = session.cluster.get(target.ref)
        except NotFound:
            continue
        version = target.ref.api_version.rpartition("/")[2]
        found.setdefault(f"{version}/{target.ref.kind}", []).append(obj)
        pods = _pods(session, obj)
        if pods:
            found.setdefault("v1/Pod(related)", []).extend(pods)
    return found


def _pods(session: Session, obj: Object) -> list[Object]:
    if obj.get("kind") not in SELECTING:
        return []
    labels = ((obj.get("spec") or {}).get("selector") or {}).get("matchLabels") or {}
    if not labels:
        return []
    selector = ",".join(f"{key}={value}" for key, value in labels.items())
    namespace = str((obj.get("metadata") or {}).get("namespace") or "")
    return session.cluster.list("v1", "Pod", namespace, label_selector=selector)

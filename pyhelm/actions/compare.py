"""Hooks and records compared by their manifests: no server is asked."""

from __future__ import annotations

from pyhelm._dataclass import dataclass
from pyhelm._typing import Iterable, Mapping
from pyhelm.actions.options import DiffOptions
from pyhelm.actions.plan import Action, Change, Plan
from pyhelm.actions.shape import bare, stored_secret
from pyhelm.actions.targets import identity
from pyhelm.kube.cluster import Object, ObjectRef
from pyhelm.release.manifest import objects, opened, parse
from pyhelm.release.model import Hook, HookEvent, Release


@dataclass(frozen=True, slots=True)
class _Known:
    ref: ObjectRef
    object: Object
    source: str


def records(old: Release, new: Release, options: DiffOptions) -> Plan:
    """How one record's objects and hooks differ from another's."""
    changes = _compared(_of_manifest(old), _of_manifest(new), hook=False)
    changes += hooks(old, new, options)
    return Plan(new.name, new.namespace, old.version, new.version, tuple(changes))


def hooks(old: Release | None, new: Release, options: DiffOptions) -> list[Change]:
    """How the hooks of two revisions differ; tests only where they are asked for."""
    if options.no_hooks:
        return []
    before = _of_hooks(old, options) if old else []
    return _compared(before, _of_hooks(new, options), hook=True)


def _of_manifest(release: Release) -> list[_Known]:
    return [
        _known(obj, each.source, release.namespace)
        for each in parse(release.manifest)
        for obj in opened(each.object)
    ]


def _of_hooks(release: Release, options: DiffOptions) -> list[_Known]:
    wanted = [hook for hook in release.hooks if options.include_tests or not _is_test(hook)]
    return [
        _known(obj, hook.path, release.namespace)
        for hook in wanted
        for obj in objects(hook.manifest)
    ]


def _is_test(hook: Hook) -> bool:
    return all(event is HookEvent.TEST for event in hook.events)


def _known(obj: Object, source: str, namespace: str) -> _Known:
    return _Known(ObjectRef.of(obj, namespace), stored_secret(bare(obj)), source)


def _compared(old: Iterable[_Known], new: Iterable[_Known], *, hook: bool) -> list[Change]:
    before = {identity(each.ref): each for each in old}
    after = {identity(each.ref): each for each in new}
    changes = []
    for key, each in after.items():
        was = before.get(key)
        action: Action = "create" if was is None else "change"
        if was is not None and was.object == each.object:
            action = "unchanged"
        known = None if was is None else was.object
        changes.append(Change(action, each.ref, known, each.object, each.source, hook=hook))
    return changes + _gone(before, after, hook=hook)


Known = Mapping[tuple[str, str, str, str], _Known]


def _gone(before: Known, after: Known, *, hook: bool) -> list[Change]:
    return [
        Change("delete", each.ref, each.object, None, each.source, hook=hook)
        for key, each in before.items()
        if key not in after
    ]

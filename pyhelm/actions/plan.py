"""What an operation starts from and wants, and what it would do to each object: plan, then do."""

from __future__ import annotations

from pyhelm._dataclass import dataclass, field
from pyhelm._typing import Any, Literal, Mapping, Sequence
from pyhelm.actions.methods import Method
from pyhelm.actions.targets import Target
from pyhelm.kube.cluster import Object, ObjectRef
from pyhelm.openapi import MISSING
from pyhelm.release.model import Release

Action = Literal["create", "change", "replace", "delete", "adopt", "keep", "unchanged"]

ACTIONS: tuple[Action, ...] = (
    *("create", "change", "replace", "delete", "adopt", "keep", "unchanged"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Intent:
    """What an operation starts from and wants: the revision to record, and its objects.

    `current` is the revision that it replaces, whose objects are `old`; `absent` are objects that
    it would make, which is asked for only where they may have to be deleted again; `crds` are the
    chart's, which an installation applies before all else; `left` is what operations that failed
    may have left.
    """

    release: Release
    current: Release | None
    old: Sequence[Target]
    new: Sequence[Target]
    method: Method
    absent: Sequence[ObjectRef] = ()
    crds: Sequence[Target] = ()
    left: Sequence[Target] = ()


@dataclass(frozen=True, slots=True)
class FieldDrift:
    """A field that isn't as the last revision set it.

    `live` is None where it is `missing`. `manager` has set it, at `time`; both are empty where
    nobody is known to have. `stays` says why the next upgrade would not set it back.
    """

    path: str
    wanted: Any = field(repr=False)
    live: Any = field(repr=False)
    missing: bool = False
    manager: str = ""
    time: str = ""
    stays: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What would become of one object.

    `before` and `after` are the object as the server has it and would store it, without its
    bookkeeping; None where it isn't there. `note` says what can't be told and why; with `refused`
    the operation would stop there. `hook` objects are compared as the records have them.
    """

    action: Action
    ref: ObjectRef
    before: Object | None = field(default=None, repr=False)
    after: Object | None = field(default=None, repr=False)
    source: str = ""
    hook: bool = False
    note: str = ""
    refused: bool = False
    drift: tuple[FieldDrift, ...] = ()

    @property
    def changes(self) -> bool:
        """Whether anything would happen to the object."""
        return self.action not in ("keep", "unchanged")

    def fields(self) -> list[tuple[str, Any, Any]]:
        """The path of each field that differs, with both values; None where it isn't there."""
        from pyhelm.kube.fields import differences, schema_of, shown

        if self.before is None or self.after is None:
            return []
        found = differences(self.before, self.after, schema_of(self.after))
        return [(shown(each.path), _known(each.before), _known(each.after)) for each in found]


def _known(value: Any) -> Any:
    return None if value is MISSING else value


@dataclass(frozen=True, slots=True)
class Plan:
    """What an operation would do: `from_revision` is 0 where nothing is installed."""

    release: str
    namespace: str
    from_revision: int
    to_revision: int
    changes: tuple[Change, ...]

    @property
    def changed(self) -> bool:
        """Whether anything would change."""
        return any(change.changes for change in self.changes)

    @property
    def counts(self) -> Mapping[Action, int]:
        """How many objects meet each fate."""
        found = dict.fromkeys(ACTIONS, 0)
        for change in self.changes:
            found[change.action] += 1
        return found

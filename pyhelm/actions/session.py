"""What all actions share: the cluster, the records, the clock, and who is told of progress."""

from __future__ import annotations

from pyhelm._dataclass import dataclass, field
from pyhelm._datetime import UTC, datetime
from pyhelm._typing import TYPE_CHECKING, Callable, Protocol

if TYPE_CHECKING:
    from pyhelm.kube.cluster import Cluster
    from pyhelm.kube.lease import Held
    from pyhelm.kube.waited import Waited
    from pyhelm.storage.store import Storage


def utc_now() -> datetime:
    """The time, in the machine's zone as Helm records it."""
    return datetime.now(UTC).astimezone()


@dataclass(frozen=True, slots=True)
class Progress:
    """Something a person may want to see while an action runs.

    `stage` is `warning`, `crds`, `hook`, `log`, `test`, `apply`, `wait`, `delete`, `absent` (an
    upgrade installs), `registry` (what was pulled or pushed) or `dependency` (what is done to
    fetch a chart's dependencies); `message` is one line; `pending`
    has a line for each object that is still waited for, `objects` says the same as data. For `log`
    (of a hook) and `test` (of a test), `message` names a container and `text` is what it wrote; for
    `crds`, `text` is how one changes.
    """

    stage: str
    message: str
    pending: tuple[str, ...] = ()
    text: str = field(default="", repr=False)
    objects: tuple[Waited, ...] = ()


class Reporter(Protocol):
    """Is told of progress; the CLI prints it, the Python API is silent by default.

    One that has an attribute `detail` gets more while objects are waited for: with `"events"` their
    newest warning events, with `"logs"` what containers that crash wrote last, too. That costs a
    few requests every two seconds.
    """

    def __call__(self, progress: Progress) -> None:
        """Take note of one line."""


def silent(progress: Progress) -> None:
    """The reporter that reports to nobody."""


@dataclass(frozen=True, slots=True)
class Session:
    """One user's access to one cluster and namespace, for any number of actions."""

    cluster: Cluster
    storage: Storage
    namespace: str
    clock: Callable[[], datetime] = utc_now
    reporter: Reporter = silent
    cache: str = ""
    """The directory for compiled templates; empty, none are kept."""

    lease: Held | None = None
    """The lease on the release that is being changed; see `actions.recovery`."""

    def fence(self) -> None:
        """Called before each change; raises OperationInProgress when the lease is lost."""
        if self.lease is not None:
            self.lease.check()

"""What all actions share: the cluster, the records, the clock, and who is told of progress."""

from __future__ import annotations

from datetime import UTC, datetime

from pyhelm._dataclass import dataclass
from pyhelm._typing import TYPE_CHECKING, Callable, Protocol

if TYPE_CHECKING:
    from pyhelm.kube.cluster import Cluster
    from pyhelm.storage.store import Storage


def utc_now() -> datetime:
    """The time, in the machine's zone as Helm records it."""
    return datetime.now(UTC).astimezone()


@dataclass(frozen=True, slots=True)
class Progress:
    """Something a person may want to see while an action runs.

    `stage` is `warning`, `crds`, `hook`, `apply`, `wait` or `delete`; `message` is one line;
    `pending` has a line for each object that is still waited for.
    """

    stage: str
    message: str
    pending: tuple[str, ...] = ()


class Reporter(Protocol):
    """Is told of progress; the CLI prints it, the Python API is silent by default."""

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

"""Where records are kept: a driver creates, reads, updates, deletes, lists, and has no policy."""

from __future__ import annotations

from pyhelm._dataclass import dataclass, field
from pyhelm._typing import Mapping, Protocol


@dataclass(frozen=True, slots=True)
class Record:
    """One revision as stored.

    `key` is `sh.helm.release.v1.NAME.vN`; `labels` are Helm's and the user's; `body` is Helm's
    base64 text of the gzipped JSON, empty when only metadata was asked for. `uid` is the server's
    name for it; `owner`, key and uid, another record without which this one is to go.
    """

    key: str
    namespace: str
    labels: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    uid: str = ""
    owner: tuple[str, str] | None = None


class Driver(Protocol):
    """Five verbs over records; each is atomic.

    Raises ReleaseNotFound and ReleaseExists with Helm's texts, StorageError for the rest; API
    errors pass through.
    """

    name: str
    """As HELM_DRIVER spells it: `secret`, `configmap`, `memory`, `sql`."""

    limit: int
    """Characters of the longest body that fits into a record; 0 for any."""

    def create(self, record: Record) -> Record:
        """Store a new record; raises ReleaseExists when the key is taken: that is Helm's lock.

        Returns it with its `uid`, where there are uids.
        """

    def get(self, key: str, namespace: str = "") -> Record:
        """Read one record, of this namespace or of another."""

    def update(self, record: Record) -> None:
        """Replace a record."""

    def delete(self, key: str) -> None:
        """Delete a record, without reading it."""

    def list(
        self, selector: str = "", *, all_namespaces: bool = False, metadata_only: bool = False
    ) -> list[Record]:
        """All records that a label selector matches (`owner=helm` is always part of it)."""

    def close(self) -> None:
        """Close what the driver itself has opened; it may be used again."""

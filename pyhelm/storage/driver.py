"""Where records are kept: a driver creates, reads, updates, deletes, lists, and has no policy."""

from __future__ import annotations

from pyhelm._dataclass import dataclass, field
from pyhelm._typing import Mapping, Protocol


@dataclass(frozen=True, slots=True)
class Record:
    """One revision as stored.

    `key` is `sh.helm.release.v1.NAME.vN`; `labels` are Helm's and the user's; `body` is Helm's
    base64 text of the gzipped JSON, empty when only metadata was asked for.
    """

    key: str
    namespace: str
    labels: Mapping[str, str] = field(default_factory=dict)
    body: str = ""


class Driver(Protocol):
    """Five verbs over records; each is atomic.

    Raises ReleaseNotFound and ReleaseExists with Helm's texts, StorageError for the rest; API
    errors pass through.
    """

    name: str
    """As HELM_DRIVER spells it: `secret`, `configmap`, `memory`."""

    def create(self, record: Record) -> None:
        """Store a new record; raises ReleaseExists when the key is taken: that is Helm's lock."""

    def get(self, key: str) -> Record:
        """Read one record."""

    def update(self, record: Record) -> None:
        """Replace a record."""

    def delete(self, key: str) -> Record:
        """Delete a record and return it."""

    def list(
        self, selector: str = "", *, all_namespaces: bool = False, metadata_only: bool = False
    ) -> list[Record]:
        """All records that a label selector matches (`owner=helm` is always part of it)."""

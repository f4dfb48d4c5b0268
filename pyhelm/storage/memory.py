"""Records in memory, for tests and for dry runs: HELM_DRIVER=memory."""

from __future__ import annotations

import threading

from pyhelm._dataclass import replace
from pyhelm.errors import ReleaseExists, ReleaseNotFound
from pyhelm.storage.driver import Record
from pyhelm.storage.selector import matches


class MemoryDriver:
    """The Driver of `memory`; safe to use from several threads."""

    name = "memory"
    limit = 0

    def __init__(self, namespace: str) -> None:
        self.namespace = namespace
        self._records: dict[tuple[str, str], Record] = {}
        self._lock = threading.Lock()

    def create(self, record: Record) -> Record:
        """Store a new record; raises ReleaseExists."""
        with self._lock:
            place = (record.namespace, record.key)
            if place in self._records:
                raise ReleaseExists("release: already exists")
            self._records[place] = record
        return record

    def get(self, key: str, namespace: str = "") -> Record:
        """Read one record; raises ReleaseNotFound."""
        with self._lock:
            return self._records[self._place(key, namespace)]

    def update(self, record: Record) -> None:
        """Replace a record; raises ReleaseNotFound."""
        with self._lock:
            place = self._place(record.key)
            # createdAt stays where an update doesn't name it, as a Secret's labels are replaced.
            self._records[place] = record

    def delete(self, key: str) -> None:
        """Drop a record; raises ReleaseNotFound."""
        with self._lock:
            del self._records[self._place(key)]

    def list(
        self, selector: str = "", *, all_namespaces: bool = False, metadata_only: bool = False
    ) -> list[Record]:
        """The records that a selector matches."""
        with self._lock:
            found = [
                record
                for (namespace, _), record in self._records.items()
                if (all_namespaces or namespace == self.namespace)
                and matches(selector, record.labels)
            ]
        return [replace(record, body="") for record in found] if metadata_only else found

    def close(self) -> None:
        """Nothing is open."""

    def _place(self, key: str, namespace: str = "") -> tuple[str, str]:
        place = (namespace or self.namespace, key)
        if place not in self._records:
            raise ReleaseNotFound("release: not found")
        return place

"""Records with a policy: which revision is the last, which is deployed, how many are kept."""

from __future__ import annotations

import time

from pyhelm._dataclass import replace
from pyhelm._lazy import logger_of
from pyhelm._typing import Callable, Iterable
from pyhelm.errors import ReleaseNotFound, StorageError
from pyhelm.release.model import Release, Status
from pyhelm.storage import codec, labels
from pyhelm.storage.driver import Driver, Record

logger = logger_of(__name__)

PREFIX = "sh.helm.release.v1"


class NoDeployedRelease(ReleaseNotFound):
    """A release of which no revision is deployed."""


def key_of(name: str, revision: int) -> str:
    """The key of a record."""
    return f"{PREFIX}.{name}.v{revision}"


class Storage:
    """Helm's storage policy around a driver that has none.

    `max_history` bounds the revisions that are kept (0: all); the deployed one is never dropped.
    """

    def __init__(
        self,
        driver: Driver,
        namespace: str,
        *,
        max_history: int = 0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.driver = driver
        self.namespace = namespace
        self.max_history = max_history
        self._clock = clock

    def with_limit(self, max_history: int) -> Storage:
        """The same records under another limit."""
        return Storage(self.driver, self.namespace, max_history=max_history, clock=self._clock)

    def get(self, name: str, revision: int) -> Release:
        """One revision; raises ReleaseNotFound."""
        return codec.decode(self.driver.get(key_of(name, revision)))

    def create(self, release: Release) -> None:
        """Store a new revision, dropping the oldest beyond the limit.

        Raises ReleaseExists when another client stored it first: that is Helm's lock.
        """
        if self.max_history > 0:
            self._prune(release.name, self.max_history - 1)
        made = labels.record_labels(release, created_at=int(self._clock()))
        self.driver.create(self._record(release, made))

    def update(self, release: Release) -> None:
        """Replace a revision's record."""
        changed = labels.record_labels(release, modified_at=int(self._clock()))
        self.driver.update(self._record(release, changed))

    def delete(self, name: str, revision: int) -> None:
        """Drop a revision; raises ReleaseNotFound."""
        self.driver.delete(key_of(name, revision))

    def history(self, name: str) -> list[Release]:
        """All revisions, oldest first; raises ReleaseNotFound, or StorageError for damage alone."""
        records = self._records(name)
        found = self.read(records)
        if not found:
            for record in records:
                codec.decode(record)
            raise ReleaseNotFound("release: not found")
        return sorted(found, key=lambda release: release.version)

    def last(self, name: str) -> Release:
        """The newest revision, whatever its status; raises ReleaseNotFound."""
        records = self._records(name, metadata_only=True)
        if not records:
            raise ReleaseNotFound("release: not found")
        return self.get(name, max(map(revision_of, records)))

    def deployed(self, name: str) -> Release:
        """The newest revision that is deployed; raises NoDeployedRelease."""
        records = self._records(name, Status.DEPLOYED, metadata_only=True)
        if not records:
            raise NoDeployedRelease(f'"{name}" has no deployed releases')
        return self.get(name, max(map(revision_of, records)))

    def deployed_all(self, name: str) -> list[Release]:
        """Every revision that is deployed."""
        return self.read(self._records(name, Status.DEPLOYED))

    def records(self, *, all_namespaces: bool = False) -> list[Record]:
        """Every revision of every release as stored: most are chosen or passed over by labels."""
        return self.driver.list(all_namespaces=all_namespaces)

    def read(self, records: Iterable[Record]) -> list[Release]:
        """The releases in records.

        A damaged one is left out with a warning, since it must not hide the others.
        """
        found = []
        for record in records:
            try:
                found.append(codec.decode(record))
            except StorageError as exc:
                logger.warning("%s", exc)
        return found

    def purge(self, name: str) -> None:
        """Drop all revisions, damaged ones too."""
        for record in self._records(name, metadata_only=True):
            try:
                self.driver.delete(record.key)
            except ReleaseNotFound:
                continue

    def _records(
        self, name: str, status: Status | None = None, *, metadata_only: bool = False
    ) -> list[Record]:
        selector = f"name={name}" + (f",status={status.value}" if status else "")
        return self.driver.list(selector, metadata_only=metadata_only)

    def _prune(self, name: str, limit: int) -> None:
        records = sorted(self._records(name, metadata_only=True), key=revision_of)
        surplus = len(records) - limit
        deployed = [r for r in records if r.labels.get("status") == Status.DEPLOYED.value]
        kept = deployed[-1].key if deployed else ""
        for record in [record for record in records if record.key != kept][: max(surplus, 0)]:
            self.driver.delete(record.key)

    def _record(self, release: Release, with_labels: dict[str, str]) -> Record:
        body = codec.encode(replace(release, labels={}))
        key = key_of(release.name, release.version)
        return Record(key, release.namespace or self.namespace, with_labels, body)


def revision_of(record: Record) -> int:
    """A record's revision, by its label, else by its key."""
    text = record.labels.get("version", "")
    return int(text) if text.isdigit() else int(record.key.rpartition(".v")[2] or 0)

"""Records with a policy: which revision is the last, which is deployed, how many are kept."""

from __future__ import annotations

import time
from collections import Counter
from contextlib import suppress

from pyhelm._dataclass import replace
from pyhelm._lazy import logger_of
from pyhelm._typing import Callable, Iterable, Sequence, TypeAlias
from pyhelm.errors import NoDeployedRelease, ReleaseNotFound, StorageError
from pyhelm.kube.side_by_side import side_by_side
from pyhelm.release.model import Release, Status
from pyhelm.storage import labels
from pyhelm.storage.driver import Driver, Record
from pyhelm.storage.records import Records

logger = logger_of(__name__)

PREFIX = "sh.helm.release.v1"

FEW = 20
"""Up to how many revisions are read one by one where the last ones are wanted, not all."""

Place: TypeAlias = tuple[str, str]
"""Namespace and key of a record."""


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
        kept: Records | None = None,
    ) -> None:
        self.driver = driver
        self.namespace = namespace
        self.max_history = max_history
        self._clock = clock
        self._kept = kept or Records(driver)

    def with_limit(self, max_history: int) -> Storage:
        """The same records under another limit."""
        return Storage(
            self.driver,
            self.namespace,
            max_history=max_history,
            clock=self._clock,
            kept=self._kept,
        )

    def get(self, name: str, revision: int) -> Release:
        """One revision; raises ReleaseNotFound."""
        return self._kept.read(self.driver.get(key_of(name, revision)))

    def create(self, release: Release) -> None:
        """Store a new revision, dropping the oldest beyond the limit.

        Raises ReleaseExists when another client stored it first: that is Helm's lock; and
        ReleaseNotFound when another has uninstalled the release meanwhile.
        """
        logger.debug("creating release", key=key_of(release.name, release.version))
        if self.max_history > 0:
            self._prune(release, self.max_history - 1)
        made = labels.record_labels(release, created_at=int(self._clock()))
        self._kept.create(release, self._empty(release, made))

    def update(self, release: Release) -> None:
        """Replace a revision's record."""
        key, status = key_of(release.name, release.version), release.info.status
        logger.debug("updating release", key=key, status=status)
        changed = labels.record_labels(release, modified_at=int(self._clock()))
        self._kept.update(release, self._empty(release, changed))

    def delete(self, name: str, revision: int) -> None:
        """Drop a revision; raises ReleaseNotFound."""
        logger.debug("deleting release", key=key_of(name, revision))
        self.driver.delete(key_of(name, revision))

    def history(self, name: str) -> list[Release]:
        """All revisions, oldest first; raises ReleaseNotFound, or StorageError for damage alone."""
        return self._readable(self._records(name), self._kept.read)

    def history_heads(self, name: str, limit: int = 0) -> list[Release]:
        """The heads of all revisions, or of the last `limit`; order and errors as of `history`."""
        records = self._last_records(name, limit) if 0 < limit <= FEW else self._records(name)
        found = self._readable(records, self._kept.head)
        return found[-limit:] if limit > 0 else found

    def _readable(
        self, records: Iterable[Record], read: Callable[[Record], Release]
    ) -> list[Release]:
        """Those that aren't damaged, oldest first."""
        found, damage = [], None
        for record in records:
            try:
                found.append(read(record))
            except StorageError as exc:
                logger.warning("%s", exc)
                damage = exc
        if not found:
            raise damage or ReleaseNotFound("release: not found")
        return sorted(found, key=lambda release: release.version)

    def revisions(self, name: str) -> list[int]:
        """The numbers of all revisions, oldest first."""
        return sorted(map(revision_of, self._records(name, metadata_only=True)))

    def last(self, name: str) -> Release:
        """The newest revision, whatever its status; raises ReleaseNotFound."""
        return self.get(name, revision_of(self._newest(name)))

    def last_labelled(self, name: str) -> Release:
        """The same, with all labels of its record, Helm's own among them."""
        record = self._newest(name)
        return replace(self.get(name, revision_of(record)), labels=dict(record.labels))

    def _newest(self, name: str) -> Record:
        records = self._records(name, metadata_only=True)
        if not records:
            raise ReleaseNotFound("release: not found")
        return max(records, key=revision_of)

    def last_readable(self, name: str) -> Release:
        """The newest revision that is not damaged, however old; raises as `history`."""
        try:
            return self.last(name)
        except StorageError as exc:
            logger.warning("%s", exc)
            return self.history(name)[-1]

    def deployed(self, name: str) -> Release:
        """The newest revision that is deployed; raises NoDeployedRelease."""
        records = self._records(name, Status.DEPLOYED, metadata_only=True)
        if not records:
            raise NoDeployedRelease(f'"{name}" has no deployed releases')
        return self.get(name, max(map(revision_of, records)))

    def deployed_all(self, name: str, known: Release | None = None) -> list[Release]:
        """Every revision that is deployed; `known` is one that need not be read again."""
        records = self._records(name, Status.DEPLOYED, metadata_only=True)
        mine = key_of(name, known.version) if known else ""
        unread = [record.key for record in records if record.key != mine]
        found = self.read(side_by_side(self.driver.get, unread))
        return found if len(unread) == len(records) or known is None else [*found, known]

    def records(self, *, all_namespaces: bool = False) -> list[Record]:
        """What labels tell of every revision of every release: bodies are read with `heads`."""
        return self.driver.list(all_namespaces=all_namespaces, metadata_only=True)

    def heads(
        self, wanted: Sequence[Record], among: Iterable[Record], *, all_namespaces: bool = False
    ) -> dict[Place, Release]:
        """What a list shows of revisions: no values, no manifest, of the chart only its metadata.

        `among` are all that are stored: where most of one status are wanted, they are asked for
        together. Damaged ones are left out with a warning, those that are gone without.
        """
        stored = Counter(map(status_of, among))
        asked = Counter(map(status_of, wanted))
        found: dict[Place, Release] = {}
        for status, count in asked.items():
            group = [record for record in wanted if status_of(record) == status]
            if count > FEW and stored[status] <= 2 * count:
                found.update(self._listed_heads(status, group, all_namespaces))
            else:
                heads = side_by_side(self._head, group)
                found.update({place_of(r): h for r, h in zip(group, heads, strict=True) if h})
        return found

    def _listed_heads(
        self, status: str, wanted: Iterable[Record], all_namespaces: bool
    ) -> dict[Place, Release]:
        places = {place_of(record) for record in wanted}
        rows = self.driver.list(f"status={status}", all_namespaces=all_namespaces)
        chosen = [record for record in rows if place_of(record) in places]
        return {place_of(r): head for r in chosen if (head := self._head_of(r))}

    def read(self, records: Iterable[Record]) -> list[Release]:
        """The releases in records.

        A damaged one is left out with a warning, since it must not hide the others.
        """
        found = []
        for record in records:
            try:
                found.append(self._kept.read(record))
            except StorageError as exc:
                logger.warning("%s", exc)
        return found

    def purge(self, name: str) -> None:
        """Drop all revisions, damaged ones too; the newest last, which says what is going on."""
        records = sorted(self._records(name, metadata_only=True), key=revision_of)
        side_by_side(self._drop, records[:-1])
        side_by_side(self._drop, records[-1:])

    def _drop(self, record: Record) -> None:
        with suppress(ReleaseNotFound):
            self.driver.delete(record.key)

    def _head(self, record: Record) -> Release | None:
        try:
            return self._head_of(self.driver.get(record.key, record.namespace))
        except ReleaseNotFound:
            return None

    def _last_records(self, name: str, limit: int) -> list[Record]:
        known = sorted(self._records(name, metadata_only=True), key=revision_of)
        return side_by_side(lambda record: self.driver.get(record.key), known[-limit:])

    def _records(
        self, name: str, status: Status | None = None, *, metadata_only: bool = False
    ) -> list[Record]:
        selector = f"name={name}" + (f",status={status.value}" if status else "")
        return self.driver.list(selector, metadata_only=metadata_only)

    def _prune(self, release: Release, limit: int) -> None:
        records = sorted(self._records(release.name, metadata_only=True), key=revision_of)
        if release.version > 1 and not records:
            raise ReleaseNotFound(
                f"{release.name} has been uninstalled by another client meanwhile"
            )
        surplus = len(records) - limit
        deployed = [r for r in records if r.labels.get("status") == Status.DEPLOYED.value]
        kept = deployed[-1].key if deployed else ""
        old = [record for record in records if record.key != kept][: max(surplus, 0)]
        side_by_side(self._drop, old)

    def _head_of(self, record: Record) -> Release | None:
        try:
            return self._kept.head(record)
        except StorageError as exc:
            logger.warning("%s", exc)
            return None

    def _empty(self, release: Release, with_labels: dict[str, str]) -> Record:
        key = key_of(release.name, release.version)
        return Record(key, release.namespace or self.namespace, with_labels)


def status_of(record: Record) -> str:
    """A record's status, as its labels say."""
    return record.labels.get("status", "")


def place_of(record: Record) -> Place:
    """Where a record is."""
    return record.namespace, record.key


def revision_of(record: Record) -> int:
    """A record's revision, by its label, else by its key."""
    text = record.labels.get("version", "")
    return int(text) if text.isdigit() else int(record.key.rpartition(".v")[2] or 0)

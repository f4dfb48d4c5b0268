"""Records in PostgreSQL: HELM_DRIVER=sql, in Helm's tables, so that both may use one database.

The tables, their names and the bookkeeping of what was made (`gorp_migrations`) are those of Helm's
driver (pkg/storage/driver/sql.go and its library sql-migrate). psycopg is an extra of the package.
"""

from __future__ import annotations

import os
import threading
import weakref
from contextlib import contextmanager

from pyhelm._lazy import logger_of
from pyhelm._typing import TYPE_CHECKING, Any, Iterator, Mapping, Sequence, TypeAlias
from pyhelm.errors import ReleaseExists, ReleaseNotFound, StorageError, UsageError
from pyhelm.storage.driver import Record
from pyhelm.storage.labels import OWNER, SYSTEM, user_labels
from pyhelm.storage.selector import matches

if TYPE_CHECKING:
    from psycopg import Connection

log = logger_of(__name__)

TYPE = "helm.sh/release.v1"

VARIABLE = "HELM_DRIVER_SQL_CONNECTION_STRING"

MIGRATIONS = {
    "custom_labels": """
        CREATE TABLE custom_labels_v1 (
            releaseKey VARCHAR(64),
            releaseNamespace VARCHAR(67),
            key VARCHAR(317),
            value VARCHAR(63)
        );
        CREATE INDEX ON custom_labels_v1 (releaseKey, releaseNamespace);
        GRANT ALL ON custom_labels_v1 TO PUBLIC;
        ALTER TABLE custom_labels_v1 ENABLE ROW LEVEL SECURITY;
    """,
    "init": """
        CREATE TABLE releases_v1 (
            key VARCHAR(90),
            type VARCHAR(64) NOT NULL,
            body TEXT NOT NULL,
            name VARCHAR(64) NOT NULL,
            namespace VARCHAR(64) NOT NULL,
            version INTEGER NOT NULL,
            status TEXT NOT NULL,
            owner TEXT NOT NULL,
            createdAt INTEGER NOT NULL,
            modifiedAt INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY(key, namespace)
        );
        CREATE INDEX ON releases_v1 (key, namespace);
        CREATE INDEX ON releases_v1 (version);
        CREATE INDEX ON releases_v1 (status);
        CREATE INDEX ON releases_v1 (owner);
        CREATE INDEX ON releases_v1 (createdAt);
        CREATE INDEX ON releases_v1 (modifiedAt);
        GRANT ALL ON releases_v1 TO PUBLIC;
        ALTER TABLE releases_v1 ENABLE ROW LEVEL SECURITY;
    """,
}
"""What makes the tables, in the order in which Helm's library runs it: that of the names."""

BOOKKEEPING = """
    CREATE TABLE IF NOT EXISTS gorp_migrations (
        id TEXT NOT NULL PRIMARY KEY,
        applied_at TIMESTAMP WITH TIME ZONE
    )
"""

_HEAD = "key, namespace, name, status, version, owner, createdAt, modifiedAt"
_LABELS = "SELECT releaseNamespace, releaseKey, key, value FROM custom_labels_v1"


Records: TypeAlias = list[Record]


class SQLDriver:
    """The Driver of `sql`; connects when it is first asked, safe to use from several threads."""

    name = "sql"
    limit = 0

    def __init__(self, connection: str, namespace: str) -> None:
        self._string = connection
        self._namespace = namespace
        self._lock = threading.Lock()
        self._connection: Connection | None = None

    def create(self, record: Record) -> Record:
        """Store a new record; raises ReleaseExists."""
        from psycopg.errors import UniqueViolation

        labels = record.labels
        row = (
            *(record.key, TYPE, record.body, labels["name"], record.namespace),
            *(int(labels["version"]), labels["status"], OWNER, int(labels.get("createdAt") or 0)),
        )
        try:
            with self._doing("create: failed to create") as database, database.transaction():
                database.execute(
                    "INSERT INTO releases_v1 (key, type, body, name, namespace, version, status, "
                    "owner, createdAt) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
                    row,
                )
                for key, value in user_labels(labels).items():
                    place = (record.key, record.namespace, key, value)
                    database.execute("INSERT INTO custom_labels_v1 VALUES (%s, %s, %s, %s)", place)
        except StorageError as exc:
            if isinstance(exc.__cause__, UniqueViolation):
                raise ReleaseExists("release: already exists") from exc
            raise
        return record

    def get(self, key: str, namespace: str = "") -> Record:
        """Read one record; raises ReleaseNotFound."""
        where = {"key": key, "namespace": namespace or self._namespace}
        found = self._select(where, f'get: failed to get "{key}"', bodies=True)
        if not found:
            raise ReleaseNotFound("release: not found")
        return found[0]

    def update(self, record: Record) -> None:
        """Replace a record; raises ReleaseNotFound."""
        # Helm: the user's labels are those of the creation.
        labels = record.labels
        values = (
            *(record.body, labels["name"], int(labels["version"]), labels["status"], OWNER),
            *(int(labels.get("modifiedAt") or 0), record.key, record.namespace),
        )
        with self._doing("update: failed to update") as database:
            done = database.execute(
                "UPDATE releases_v1 SET body = %s, name = %s, version = %s, status = %s, "
                "owner = %s, modifiedAt = %s WHERE key = %s AND namespace = %s",
                values,
            )
        if not done.rowcount:
            raise ReleaseNotFound("release: not found")

    def delete(self, key: str) -> None:
        """Drop a record and its labels; raises ReleaseNotFound."""
        place = (key, self._namespace)
        with self._doing("delete: failed to delete") as database, database.transaction():
            done = database.execute(
                "DELETE FROM releases_v1 WHERE key = %s AND namespace = %s", place
            )
            database.execute(
                "DELETE FROM custom_labels_v1 WHERE releaseKey = %s AND releaseNamespace = %s",
                place,
            )
        if not done.rowcount:
            raise ReleaseNotFound("release: not found")

    def list(
        self, selector: str = "", *, all_namespaces: bool = False, metadata_only: bool = False
    ) -> list[Record]:
        """The records that a selector matches, in this namespace or in all."""
        where = {"owner": OWNER, **({} if all_namespaces else {"namespace": self._namespace})}
        for term in selector.split(","):
            key, equals, value = term.partition("=")
            if equals and key in ("name", "status"):
                where[key] = value
        what = "query: failed to query with labels" if selector else "list: failed to list"
        found = self._select(where, what, bodies=not metadata_only)
        return [record for record in found if matches(selector, record.labels)]

    def close(self) -> None:
        """Close the connection to the database; the next request makes another."""
        with self._lock:
            connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _select(self, where: Mapping[str, str], what: str, *, bodies: bool) -> Records:
        terms = " AND ".join(f"{column} = %s" for column in where)
        columns = f"{_HEAD}, {'body' if bodies else repr('')}"
        with self._doing(what) as database, database.transaction():
            rows = database.execute(
                f"SELECT {columns} FROM releases_v1 WHERE {terms} ORDER BY key",
                tuple(where.values()),
            ).fetchall()
            own = _own_labels(database, where) if rows else {}
        return [_record(row, own.get((row[1], row[0]), {})) for row in rows]

    @contextmanager
    def _doing(self, what: str) -> Iterator[Connection]:
        """The connection; says what was being done when the database refuses."""
        from psycopg import Error

        # One at a time: transactions of several threads would nest on the one connection.
        with self._lock:
            database = self._connected()
            try:
                yield database
            except Error as exc:
                raise StorageError(f"{what}: {_said(exc)}") from exc

    def _connected(self) -> Connection:
        if self._connection is None:
            self._connection = _connect(self._string)
            weakref.finalize(self, self._connection.close)
        return self._connection


def sql_driver(connection: str, namespace: str) -> SQLDriver:
    """The Driver of `sql`; raises UsageError where psycopg or the connection string is missing."""
    try:
        import psycopg  # noqa: F401
    except ImportError as exc:
        raise UsageError(
            f"HELM_DRIVER=sql needs psycopg ({exc}): install 'psycopg[binary]' beside PyHelm"
        ) from exc
    if not connection:
        raise UsageError(
            f"HELM_DRIVER=sql needs {VARIABLE}, "
            "as postgresql://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=require"
        )
    return SQLDriver(connection, namespace)


def _connect(string: str) -> Connection:
    """Connect, and make the tables where there are none; raises StorageError."""
    import psycopg

    try:
        database = psycopg.connect(_secured(string), autocommit=True)
    except psycopg.Error as exc:
        raise StorageError(
            f"connect to the database of releases: {_said(exc)}; check {VARIABLE}"
        ) from exc
    try:
        _migrate(database)
    except psycopg.Error as exc:
        database.close()
        raise StorageError(f"make the tables of releases: {_said(exc)}") from exc
    return database


def _secured(string: str) -> str:
    """The connection string; where it says nothing of TLS, TLS is demanded, as Helm does."""
    from psycopg.conninfo import conninfo_to_dict, make_conninfo

    if "sslmode" in conninfo_to_dict(string) or os.environ.get("PGSSLMODE"):
        return string
    return make_conninfo(string, sslmode="require")


def _migrate(database: Connection) -> None:
    from psycopg.errors import DuplicateTable, UniqueViolation

    for name in sorted(MIGRATIONS.keys() - _applied(database)):
        try:
            with database.transaction():
                database.execute(BOOKKEEPING)
                # Raises where another client makes the same table now.
                database.execute(MIGRATIONS[name].encode())
                database.execute("INSERT INTO gorp_migrations VALUES (%s, now())", (name,))
        except (DuplicateTable, UniqueViolation):
            if name not in _applied(database):
                raise
            log.debug("another client made the tables of %s", name)


def _applied(database: Connection) -> set[str]:
    from psycopg.errors import UndefinedTable

    try:
        return {row[0] for row in database.execute("SELECT id FROM gorp_migrations").fetchall()}
    except UndefinedTable:
        return set()


def _own_labels(
    database: Connection, where: Mapping[str, str]
) -> dict[tuple[str, str], dict[str, str]]:
    """The users' labels by namespace and key, of at least the records that are asked for."""
    columns = {"key": "releaseKey", "namespace": "releaseNamespace"}
    known = {columns[column]: value for column, value in where.items() if column in columns}
    terms = " AND ".join(f"{column} = %s" for column in known)
    query = f"{_LABELS} WHERE {terms}" if known else _LABELS
    found: dict[tuple[str, str], dict[str, str]] = {}
    for namespace, place, key, value in database.execute(query, tuple(known.values())).fetchall():
        if key not in SYSTEM:
            found.setdefault((namespace, place), {})[key] = value
    return found


def _record(row: Sequence[Any], own: Mapping[str, str]) -> Record:
    key, namespace, name, status, version, owner, created, modified, body = row
    system = {
        "name": name,
        "owner": owner,
        "status": status,
        "version": str(version),
        **({"createdAt": str(created)} if created else {}),
        **({"modifiedAt": str(modified)} if modified else {}),
    }
    return Record(key, namespace, {**own, **system}, body)


def _said(exc: Exception) -> str:
    """What PostgreSQL said, in one line."""
    return " ".join(str(exc).split()) or type(exc).__name__

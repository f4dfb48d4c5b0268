"""One contract over every driver: what storage promises, whoever keeps the records."""

from __future__ import annotations

import contextlib
import sys
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pyhelm.chart.model import Chart, File, Metadata
from pyhelm.errors import (
    NoDeployedRelease,
    ReleaseExists,
    ReleaseNotFound,
    StorageError,
    UsageError,
)
from pyhelm.kube.client import KubeClient
from pyhelm.release.model import Hook, HookEvent, HookExecution, Info, Release, Status
from pyhelm.release.timestamp import Timestamp
from pyhelm.storage import codec, driver_named
from pyhelm.storage.driver import Record
from pyhelm.storage.store import Storage
from pyhelm.testing.transport import SimulatorTransport
from tests import postgres

NOW = Timestamp.of(datetime(2026, 1, 31, 12, tzinfo=UTC))


def release(version=1, status=Status.DEPLOYED, name="db", **fields):
    chart = Chart(Metadata(name="mysql", version="1.0.0", api_version="v2"))
    info = Info(first_deployed=NOW, last_deployed=NOW, status=status, description="why")
    made = Release(name, "default", version, info, chart, config={"a": 1}, manifest="---\n")
    return replace(made, **fields)


@pytest.fixture(scope="session")
def database():
    """The connection string of a real PostgreSQL server."""
    with postgres.running() as connection:
        yield connection


SQL = pytest.param("sql", marks=pytest.mark.cluster)


@pytest.fixture
def cluster():
    with KubeClient(SimulatorTransport(), namespace="default") as found:
        yield found


@pytest.fixture(params=["secret", "configmap", "memory", SQL])
def driver(request, cluster):
    if request.param != "sql":
        with contextlib.closing(driver_named(request.param, cluster, "default")) as made:
            yield made
        return
    import psycopg

    connection = request.getfixturevalue("database")
    with contextlib.closing(driver_named("sql", cluster, "default", connection)) as made:
        made.list()
        with psycopg.connect(connection) as emptied:
            emptied.execute("DELETE FROM releases_v1; DELETE FROM custom_labels_v1")
        yield made


@pytest.fixture
def storage(driver):
    return Storage(driver, "default", clock=lambda: 1000)


def test_what_is_stored_comes_back(storage):
    hook = Hook("h", "Job", "p", "m", (HookEvent.TEST,), HookExecution(NOW, NOW, "Succeeded"), 5)
    stored = release(hooks=(hook,), labels={"team": "x"}, apply_method="ssa")
    storage.create(stored)
    assert storage.get("db", 1) == stored


def test_a_key_is_taken_once(storage):
    storage.create(release())
    with pytest.raises(ReleaseExists, match="release: already exists"):
        storage.create(release())


def test_what_is_not_there(storage):
    for read in (storage.last, storage.history):
        with pytest.raises(ReleaseNotFound, match="release: not found"):
            read("db")
    with pytest.raises(ReleaseNotFound):
        storage.get("db", 1)
    with pytest.raises(ReleaseNotFound):
        storage.update(release())
    with pytest.raises(ReleaseNotFound):
        storage.delete("db", 1)


def test_last_and_deployed(storage):
    storage.create(release(1, Status.SUPERSEDED))
    storage.create(release(2, Status.DEPLOYED))
    storage.create(release(10, Status.FAILED))
    storage.create(release(3, Status.FAILED, name="other"))
    assert storage.last("db").version == 10
    assert storage.deployed("db").version == 2
    assert [each.version for each in storage.history("db")] == [1, 2, 10]
    with pytest.raises(NoDeployedRelease, match='"other" has no deployed releases'):
        storage.deployed("other")


def test_an_update_changes_status_and_labels(storage, driver):
    storage.create(release(status=Status.PENDING_INSTALL, labels={"team": "x"}))
    storage.update(release(status=Status.DEPLOYED, labels={"team": "x"}))
    (record,) = driver.list("name=db,status=deployed")
    assert record.labels["modifiedAt"] == "1000"
    assert record.labels["team"] == "x"
    assert driver.list("status=pending-install") == []


def test_history_is_bounded_but_keeps_the_deployed_one(storage):
    limited = storage.with_limit(3)
    limited.create(release(1, Status.DEPLOYED))
    for version in range(2, 7):
        limited.create(release(version, Status.FAILED))
    assert [each.version for each in limited.history("db")] == [1, 5, 6]


def test_metadata_only_has_no_bodies(storage, driver):
    storage.create(release())
    (record,) = driver.list("name=db", metadata_only=True)
    assert (record.body, record.labels["version"]) == ("", "1")


def test_a_damaged_record_is_named():
    with pytest.raises(StorageError, match="read release record k: it is damaged"):
        codec.decode(Record("k", "default", {}, "no base64 of anything"))


def test_records_of_helm_3_and_without_gzip_are_read():
    import base64
    import json

    row = codec.to_record(release())
    row["info"]["deleted"] = ""
    row["info"]["first_deployed"] = "0001-01-01T00:00:00Z"
    row.pop("apply_method", None)
    body = base64.b64encode(json.dumps(row).encode()).decode()
    read = codec.decode(Record("k", "default", {}, body))
    assert (read.info.deleted, read.info.first_deployed) == (None, None)
    assert read.apply_method == ""


def test_jinja_is_named_where_helm_keeps_it():
    chart = Chart(
        Metadata(name="web", version="1.0.0", api_version="v2", engine="jinja"),
        templates=(File("templates/a.yaml", b"a"),),
    )
    record = codec.to_record(release(chart=chart))
    assert record["chart"]["metadata"]["annotations"] == {"pyhelm/engine": "jinja"}


def test_many_are_dropped_side_by_side(storage):
    for version in range(1, 21):
        storage.create(release(version, Status.SUPERSEDED))
    storage.purge("db")
    with pytest.raises(ReleaseNotFound):
        storage.last("db")


def test_without_psycopg_the_error_says_what_to_install(cluster, monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(UsageError, match=r"install 'psycopg\[binary\]' beside PyHelm"):
        driver_named("sql", cluster, "default", "postgresql://h/d")


@pytest.mark.cluster
def test_what_postgresql_refuses_is_told_without_the_password(database, cluster):
    wrong = database.replace("p%40ss", "sesame")
    storage = Storage(driver_named("sql", cluster, "d", wrong), "d")
    with pytest.raises(StorageError, match="password authentication failed") as error:
        storage.last("db")
    assert "check HELM_DRIVER_SQL_CONNECTION_STRING" in str(error.value)
    assert "sesame" not in str(error.value)

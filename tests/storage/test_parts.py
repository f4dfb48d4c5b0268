"""Releases too large for one Secret, on the simulator: what is written, when, and what is lost."""

from __future__ import annotations

import base64
import gzip
import json
import random
import time

import pytest

from pyhelm._dataclass import replace
from pyhelm.errors import ReleaseNotFound, StorageError
from pyhelm.kube.client import KubeClient
from pyhelm.kube.cluster import ObjectRef
from pyhelm.release.model import Hook, HookEvent, HookExecution, Status
from pyhelm.storage import driver_named, parts, records
from pyhelm.storage.store import Storage
from pyhelm.testing.transport import SimulatorTransport
from tests.storage.test_contract import NOW, release

HOOK = Hook("h", "Job", "p", "kind: Job\n", (HookEvent.TEST,))
KINDS = {"secret": "Secret", "configmap": "ConfigMap"}


@pytest.fixture
def cluster():
    with KubeClient(SimulatorTransport(), namespace="default") as found:
        yield found


@pytest.fixture(params=list(KINDS))
def driver(request, cluster, monkeypatch):
    """A driver whose records are small, and so are their parts."""
    made = driver_named(request.param, cluster, "default")
    made.limit = 4000
    monkeypatch.setattr(records, "SIZE", 3000)
    return made


@pytest.fixture
def storage(driver):
    return Storage(driver, "default", clock=lambda: 1000)


@pytest.fixture
def stored(cluster, driver):
    """The objects that hold records, by name."""

    def read():
        rows = cluster.list("v1", KINDS[driver.name], "default")
        found = {row["metadata"]["name"]: row for row in rows}
        return {name: row for name, row in found.items() if name.startswith("sh.helm.")}

    return read


def large(size=12_000, **fields):
    text = random.Random(1).randbytes(size // 2).hex()
    manifest = f"---\nkind: ConfigMap\ndata:\n  a: {text}\n"
    return release(manifest=manifest, hooks=(HOOK,), labels={"team": "x"}, **fields)


def head_of(obj):
    """A head as Helm decodes it."""
    body = obj["data"]["release"]
    if obj["kind"] == "Secret":
        body = base64.b64decode(body)
    return json.loads(gzip.decompress(base64.b64decode(body)))


def test_what_fits_is_one_record(storage, stored):
    storage.create(release(manifest="a: 1\n"))
    (obj,) = stored().values()
    assert head_of(obj)["manifest"] == "a: 1\n"


def test_what_does_not_fit_is_a_head_and_parts(storage, driver, stored):
    made = large(apply_method="ssa")
    storage.create(made)
    assert storage.get("db", 1) == made
    key = "sh.helm.release.v1.db.v1"
    found = stored()
    names = [name for name in found if name != key]
    assert len(names) > 2
    assert all(len(obj["data"]["release"]) <= 4000 for obj in found.values())
    (seen,) = driver.list("name=db")
    assert (seen.key, seen.labels["status"], seen.labels["team"]) == (key, "deployed", "x")
    uid = found[key]["metadata"]["uid"]
    owner = {"apiVersion": "v1", "kind": KINDS[driver.name], "name": key, "uid": uid}
    for name in names:
        assert found[name]["metadata"]["ownerReferences"] == [owner]
        assert found[name]["metadata"]["labels"]["owner"] == "pyhelm"


def test_a_head_is_a_record_that_helm_lists_and_cannot_apply(storage, stored):
    storage.create(large())
    row = head_of(stored()["sh.helm.release.v1.db.v1"])
    assert (row["name"], row["version"], row["info"]["status"]) == ("db", 1, "deployed")
    assert row["chart"]["metadata"]["name"] == "mysql"
    assert "PyHelm" in row["manifest"]
    assert "hooks" not in row


def test_a_status_leaves_the_parts_alone(storage, stored):
    made = large(status=Status.PENDING_INSTALL)
    storage.create(made)
    before = stored()
    ran = replace(HOOK, last_run=HookExecution(NOW, NOW, "Succeeded"))
    done = replace(made, info=replace(made.info, status=Status.DEPLOYED), hooks=(ran,))
    storage.update(done)
    after = stored()
    head = before.pop("sh.helm.release.v1.db.v1")
    assert after.pop("sh.helm.release.v1.db.v1") != head
    assert after == before
    assert storage.get("db", 1) == done
    assert Storage(storage.driver, "default").get("db", 1) == done


def test_another_client_changes_the_status_too(storage, driver, stored):
    made = large()
    storage.create(made)
    before = stored()
    old = replace(made, info=replace(made.info, status=Status.SUPERSEDED))
    Storage(driver, "default").update(old)
    assert storage.get("db", 1) == old
    storage.update(made)
    assert storage.get("db", 1) == made
    assert len(stored()) == len(before)


def test_a_record_may_outgrow_its_secret(storage, stored):
    made = large(6_000, status=Status.PENDING_INSTALL)
    storage.driver.limit = 5_600
    storage.create(made)
    assert len(stored()) == 1
    said = random.Random(2).randbytes(3_000).hex()
    done = replace(made, info=replace(made.info, description=said, notes=said))
    storage.update(done)
    assert storage.get("db", 1) == done
    assert len(stored()) > 2


def test_lists_and_history_read_no_parts(storage, driver):
    storage.create(large())
    asked = []
    get = driver.get

    def noted(key, namespace=""):
        asked.append(key)
        return get(key, namespace)

    driver.get = noted
    (head,) = storage.history_heads("db")
    (same,) = storage.heads(storage.records(), storage.records()).values()
    assert head.info == same.info == large().info
    assert head.chart.metadata.annotations == same.chart.metadata.annotations == {}
    assert asked == ["sh.helm.release.v1.db.v1"]


def test_a_lost_part_is_one_clear_error(storage, cluster, driver, stored):
    storage.create(large())
    name = next(name for name in stored() if name.endswith(".2"))
    cluster.delete(ObjectRef("v1", KINDS[driver.name], name, "default"))
    with pytest.raises(StorageError) as error:
        storage.get("db", 1)
    start = f"read release record sh.helm.release.v1.db.v1: part 2 of {len(stored())}, {name}, "
    assert str(error.value).startswith(start + "is gone; restore it")


def test_a_changed_part_is_noticed(storage, driver, stored):
    storage.create(large())
    one, two = sorted(name for name in stored() if name.endswith((".1", ".2")))
    bodies = driver.get(one), driver.get(two)
    driver.update(replace(bodies[0], body=bodies[1].body))
    with pytest.raises(StorageError, match=r"v1\.db\.v1: (it is damaged|its parts)"):
        storage.get("db", 1)


def test_parts_go_with_their_head(storage, stored):
    storage.create(large())
    storage.create(large(version=2))
    storage.delete("db", 1)
    deadline = time.monotonic() + 60
    while any(".db.v1." in name for name in stored()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert storage.get("db", 2) == large(version=2)
    storage.purge("db")
    while stored():
        assert time.monotonic() < deadline
        time.sleep(0.02)


class Killed(BaseException):
    """What no handler of the code under test survives."""


@pytest.mark.parametrize("survivors", [0, 1, 3])
def test_a_client_that_dies_while_it_writes_parts_leaves_a_head_that_says_so(
    storage, driver, survivors
):
    create, delete = driver.create, driver.delete
    left = [survivors + 1]

    def dying(record):
        if not left[0]:
            raise Killed
        left[0] -= 1
        return create(record)

    def dead(key):
        raise Killed

    driver.create, driver.delete = dying, dead
    made = large(status=Status.PENDING_INSTALL)
    with pytest.raises(Killed):
        storage.create(made)
    driver.create, driver.delete = create, delete
    found = Storage(driver, "default").get("db", 1)
    assert (found.info.status, found.manifest, found.hooks) == (Status.PENDING_INSTALL, "", ())


def test_what_cannot_be_written_is_taken_back(storage, driver, stored):
    create = driver.create

    def failing(record):
        if record.key.endswith(".2"):
            raise StorageError("no space left")
        return create(record)

    driver.create = failing
    with pytest.raises(StorageError, match="no space left"):
        storage.create(large())
    with pytest.raises(ReleaseNotFound):
        storage.last("db")


def test_what_helms_rollback_leaves_is_a_failed_revision(storage, driver):
    """Helm stores the head again, as a pending revision, before it meets the manifest."""
    storage.create(large())
    head = driver.get("sh.helm.release.v1.db.v1")
    row = json.loads(gzip.decompress(base64.b64decode(head.body)))
    row["version"], row["info"]["status"] = 2, "pending-rollback"
    body = base64.b64encode(gzip.compress(json.dumps(row).encode())).decode()
    labels = {**head.labels, "version": "2", "status": "pending-rollback"}
    driver.create(replace(head, key="sh.helm.release.v1.db.v2", labels=labels, body=body))
    last = storage.last("db")
    assert (last.version, last.info.status) == (2, Status.FAILED)
    assert last.manifest == large().manifest


def test_the_manifest_of_a_head_is_no_yaml():
    import yaml

    with pytest.raises(yaml.YAMLError, match="use-PyHelm"):
        list(yaml.safe_load_all(parts.MANIFEST))

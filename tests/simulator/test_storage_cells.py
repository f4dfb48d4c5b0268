"""What `kubectl get` shows of volumes, claims and what provides them."""

from __future__ import annotations

import pytest

from tests.simulator.shown import ago, cell, check, named, table

pytestmark = pytest.mark.usefixtures("still")

BETA = {"annotations": {"volume.beta.kubernetes.io/storage-class": "old"}}
GOING = {"deletionTimestamp": ago(1)}


def test_claims():
    spec = {
        "volumeName": "pv1",
        "storageClassName": "fast",
        "volumeAttributesClassName": "gold",
        "volumeMode": "Block",
    }
    status = {
        "phase": "Bound",
        "capacity": {"storage": "2Gi"},
        "accessModes": ["ReadWriteMany", "ReadWriteOnce"],
    }
    expected = {
        "Status": "Bound",
        "Volume": "pv1",
        "Capacity": "2Gi",
        "Access Modes": "RWO,RWX",
        "StorageClass": "fast",
        "VolumeAttributesClass": "gold",
        "Age": "5m",
        "+VolumeMode": "Block",
    }
    check(named("PersistentVolumeClaim", spec=spec, status=status), expected)


def test_a_claim_that_is_not_bound_has_no_size_yet():
    status = {"phase": "Pending", "capacity": {"storage": "2Gi"}, "accessModes": ["ReadWriteOnce"]}
    expected = {
        "Status": "Pending",
        "Volume": "",
        "Capacity": "",
        "Access Modes": "",
        "StorageClass": "",
        "VolumeAttributesClass": "<unset>",
        "Age": "5m",
        "+VolumeMode": "<unset>",
    }
    check(named("PersistentVolumeClaim", spec={}, status=status), expected)


def test_a_bound_claim_of_unknown_size():
    obj = named("PersistentVolumeClaim", spec={"volumeName": "v"})
    assert (cell(obj, "Capacity"), cell(obj, "Access Modes")) == ("0", "")


def test_volumes():
    spec = {
        "capacity": {"storage": "10Gi"},
        "accessModes": ["ReadWriteOncePod", "ReadOnlyMany", "ReadOnlyMany"],
        "persistentVolumeReclaimPolicy": "Retain",
        "claimRef": {"namespace": "n", "name": "data"},
        "storageClassName": "fast",
        "volumeAttributesClassName": "gold",
        "volumeMode": "Filesystem",
    }
    expected = {
        "Capacity": "10Gi",
        "Access Modes": "ROX,RWOP",
        "Reclaim Policy": "Retain",
        "Status": "Failed",
        "Claim": "n/data",
        "StorageClass": "fast",
        "VolumeAttributesClass": "gold",
        "Reason": "Lost",
        "Age": "5m",
        "+VolumeMode": "Filesystem",
    }
    status = {"phase": "Failed", "reason": "Lost"}
    check(named("PersistentVolume", spec=spec, status=status), expected)


def test_a_volume_that_nobody_claimed():
    obj = named("PersistentVolume", spec={})
    columns = ("Capacity", "Claim", "Reason", "VolumeAttributesClass", "+VolumeMode")
    assert [cell(obj, each) for each in columns] == ["0", "", "", "<unset>", "<unset>"]


@pytest.mark.parametrize("kind", ["PersistentVolume", "PersistentVolumeClaim"])
def test_volumes_and_claims_that_go_and_that_have_an_old_class(kind):
    obj = named(kind, metadata={**GOING, **BETA}, spec={"storageClassName": "new"})
    assert (cell(obj, "Status"), cell(obj, "StorageClass")) == ("Terminating", "old")


def test_storage_classes():
    made = {"reclaimPolicy": "Retain", "volumeBindingMode": "WaitForFirstConsumer"}
    obj = named(
        "StorageClass",
        "storage.k8s.io/v1",
        provisioner="example.com/p",
        allowVolumeExpansion=True,
        **made,
    )
    expected = {
        "Provisioner": "example.com/p",
        "ReclaimPolicy": "Retain",
        "VolumeBindingMode": "WaitForFirstConsumer",
        "AllowVolumeExpansion": True,
        "Age": "5m",
    }
    check(obj, expected)
    plain = named("StorageClass", "storage.k8s.io/v1", provisioner="p")
    usual = {"ReclaimPolicy": "Delete", "VolumeBindingMode": "Immediate"}
    more = {"AllowVolumeExpansion": False, "Age": "5m"}
    check(plain, {"Provisioner": "p", **usual, **more})


STABLE = "storageclass.kubernetes.io/is-default-class"
OLD = "storageclass.beta.kubernetes.io/is-default-class"


def storage_class(name, seconds, *keys, value="true"):
    metadata = {"creationTimestamp": ago(seconds), "annotations": dict.fromkeys(keys, value)}
    return named("StorageClass", "storage.k8s.io/v1", name=name, metadata=metadata, provisioner="p")


@pytest.mark.parametrize(
    ("classes", "names"),
    [
        ([storage_class("a", 9), storage_class("b", 9, STABLE, value="false")], ["a", "b"]),
        ([storage_class("a", 9), storage_class("b", 9, OLD)], ["a", "b (default)"]),
        # The newest of several, and of those that are equally old the first by name.
        ([storage_class("a", 9, STABLE), storage_class("b", 5, STABLE)], ["a", "b (default)"]),
        ([storage_class("a", 5, STABLE), storage_class("b", 9, OLD)], ["a (default)", "b"]),
        ([storage_class("b", 9, STABLE), storage_class("a", 9, STABLE)], ["b", "a (default)"]),
        ([storage_class("a", 9, STABLE), storage_class("b", 9, STABLE)], ["a (default)", "b"]),
    ],
)
def test_one_storage_class_of_a_list_is_the_default(classes, names):
    rows = table(*classes, metadata={"resourceVersion": "1"})["rows"]
    assert [row["cells"][0] for row in rows] == names


def test_a_single_storage_class_does_not_say_that_it_is_the_default():
    assert cell(storage_class("a", 9, STABLE), "Name") == "a"


def test_attributes_classes():
    obj = named("VolumeAttributesClass", "storage.k8s.io/v1", driverName="d")
    check(obj, {"DriverName": "d", "Age": "5m"})


def test_attachments():
    source = {"persistentVolumeName": "pv1"}
    spec = {"attacher": "d", "source": source, "nodeName": "n"}
    obj = named("VolumeAttachment", "storage.k8s.io/v1", spec=spec, status={"attached": True})
    check(obj, {"Attacher": "d", "PV": "pv1", "Node": "n", "Attached": True, "Age": "5m"})
    obj = named("VolumeAttachment", "storage.k8s.io/v1", spec={})
    assert (cell(obj, "PV"), cell(obj, "Attached")) == ("", False)


def test_csi_nodes():
    obj = named("CSINode", "storage.k8s.io/v1", spec={"drivers": [{"name": "a"}, {"name": "b"}]})
    check(obj, {"Drivers": 2, "Age": "5m"})


@pytest.mark.parametrize(
    ("spec", "shown"),
    [
        ({}, [True, False, False, "<unset>", False, "<none>"]),
        (
            {
                "attachRequired": False,
                "podInfoOnMount": True,
                "storageCapacity": True,
                "tokenRequests": [{"audience": "a"}, {"audience": ""}, {"audience": "b"}],
                "requiresRepublish": True,
                "volumeLifecycleModes": ["Persistent", "Ephemeral"],
            },
            [False, True, True, "a,,b", True, "Persistent,Ephemeral"],
        ),
    ],
)
def test_csi_drivers(spec, shown):
    columns = ("AttachRequired", "PodInfoOnMount", "StorageCapacity", "TokenRequests")
    more = ("RequiresRepublish", "Modes", "Age")
    expected = dict(zip((*columns, *more), [*shown, "5m"], strict=True))
    check(named("CSIDriver", "storage.k8s.io/v1", spec=spec), expected)

"""What a real API server read back for manifests of each kind (`defaults.json`): the same here."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path

import pytest

from pyhelm.simulator.quantities import canonical, quantity

CASES = json.loads(Path(__file__).with_name("defaults.json").read_text(encoding="utf-8"))
NODES = {"kwok-node": "NODE", "simulated-node": "NODE"}


def settled(obj):
    """An object without what is drawn by lot: addresses, ports, uids, random names."""
    text = json.dumps(obj, sort_keys=True)
    text = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "UID", text)
    text = re.sub(r'"10\.\d+\.\d+\.\d+"', '"ADDRESS"', text)
    text = re.sub(r'"nodePort": \d+', '"nodePort": 0', text)
    text = re.sub(r"kube-api-access-\w{5}", "ACCESS", text)
    for name, shown in NODES.items():
        text = text.replace(name, shown)
    return json.loads(text)


def case_name(case):
    return f"{case['applied']['kind']}-{case['applied']['metadata']['name']}"


@pytest.mark.parametrize("case", CASES, ids=case_name)
def test_defaults(sim_api, case):
    code, _ = sim_api.apply(copy.deepcopy(case["applied"]))
    assert code == 201
    kind, name = case["applied"]["kind"], case["applied"]["metadata"]["name"]
    obj = sim_api.get(kind, name)
    for field in ("metadata", "status"):
        obj.pop(field, None)
    if kind == "PersistentVolumeClaim":
        # Here a volume is made for it; there nobody provisions one.
        assert obj["spec"].pop("volumeName").startswith("pvc-")
    if kind == "Pod":
        assert obj["spec"].pop("nodeName") == "simulated-node"
        case["read"]["spec"].pop("nodeName", None)
    assert settled(obj) == settled(case["read"])


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("0.1", "100m"),
        ("1000m", "1"),
        ("1000", "1k"),
        ("2048Ki", "2Mi"),
        ("1.5Gi", "1536Mi"),
        ("1000Mi", "1000Mi"),
        ("0", "0"),
        (2, "2"),
        ("1e3", "1e3"),
        ("100M", "100M"),
    ],
)
def test_canonical_quantities(written, read):
    assert canonical(written) == read


def test_quantities_are_numbers():
    assert quantity("1Gi") == 1024**3
    assert quantity("100m") * 10 == 1
    assert quantity("2k") == 2000

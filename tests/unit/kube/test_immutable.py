"""The words are those of Kubernetes 1.37's API server, read there."""

from __future__ import annotations

import pytest

from pyhelm.errors import Conflict, Invalid
from pyhelm.kube.immutable import immutable_fields

IMMUTABLE = {
    "spec.selector": 'Invalid value: {"matchLabels":{"app":"b"}}: field is immutable',
    "spec.clusterIPs[0]": 'Invalid value: ["10.96.3.3"]: may not change once set',
    "data": "Forbidden: field is immutable when `immutable` is set",
    "value": "Forbidden: may not be changed in an update.",
    "parameters": "Invalid value: null: field is immutable",
    "spec": "Forbidden: pod updates may not change fields other than `spec.containers[*].image`",
    "spec.storage": "Forbidden: spec is immutable after creation except resources.requests",
    "spec.template": "Forbidden: updates to statefulset spec for fields other than 'replicas', "
    "'ordinals', 'template' are forbidden",
    "spec.name": "Invalid value: Value is immutable",
}
OTHER = {
    "spec.ports[0].port": "Invalid value: 99999: must be between 1 and 65535, inclusive",
    "data[tls.crt]": "Required value",
    "spec.replicas": "Invalid value: -1: must be greater than or equal to 0",
}


def refusal(causes, kind=Invalid):
    rows = [{"field": field, "message": text} for field, text in causes.items()]
    return kind({"code": 422, "reason": "Invalid", "details": {"causes": rows}})


@pytest.mark.parametrize("field", IMMUTABLE)
def test_immutable(field):
    assert immutable_fields(refusal({field: IMMUTABLE[field]})) == (field,)


@pytest.mark.parametrize("field", OTHER)
def test_other_faults(field):
    assert immutable_fields(refusal({field: OTHER[field]})) == ()


def test_with_another_fault_nothing_can_be_said():
    """A Secret of another type whose keys are missing: created anew it would be refused too."""
    assert immutable_fields(refusal({"type": "field is immutable", **OTHER})) == ()


def test_all_the_fields():
    assert immutable_fields(refusal(IMMUTABLE)) == tuple(IMMUTABLE)


def test_other_errors():
    assert immutable_fields(refusal(IMMUTABLE, Conflict)) == ()
    assert immutable_fields(ValueError("field is immutable")) == ()
    assert immutable_fields(None) == ()
    assert immutable_fields(Invalid({"code": 422})) == ()

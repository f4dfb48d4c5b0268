"""No drift is missed: where nothing seems to be lacking, the server would change nothing."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pyhelm.actions.shape import bare
from pyhelm.errors import APIError
from pyhelm.kube.client import KubeClient
from pyhelm.kube.cluster import ObjectRef
from pyhelm.kube.fields import differences, lacking, schema_of
from pyhelm.openapi import MISSING
from pyhelm.testing.transport import SimulatorTransport
from tests.unit.kube.test_settled import SLIPS, pods


@pytest.mark.unmeasured
@settings(deadline=None, derandomize=True, max_examples=150)
@given(first=pods(), human=st.none() | SLIPS | pods())
def test_what_is_not_lacking_an_apply_by_force_would_not_change(first, human):
    with KubeClient(SimulatorTransport(), namespace="default") as cluster:
        compare(cluster, first, human)


def compare(cluster, first, human):
    with contextlib.suppress(APIError):
        cluster.apply(first)
        if human is not None:
            cluster.patch(ObjectRef.of(first), human, field_manager="kubectl-edit")
    found = cluster.list("apps/v1", "Deployment")
    if not found or lacking(found[0], first, schema_of(found[0])):
        return
    restored = cluster.apply(first, force=True, dry_run=True)
    changes = differences(bare(found[0]), bare(restored), schema_of(restored))
    # An empty list or mapping is as good as none: a real server doesn't even store it.
    told = [each for each in changes if each.before is not MISSING or each.after]
    assert told == []

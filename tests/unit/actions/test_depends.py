"""`pyhelm/depends-on`: stages, circles, and names that are not there."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyhelm.actions import depends
from pyhelm.actions.targets import Target
from pyhelm.errors import ChartError
from pyhelm.kube.cluster import ObjectRef

VERSIONS = {"Deployment": "apps/v1", "StatefulSet": "apps/v1", "Job": "batch/v1"}


def target(name, needs="", namespace="default"):
    kind, _, name = name.partition("/")
    annotations = {"pyhelm/depends-on": needs} if needs else {}
    ref = ObjectRef(VERSIONS.get(kind, "v1"), kind, name, namespace)
    return Target(ref, {"kind": kind, "metadata": {"name": name, "annotations": annotations}})


def named(targets):
    return [f"{each.ref.kind}/{each.ref.name}" for each in targets]


def staged(*targets):
    return [named(stage.targets) for stage in depends.stages(targets)]


def test_without_the_annotation_all_is_one_stage():
    (stage,) = depends.stages([target("Service/a"), target("Deployment/a")])
    assert named(stage.targets) == ["Service/a", "Deployment/a"]
    assert stage.awaited == []


def test_what_is_needed_comes_first_and_is_awaited():
    first, second, third = depends.stages(
        [
            target("ConfigMap/c"),
            target("Deployment/web", "statefulset/db, batch/job/init"),
            target("StatefulSet/db"),
            target("Job/init", "StatefulSet/db"),
        ]
    )
    assert named(first.targets) == ["ConfigMap/c", "StatefulSet/db"]
    assert [ref.name for ref in first.awaited] == ["db"]
    assert named(second.targets) == ["Job/init"]
    assert [ref.name for ref in second.awaited] == ["init"]
    assert (named(third.targets), third.awaited) == (["Deployment/web"], [])


def test_the_group_tells_kinds_of_the_same_name_apart():
    other = Target(ObjectRef("other.io/v1", "Deployment", "db", "default"), {"kind": "Deployment"})
    mine = target("Deployment/db")
    needing = target("Deployment/web", "other.io/deployment/db")
    assert [ref.api_version for ref in depends.stages([mine, needing, other])[0].awaited] == [
        "other.io/v1"
    ]
    either = target("Deployment/web", "deployment/db")
    assert len(depends.stages([mine, either, other])[0].awaited) == 2


def test_the_same_namespace_comes_before_others():
    far, near = target("Job/a", namespace="far"), target("Job/a")
    assert depends.stages([far, near, target("Job/b", "job/a")])[0].awaited == [near.ref]
    assert depends.stages([far, target("Job/b", "job/a")])[0].awaited == [far.ref]


@pytest.mark.parametrize(
    ("needs", "problem"),
    [
        ("deployment/datbase", "; did you mean 'deployment/database'?"),
        ("apps/v1/deployment/database", "(write kind/name or group/kind/name)"),
        ("database", "(write kind/name or group/kind/name)"),
        ("batch/deployment/database", "no object of this release"),
    ],
)
def test_unknown_names(needs, problem):
    targets = [target("Deployment/database"), target("Job/a", needs)]
    with pytest.raises(ChartError) as caught:
        depends.check(targets)
    assert str(caught.value).startswith(f"Job/a: pyhelm/depends-on names {needs!r}, which is no")
    assert problem in str(caught.value)
    assert staged(*targets) == [["Deployment/database", "Job/a"]]


def test_a_circle_is_named():
    targets = [
        target("Job/a", "job/b"),
        target("Job/b", "job/c"),
        target("Job/c", "job/a"),
        target("Job/d"),
    ]
    with pytest.raises(ChartError, match="in a circle: ") as caught:
        depends.check(targets)
    names = str(caught.value).partition("circle: ")[2].split(" -> ")
    assert names[0] == names[-1]
    needs = {"Job/a": "Job/b", "Job/b": "Job/c", "Job/c": "Job/a"}
    assert all(needs[one] == other for one, other in itertools.pairwise(names))
    assert len(names) == 4
    assert staged(*targets) == [["Job/a", "Job/b", "Job/c", "Job/d"]]


def test_needing_oneself():
    with pytest.raises(ChartError, match="circle: Job/a -> Job/a"):
        depends.check([target("Job/a", "job/a")])


@given(st.lists(st.sets(st.integers(0, 19), max_size=4), min_size=1, max_size=20))
def test_everything_once_and_after_what_it_needs(needs):
    """Each object needs only ones before it, so that there is no circle."""
    graph = {i: sorted(n for n in wanted if n < i) for i, wanted in enumerate(needs)}
    targets = [target(f"Job/n{i}", ",".join(f"job/n{n}" for n in graph[i])) for i in graph]
    depends.check(targets)
    stages = depends.stages(targets)
    places = {
        int(each.ref.name[1:]): number
        for number, stage in enumerate(stages)
        for each in stage.targets
    }
    assert sorted(places) == sorted(graph)
    for i, wanted in graph.items():
        for n in wanted:
            assert places[n] < places[i]
            assert targets[n].ref in stages[places[n]].awaited
    for stage in stages:
        order = [int(each.ref.name[1:]) for each in stage.targets]
        assert order == sorted(order)


@pytest.mark.slow
@pytest.mark.unmeasured
def test_a_long_chain():
    targets = [target(f"Job/n{i}", f"job/n{i - 1}" if i else "") for i in range(1500)]
    assert len(depends.stages(targets)) == 1500

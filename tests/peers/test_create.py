"""The Go starter beside helm: the same files as `helm create` makes, and the same output."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.peers.conftest import User


def tree(root: Path) -> set[str]:
    return {each.relative_to(root).as_posix() for each in root.rglob("*")}


def test_the_files_and_values_are_those_of_helm(helm: User, pyhelm: User, work: Path) -> None:
    (work / "theirs").mkdir()
    helm.ok("create", "theirs/web")
    pyhelm.ok("create", "--engine", "gotpl", "ours/web")
    assert tree(work / "ours" / "web") == tree(work / "theirs" / "web")
    ours, theirs = (
        yaml.safe_load((work / each / "web" / "values.yaml").read_text(encoding="utf-8"))
        for each in ("ours", "theirs")
    )
    more = ours["autoscaling"].pop("targetMemoryUtilizationPercentage")
    assert more is None
    assert {k: v.keys() if isinstance(v, dict) else 0 for k, v in ours.items()} == {
        k: v.keys() if isinstance(v, dict) else 0 for k, v in theirs.items()
    }


ENABLED = "ingress.enabled=true,autoscaling.enabled=true,httpRoute.enabled=true"


@pytest.mark.parametrize(
    "flags",
    [
        (),
        ("--set", ENABLED),
        ("--set", "service.type=NodePort,fullnameOverride=shop,serviceAccount.create=false"),
        ("--set", "ingress=null,autoscaling=null,httpRoute=null,serviceAccount=null"),
        ("--set", "image=null"),
    ],
)
def test_both_render_it_alike(helm: User, pyhelm: User, flags: tuple[str, ...]) -> None:
    pyhelm.ok("create", "--engine", "gotpl", "web")
    for line in (("template", "r", "web"), ("lint", "--strict", "web")):
        theirs, ours = helm(*line, *flags), pyhelm(*line, *flags)
        assert ours == theirs

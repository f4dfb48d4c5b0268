"""CRDs in `crds/`: as helm brings them, and `--crds`, which helm hasn't."""

from __future__ import annotations

import json

import pytest

DEFINITION = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: {plural}.{group}
spec:
  group: {group}
  names: {{kind: {kind}, plural: {plural}}}
  scope: Namespaced
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          description: {text}
          x-kubernetes-preserve-unknown-fields: true
"""
TEMPLATE = """\
apiVersion: {group}/v1
kind: {kind}
metadata:
  name: a
spec:
  served: {{{{ .Capabilities.APIVersions.Has "{group}/v1/{kind}" }}}}
"""


class Maker:
    """Writes a chart with a CRD of this test's own, and with an object of its kind."""

    def __init__(self, root, group):
        self.root = root
        self.names = {"group": group, "kind": "Thing", "plural": "things"}
        self.crd, self.more, self.kind = f"things.{group}", f"mores.{group}", f"thing.{group}"

    def __call__(self, text="first", extra=""):
        root, names = self.root, self.names
        for folder in ("templates", "crds"):
            (root / folder).mkdir(parents=True, exist_ok=True)
        (root / "Chart.yaml").write_text("apiVersion: v2\nname: c\nversion: 1.0.0\n", "utf-8")
        (root / "crds" / "a.yaml").write_text(DEFINITION.format(text=text, **names), "utf-8")
        (root / "templates" / "a.yaml").write_text(TEMPLATE.format(**names), "utf-8")
        if extra:
            more = DEFINITION.format(text=extra, **{**names, "kind": "More", "plural": "mores"})
            (root / "crds" / "b.yaml").write_text(more, "utf-8")
        return str(root)


@pytest.fixture
def make(tmp_path, namespace, kubectl):
    made = Maker(tmp_path / "things", f"{namespace[-20:].strip('-')}.test")
    yield made
    kubectl("delete", "crd", made.crd, made.more, "--ignore-not-found", "--wait=false")


@pytest.fixture
def described(kubectl):
    """The description in a CRD's schema, which tells its revisions apart."""

    def read(name):
        found = kubectl("get", "crd", name, "-o", "json", "--ignore-not-found")
        if not found.out:
            return None
        (version,) = json.loads(found.out)["spec"]["versions"]
        return version["schema"]["openAPIV3Schema"]["description"]

    return read


def ok(run):
    assert run.code == 0, run.err
    return run


def test_they_are_there_before_anything_is_rendered(pyhelm, make, kubectl, namespace):
    ok(pyhelm("install", "a", make(), "--wait"))
    served = ok(kubectl("get", make.kind, "a", "-n", namespace, "-o", "jsonpath={.spec.served}"))
    assert served.out == "true"
    ok(pyhelm("uninstall", "a"))
    ok(kubectl("get", "crd", make.crd))


@pytest.mark.parametrize("server_side", ["true", "false"])
def test_as_helm_does_without_the_flag(helm, pyhelm, make, described, server_side):
    found = []
    for tool in (helm, pyhelm):
        make("first")
        ok(tool("install", "a", make(), f"--server-side={server_side}"))
        seen = [described(make.crd)]
        ok(tool("upgrade", "a", make("second")))
        seen.append(described(make.crd))
        ok(tool("uninstall", "a"))
        ok(tool("install", "a", make("third"), f"--server-side={server_side}"))
        seen.append(described(make.crd))
        ok(tool("uninstall", "a"))
        found.append(seen)
        if tool is helm:
            ok(tool("install", "b", make("first"), "--server-side=true", "--force-conflicts"))
            ok(tool("uninstall", "b"))
    assert found[0][1:] == found[1][1:]


def test_apply_shows_what_changes_and_changes_it(pyhelm, make, described):
    ok(pyhelm("install", "a", make("first")))
    preview = ok(pyhelm("upgrade", "a", make("second"), "--crds=apply", "--dry-run=server"))
    changes = f"CRD {make.crd} changes:\n--- in the cluster\n+++ in the chart\n"
    assert changes in preview.err
    assert described(make.crd) == "first"
    applied = ok(pyhelm("upgrade", "a", make("second", extra="new"), "--crds=apply"))
    assert changes in applied.err
    assert "\n-        description: first\n+        description: second\n" in applied.err
    assert (described(make.crd), described(make.more)) == ("second", "new")
    again = ok(pyhelm("upgrade", "a", make("second", extra="new"), "--crds=apply"))
    assert again.err == ""


def test_apply_takes_over_what_client_side_apply_made(pyhelm, make, described):
    ok(pyhelm("install", "a", make("first"), "--server-side=false"))
    ok(pyhelm("upgrade", "a", make("second"), "--crds=apply"))
    assert described(make.crd) == "second"


def test_create_makes_only_what_is_missing(pyhelm, make, described):
    ok(pyhelm("install", "a", make("first"), "--crds=create"))
    ok(pyhelm("upgrade", "a", make("second", extra="new"), "--crds=create"))
    assert (described(make.crd), described(make.more)) == ("first", "new")


@pytest.mark.parametrize("flag", ["--crds=skip", "--skip-crds"])
def test_skip_makes_none(pyhelm, make, described, flag):
    failed = pyhelm("install", "a", make(), flag)
    assert failed.code == 1
    assert "ensure CRDs are installed first" in failed.err
    assert described(make.crd) is None
    both = pyhelm("install", "a", make(), "--skip-crds", "--crds=apply")
    assert "none of the others can be" in both.err

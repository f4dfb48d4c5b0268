"""Splitting, reading and sorting rendered text; expected texts are helm 4.3.1's own."""

from __future__ import annotations

import re

import pytest

from pyhelm.chart.language import JINJA
from pyhelm.errors import RenderError
from pyhelm.release import manifest, order
from pyhelm.release.model import HookEvent, Manifest

PATH = "c/templates/a.yaml"


def sort(text, path=PATH):
    return manifest.sort_rendered({path: text})


def texts(text):
    return [each.text for each in sort(text)[0]]


def hook(annotations, kind="Job"):
    lines = "".join(f'    helm.sh/{key}: "{value}"\n' for key, value in annotations.items())
    return f"kind: {kind}\nmetadata:\n  name: h\n  annotations:\n{lines}"


def test_documents_are_split_where_a_line_begins_with_a_separator():
    assert manifest.split("\n a: 1\n---\n\n---   \n  b: 2\n--- # c\nd: 3\n") == [
        "a: 1\n",
        "b: 2\n",
        "# c\nd: 3\n",
    ]


def test_comments_alone_are_a_document_of_no_kind():
    assert texts("# only\n---\nkind: ConfigMap\n") == ["kind: ConfigMap\n", "# only\n"]


def test_kinds_are_sorted_and_the_rest_keeps_its_order():
    text = "".join(
        f"---\nkind: {kind}\nat: {position}\n"
        for position, kind in enumerate(
            ["Zebra", "Deployment", "Apple", "Service", "Deployment", "Namespace"]
        )
    )
    found = [(each.object["kind"], each.object["at"]) for each in sort(text)[0]]
    assert found == [
        ("Namespace", 5),
        ("Service", 3),
        ("Deployment", 1),
        ("Deployment", 4),
        ("Apple", 2),
        ("Zebra", 0),
    ]


def test_files_go_by_their_paths():
    files = {"c/templates/b.yaml": "kind: Pod\nat: b\n", "c/templates/a.yaml": "kind: Pod\nat: a\n"}
    assert [each.object["at"] for each in manifest.sort_rendered(files)[0]] == ["a", "b"]


def test_each_known_kind_is_uninstalled_too():
    assert sorted(order.INSTALL) == sorted(order.UNINSTALL)


@pytest.mark.parametrize("keys", ["Kind", "KIND", "kind"])
def test_keys_count_in_any_case(keys):
    assert texts(f"{keys}: Service\n---\nkind: Namespace\n---\nkind: Job\n")[1].startswith(keys)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("- a\n", "json: cannot unmarshal array into Go value of type util.SimpleHead"),
        ("foo\n", "json: cannot unmarshal string into Go value of type util.SimpleHead"),
        ("5\n", "json: cannot unmarshal number into Go value of type util.SimpleHead"),
        ("true\n", "json: cannot unmarshal bool into Go value of type util.SimpleHead"),
        (
            "kind: A\nmetadata: foo\n",
            "json: cannot unmarshal string into Go struct field SimpleHead.metadata of type "
            'struct { Name string "json:\\"name\\""; '
            'Annotations map[string]string "json:\\"annotations\\"" }',
        ),
        (
            "kind: A\nmetadata: {annotations: [a]}\n",
            "json: cannot unmarshal array into Go struct field .metadata.annotations of type "
            "map[string]string",
        ),
    ],
)
def test_what_is_no_object(text, problem):
    with pytest.raises(RenderError) as caught:
        sort(text)
    head = f"YAML parse error on {PATH}: error unmarshaling JSON: while decoding JSON: "
    assert str(caught.value) == head + problem


@pytest.mark.parametrize(
    ("text", "problem", "line"),
    [
        ("a: b\n  c: d\n", "yaml: line 2: mapping values are not allowed in this context", 2),
        ("a: [\n", "yaml: line 1: did not find expected node content", 2),
        ("a: &x {b: 1}\nc: *y\n", "yaml: unknown anchor 'y' referenced", 2),
        ("x: 1\n---\nkind: A\n\tb: c\n", "found a tab character that violates indentation", 4),
    ],
)
def test_what_is_no_yaml_is_shown(text, problem, line):
    with pytest.raises(RenderError) as caught:
        sort(text)
    assert f"YAML parse error on {PATH}: error converting YAML to JSON: " in str(caught.value)
    assert problem in str(caught.value)
    assert caught.value.line == line
    assert f">{line:>5} |" in caught.value.excerpt


@pytest.mark.parametrize("text", ["kind: 5\n", "metadata: null\n", "metadata: {name: 5}\n", "null"])
def test_scalars_are_taken_as_texts(text):
    assert texts(text) == [text]


def test_hooks_are_set_aside():
    annotations = {
        "hook": "pre-install, POST-upgrade,test-success",
        "hook-weight": "-5",
        "hook-delete-policy": "hook-succeeded, Before-Hook-Creation",
        "hook-output-log-policy": "hook-failed",
    }
    manifests, (found,) = sort(hook(annotations))
    assert manifests == []
    assert (found.name, found.kind, found.path, found.weight) == ("h", "Job", PATH, -5)
    assert found.events == (HookEvent.PRE_INSTALL, HookEvent.POST_UPGRADE, HookEvent.TEST)
    assert found.delete_policies == ("hook-succeeded", "before-hook-creation")
    assert found.output_log_policies == ("hook-failed",)
    assert found.manifest == hook(annotations)


@pytest.mark.parametrize("events", ["crd-install", "", "pre-install,nope"])
def test_hooks_with_unknown_events_are_dropped(events):
    assert sort(hook({"hook": events})) == ([], [])


@pytest.mark.parametrize(
    ("text", "weight"), [("5", 5), ("+5", 5), ("x", 0), ("1.5", 0), (" 5", 0), ("\u0665", 0)]
)
def test_weights_are_integers_or_nothing(text, weight):
    assert sort(hook({"hook": "test", "hook-weight": text}))[1][0].weight == weight


def test_hooks_go_by_kind_not_by_weight():
    text = "---\n".join(
        [
            hook({"hook": "test", "hook-weight": "-1"}, "Job"),
            hook({"hook": "test", "hook-weight": "9"}, "ConfigMap"),
        ]
    )
    assert [each.kind for each in sort(text)[1]] == ["ConfigMap", "Job"]


def test_a_record_is_framed_and_read_back():
    manifests, _ = sort("kind: Service\na: 1\n---\nkind: Namespace\nb: 2\n")
    text = manifest.frame(manifests)
    assert text == (
        f"---\n# Source: {PATH}\nkind: Namespace\nb: 2\n\n"
        f"---\n# Source: {PATH}\nkind: Service\na: 1\n\n"
    )
    assert [each.object for each in manifest.parse(text)] == [each.object for each in manifests]
    assert [each.source for each in manifest.parse(text)] == [PATH, PATH]


def test_secrets_are_hidden_on_demand():
    manifests, _ = sort("apiVersion: v1\nkind: Secret\ndata: {a: czNjcjN0}\n")
    assert manifest.frame(manifests, hide_secrets=True) == (
        f"---\n# Source: {PATH}\n# HIDDEN: The Secret output has been suppressed\n"
    )


def test_lists_are_opened():
    text = "kind: List\nitems:\n- {kind: A}\n- {kind: BList, items: [{kind: B}]}\n"
    assert manifest.objects(text) == [{"kind": "A"}, {"kind": "B"}]


def test_a_block_scalar_at_the_end_of_a_document_keeps_its_newline():
    # What helm sends to the server is the record's text, in which a newline follows each document.
    text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  x: |\n    y"
    (found,), _ = manifest.sort_rendered({"c/templates/a.yaml": text})
    assert found.object["data"] == {"x": "y\n"}
    assert Manifest(found.source, found.text).object == found.object
    (parsed,) = manifest.parse(manifest.frame([found]))
    assert parsed.object == found.object


def test_a_kinds_own_list_names_its_items():
    text = "apiVersion: v1\nkind: ConfigMapList\nitems:\n- metadata: {name: a}\n"
    assert manifest.objects(text) == [
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "apiVersion: {a: b}\n",
            "object into Go struct field SimpleHead.apiVersion of type",
        ),
        ("metadata: []\n", "array into Go struct field SimpleHead.metadata of type struct"),
        ("metadata: false\n", "bool into Go struct field SimpleHead.metadata of type struct"),
        ("metadata: {annotations: 0}\n", "number into Go struct field .metadata.annotations of"),
    ],
)
def test_empty_values_of_a_wrong_type_are_refused_too(text, problem):
    with pytest.raises(RenderError, match=re.escape(f"cannot unmarshal {problem}")):
        manifest.sort_rendered({"a.yaml": text})


def test_jinja_that_no_engine_rendered_is_named():
    text = "{% if Values.x %}\na: 1\n{% endif %}\n"
    with pytest.raises(RenderError) as caught:
        sort(text)
    assert "cannot start any token" in str(caught.value)
    assert str(caught.value).endswith(f"; {JINJA}")

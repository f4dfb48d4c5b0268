"""What lint says of charts as a whole, in Helm's words; and what it looks at."""

from __future__ import annotations

import io
import tarfile
import textwrap
from pathlib import Path

import pytest

from pyhelm.authoring.lint import LintOptions, LintResult, lint
from pyhelm.authoring.message import LintMessage, error, information, warning
from pyhelm.chart.load import load
from pyhelm.errors import ChartError

CHART = "apiVersion: v2\nname: web\nversion: 0.1.0\nicon: https://example.com/i.svg\n"


def archive(where: Path, **files: str) -> Path:
    path = where / "web-0.1.0.tgz"
    with tarfile.open(path, "w:gz") as tar:
        for name, text in {"Chart.yaml": CHART, "values.yaml": "", **files}.items():
            entry = tarfile.TarInfo(f"web/{name}")
            entry.size = len(text.encode())
            tar.addfile(entry, io.BytesIO(text.encode()))
    return path


def said(path: Path, values=None, **options) -> list[str]:
    return [str(each) for each in lint(path, values or {}, LintOptions(**options)).messages]


OBJECT = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n"
TEMPLATE = "templates/a.yaml"


@pytest.fixture
def chart(tmp_path):
    """A chart's directory with other files; None leaves one out."""

    def write(**files):
        good = {"Chart.yaml": CHART, "values.yaml": "", TEMPLATE: OBJECT}
        for name, text in {**good, **files}.items():
            if text is not None:
                path = tmp_path / "web" / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
        return tmp_path / "web"

    return write


def test_a_good_chart(chart):
    assert said(chart()) == []


DECODING = "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal"
NO_NODE = "error converting YAML to JSON: yaml: line 1: did not find expected node content"
NAMING = "object name does not conform to Kubernetes naming requirements"
DEFINED = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n"
SCHEMA = '{"properties": {"a": {"type": "string"}}, "required": ["b"]}'

CHARTS = {
    "no templates": (
        {TEMPLATE: None},
        ["[WARNING] templates/: directory does not exist"],
    ),
    "templates that is a file": (
        {TEMPLATE: None, "templates": ""},
        ["[ERROR] templates/: not a directory"],
    ),
    "crds that is a file": ({"crds": ""}, ["[ERROR] crds/: not a directory"]),
    "no values": ({"values.yaml": None}, ["[INFO] values.yaml: file does not exist"]),
    "endings": (
        {f"templates/b{each}": "" for each in (".yml", ".tpl", ".txt", ".jinja", ".j2")},
        [],
    ),
    "another ending": (
        {"templates/b.json": ""},
        [
            "[ERROR] templates/b.json: file extension '.json' not valid. "
            "Valid extensions are .yaml, .yml, .tpl, or .txt"
        ],
    ),
    "ending in capitals": (
        {"templates/b.YAML": "a: ["},
        [
            "[ERROR] templates/b.YAML: file extension '.YAML' not valid. "
            "Valid extensions are .yaml, .yml, .tpl, or .txt",
            f"[ERROR] templates/b.YAML: unable to parse YAML: {NO_NODE}",
        ],
    ),
    "nothing rendered": ({TEMPLATE: "{{ if false }}a: [{{ end }}\n"}, []),
    "indented": (
        {TEMPLATE: "\n" + textwrap.indent(OBJECT, "  ")},
        [
            f'[WARNING] {TEMPLATE}: document starts with an illegal indent: "  apiVersion: v1", '
            "which may cause parsing problems"
        ],
    ),
    "indented by a tab": (
        {TEMPLATE: "\ta: b"},
        [
            f'[WARNING] {TEMPLATE}: document starts with an illegal indent: "\\ta: b", '
            "which may cause parsing problems",
            f"[ERROR] {TEMPLATE}: unable to parse YAML: error converting YAML to JSON: yaml: found "
            "character that cannot start any token",
        ],
    ),
    "no object": (
        {TEMPLATE: "text"},
        [
            f"[ERROR] {TEMPLATE}: unable to parse YAML: {DECODING} string into Go value of type "
            "rules.k8sYamlStruct"
        ],
    ),
    "empty documents": ({TEMPLATE: f"---\n\n--- # nothing\n{OBJECT}---\n"}, []),
    "broken document among others": (
        {TEMPLATE: f"{OBJECT.replace('name: a', 'name: A')}---\na: [\n---\n- x\n"},
        [
            f'[WARNING] {TEMPLATE}: {NAMING}: "A"',
            f"[ERROR] {TEMPLATE}: unable to parse YAML: {NO_NODE}",
        ],
    ),
    "templates after one that can not be read": (
        {TEMPLATE: "text", "templates/b.json": "", "templates/c.yaml": "text"},
        [
            f"[ERROR] {TEMPLATE}: unable to parse YAML: {DECODING} string into Go value of type "
            "rules.k8sYamlStruct",
        ],
    ),
    "release": (
        {TEMPLATE: "{{ with .Release }}{{ if or .IsInstall .Revision }}a: [{{ end }}{{ end }}"},
        [],
    ),
    "hidden file alone": ({TEMPLATE: None, "templates/.keep": ""}, []),
    "ending that is all of the name": (
        {"templates/_.x": ""},
        [
            "[ERROR] templates/_.x: file extension '.x' not valid. "
            "Valid extensions are .yaml, .yml, .tpl, or .txt"
        ],
    ),
    "a list that is not the first document": (
        {
            TEMPLATE: f"{OBJECT}---\nkind: List\nmetadata: {{name: l}}\n"
            "items: [{metadata: {annotations: {helm.sh/resource-policy: keep}}}]\n"
        },
        [],
    ),
    "items that are none": (
        {TEMPLATE: "kind: List\nmetadata: {name: l}\nitems: [{metadata: {annotations: [a]}}]\n"},
        [
            f"[ERROR] {TEMPLATE}: unable to parse YAML: {DECODING} array into Go struct field "
            ".Items.Metadata.Annotations of type map[string]string"
        ],
    ),
    "line that is very long": (
        {TEMPLATE: "#" * 70_000 + f"\n{OBJECT}"},
        [f"[WARNING] {TEMPLATE}: bufio.Scanner: token too long"],
    ),
    "apiVersion that nobody knows": (
        {"Chart.yaml": CHART.replace("v2", "v3")},
        [
            "[ERROR] Chart.yaml: apiVersion 'v3' is not valid. "
            'The value must be either "v1" or "v2"'
        ],
    ),
    "name that no chart has": (
        {"Chart.yaml": CHART.replace("web", "../a"), TEMPLATE: None, "crds/a.yaml": ""},
        [
            '[ERROR] Chart.yaml: chart name "../a" is invalid',
            "[WARNING] templates/: directory does not exist",
            '[ERROR] : unable to load chart\n\tvalidation: chart.metadata.name "../a" is invalid',
            '[ERROR] crds/: validation: chart.metadata.name "../a" is invalid',
        ],
    ),
    "a subchart's file that is none": (
        {"charts/s/Chart.yaml": "name: s\nversion: [1]\n"},
        [
            f"[ERROR] {place}error unpacking subchart s in web: cannot load Chart.yaml: "
            f"{DECODING} array into Go struct field Metadata.version of type string"
            for place in ("templates/: ", ": unable to load chart\n\t")
        ],
    ),
    "a subchart's archive that is none": (
        {"charts/s.tgz": "x"},
        [
            f"[ERROR] {place}error unpacking subchart s.tgz in web: unexpected EOF"
            for place in ("templates/: ", ": unable to load chart\n\t")
        ],
    ),
    "crds with an ending in capitals": (
        {"crds/a.YAML": "text"},
        [
            f"[ERROR] crds/a.YAML: unable to parse YAML: {DECODING} string into Go value of type "
            "rules.k8sYamlStruct"
        ],
    ),
    "crds of a subchart alone": (
        {
            "Chart.yaml": f"{CHART}dependencies: [{{name: s}}]\n",
            "charts/s/Chart.yaml": CHART.replace("web", "s"),
            "charts/s/crds/a.yaml": OBJECT,
        },
        [],
    ),
    "template that fails": (
        {TEMPLATE: "{{ .Values.a.b }}"},
        ["[ERROR] templates/: web/templates/a.yaml:1:10"],
    ),
    "what is required is not missed": ({TEMPLATE: '{{ required "a" .Values.a }}'}, []),
    "template that calls fail": ({TEMPLATE: '{{ fail "a" }}'}, []),
    "workload without a selector": (
        {TEMPLATE: "kind: Deployment\nmetadata:\n  name: d\n"},
        [
            f"[ERROR] {TEMPLATE}: a Deployment must contain matchLabels or matchExpressions, "
            'and "d" does not'
        ],
    ),
    "list with a policy": (
        {
            TEMPLATE: "kind: List\nmetadata: {name: l}\n"
            "items: [{metadata: {annotations: {helm.sh/resource-policy: keep}}}]\n"
        },
        [
            f"[ERROR] {TEMPLATE}: annotation 'helm.sh/resource-policy' within List objects "
            "are ignored"
        ],
    ),
    "dependencies": (
        {
            "Chart.yaml": f"{CHART}dependencies: [{{name: a}}, {{name: b}}, {{name: c}}]\n",
            "charts/b/Chart.yaml": CHART.replace("web", "b"),
            "charts/x/Chart.yaml": CHART.replace("web", "x"),
            "charts/z/Chart.yaml": CHART.replace("web", "z"),
        },
        [
            "[ERROR] WEB: chart metadata is missing these dependencies: x,z",
            "[WARNING] WEB: chart directory is missing these dependencies: a,c",
        ],
    ),
    "dependency twice": (
        {"Chart.yaml": f"{CHART}dependencies: [{{name: a}}, {{name: a}}]\n"},
        [
            '[ERROR] templates/: validation: more than one dependency with name or alias "a"',
            "[ERROR] : unable to load chart\n"
            '\tvalidation: more than one dependency with name or alias "a"',
        ],
    ),
    "crds": ({"crds/a.yaml": f"{DEFINED}---\n---\n{DEFINED}"}, []),
    "crds that are none": (
        {"crds/a.yaml": OBJECT, "crds/b.yaml": f"- x\n---\na: [\n---\n{OBJECT}"},
        [
            "[ERROR] crds/a.yaml: apiVersion is not in 'apiextensions.k8s.io'",
            "[ERROR] crds/a.yaml: object kind is not 'CustomResourceDefinition'",
            f"[ERROR] crds/b.yaml: unable to parse YAML: {DECODING} array into Go value of type "
            "rules.k8sYamlStruct",
        ],
    ),
}


@pytest.mark.parametrize(("files", "found"), CHARTS.values(), ids=CHARTS)
def test_charts(chart, files, found):
    path = chart(**files)
    messages = said(path)
    assert len(messages) == len(found)
    for message, start in zip(messages, found, strict=True):
        assert message.startswith(start.replace("WEB", str(path)))


@pytest.mark.parametrize("name", ["values.yaml", "Chart.yaml"])
def test_a_directory_for_a_file(chart, name):
    path = chart(**{name: None, f"{name}/k": ""})
    assert any(each.endswith(f"read {path / name}: is a directory") for each in said(path))


def test_a_null_takes_no_default_away(chart):
    path = chart(**{"values.yaml": "a: 1\n", TEMPLATE: "{{ if .Values.a }}a: [{{ end }}"})
    assert said(path, {"a": None}) == [f"[ERROR] {TEMPLATE}: unable to parse YAML: {NO_NODE}"]


def test_values_over_a_subchart(chart):
    lines = f"{CHART}dependencies: [{{name: s}}]\n"
    path = chart(**{"Chart.yaml": lines, "charts/s/Chart.yaml": CHART.replace("web", "s")})
    assert said(path, {"s": 7}) == []


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", "EOF"),
        (b"x", "unexpected EOF"),
        (b"x" * 10, "gzip: invalid header"),
    ],
)
def test_an_archive_that_is_none(tmp_path, data, fault):
    path = tmp_path / "web.tgz"
    path.write_bytes(data)
    assert said(path) == [f"Error unable to extract tarball: {fault}"]


def test_a_path_below_a_file(chart):
    path = chart() / "values.yaml"
    (message,) = said(path)
    assert message.endswith(f"stat {path}/Chart.yaml: not a directory")


def test_a_crd_that_is_no_text(chart):
    path = chart(**{"crds/a.yaml": ""})
    (path / "crds/a.yaml").write_bytes(b"a: \xff\n")
    (message,) = said(path)
    assert message.startswith("[ERROR] crds/a.yaml: unable to parse YAML: error converting YAML")


def test_templates_that_are_there_and_empty(chart):
    path = chart(**{TEMPLATE: None})
    (path / "templates").mkdir()
    assert said(path) == []


def test_a_chart_yaml_that_is_a_directory(chart):
    path = chart(**{"Chart.yaml": None})
    (path / "Chart.yaml").mkdir()
    assert said(path)[0] == "[ERROR] Chart.yaml: should be a file, not a directory"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a: [", NO_NODE),
        ("- a", f"{DECODING} array into Go value of type common.Values"),
    ],
)
def test_values_that_can_not_be_read(chart, text, fault):
    messages = said(chart(**{"values.yaml": text}))
    assert messages[0] == f"[ERROR] values.yaml: unable to parse YAML: {fault}"
    assert [each.partition("cannot load")[0] for each in messages[1:]] == [
        "[ERROR] templates/: ",
        "[ERROR] : unable to load chart\n\t",
    ]


FAULTS = "- at '': missing property 'b'\n- at '/a': got number, want string\n"


@pytest.mark.parametrize(
    ("values", "options", "found"),
    [
        ({}, {}, [f"[ERROR] values.yaml: {FAULTS}", "[ERROR] templates/: values don't meet"]),
        ({"a": "x", "b": 1}, {}, []),
        ({}, {"skip_schema_validation": True}, []),
    ],
)
def test_schemas(chart, values, options, found):
    path = chart(**{"values.yaml": "a: 1\n", "values.schema.json": SCHEMA})
    messages = said(path, values, **options)
    assert [each.startswith(start) for each, start in zip(messages, found, strict=True)] == [
        True
    ] * len(found)


def test_a_schema_is_told_with_the_line_that_it_refuses(chart):
    info = "apiVersion: v2\nname: web\nversion: 1.0.0\nengine: jinja\n"
    files = {"values.yaml": "b: 1\na: 1\n", "values.schema.json": SCHEMA}
    path = chart(**files, **{"Chart.yaml": info})
    *_, message = said(path, {"c": 1})
    assert message.endswith("\n\nweb/values.schema.json refuses:\n  web/values.yaml:2: a")


def test_a_schema_that_is_none(chart):
    messages = said(chart(**{"values.schema.json": "{"}))
    assert messages[0] == "[ERROR] values.yaml: unexpected EOF"


def test_options_reach_the_templates(chart):
    path = chart(**{TEMPLATE: '{{ if ne .Release.Namespace "x" }}- a{{ end }}'})
    assert len(said(path)) == 1
    assert said(path, namespace="x") == []
    old = chart(**{TEMPLATE: "apiVersion: extensions/v1beta1\nkind: Ingress\nmetadata: {name: a}"})
    assert "deprecated in v1.14+" in said(old)[0]
    assert said(old, kube_version="1.13") == []


def test_what_is_no_chart(tmp_path):
    missing = f"Error unable to check Chart.yaml file in chart: stat {tmp_path / 'Chart.yaml'}: "
    assert said(tmp_path) == [f"{missing}no such file or directory"]
    absent = tmp_path / "a.tgz"
    assert said(absent) == [
        f"Error unable to open tarball: open {absent}: no such file or directory"
    ]
    absent.write_text("x", encoding="utf-8")
    (message,) = said(absent)
    assert message.startswith("Error unable to extract tarball: ")


def test_an_archive_without_a_chart_yaml(tmp_path):
    path = tmp_path / "web.tar.gz"
    with tarfile.open(path, "w:gz") as tar:
        tar.addfile(tarfile.TarInfo("web/values.yaml"), io.BytesIO())
    assert said(path) == ["Error unable to extract tarball: chart name not specified"]


@pytest.mark.parametrize(
    ("messages", "strict", "failed", "warns"),
    [
        ((), False, False, False),
        ((information("a", "b"),), True, False, False),
        ((warning("a", "b"),), False, False, True),
        ((warning("a", "b"),), True, True, True),
        ((information("a", "b"), error("a", "b")), False, True, True),
    ],
)
def test_results(messages, strict, failed, warns):
    result = LintResult("web", messages, strict)
    assert (result.failed, result.has_warnings) == (failed, warns)


@pytest.mark.parametrize(
    ("message", "text"),
    [
        (error("a", "b"), "[ERROR] a: b"),
        (warning("a", "b"), "[WARNING] a: b"),
        (information("a", "b"), "[INFO] a: b"),
        (error("", "Error b"), "Error b"),
        (error("", "b"), "[ERROR] : b"),
        (warning("", "Error b"), "[WARNING] : Error b"),
        (error("a", "Error b"), "[ERROR] a: Error b"),
    ],
)
def test_messages(message: LintMessage, text):
    assert str(message) == text


def test_an_archives_helmignore_counts_as_it_does_for_helm(tmp_path):
    files = {"templates/crds/README.md": "# CRDs"}
    assert ["README.md" in each for each in said(archive(tmp_path, **files))] == [True]
    ignored = {
        **files,
        "templates/old/a.txt": "{{ nothing }}",
        ".helmignore": "templates/crds/README.md\nold/\n",
    }
    assert said(archive(tmp_path, **ignored)) == []


def test_the_engine_that_helm_dropped_is_unknown_to_it(tmp_path):
    unknown = (
        "[WARNING] Chart.yaml: failed to strictly parse chart metadata file\n"
        '\terror unmarshaling JSON: while decoding JSON: json: unknown field "engine"'
    )
    texts = {"templates/a.txt": "", "Chart.yaml": f"{CHART}engine: gotpl\n"}
    assert said(archive(tmp_path, **texts)) == [unknown]
    texts["Chart.yaml"] = f"{CHART}engine: jinja\n"
    assert said(archive(tmp_path, **texts)) == []


@pytest.mark.parametrize(
    ("definition", "fault"),
    [
        ("name: '..'\n", 'chart name ".." is not allowed'),
        ("name: a/b\n", 'chart name "a/b" must not contain path separators'),
        (
            "name: [\n",
            "cannot load Chart.yaml: error converting YAML to JSON: "
            "yaml: line 1: did not find expected node content",
        ),
    ],
)
def test_an_archive_of_a_chart_without_a_good_name(tmp_path, definition, fault):
    path = archive(tmp_path, **{"Chart.yaml": definition})
    assert said(path) == [f"Error unable to extract tarball: {fault}"]


def test_an_archive_of_nothing(tmp_path):
    path = tmp_path / "a.tgz"
    tarfile.open(path, "w:gz").close()
    assert said(path) == ["Error unable to extract tarball: no files in chart archive"]


def test_a_directory_in_place_of_an_archive(tmp_path):
    path = tmp_path / "a.tgz"
    path.mkdir()
    fault = f"unable to extract tarball: read {path}: is a directory"
    assert said(path) == [f"Error {fault}"]


def test_a_link_to_nowhere(chart):
    path = chart()
    link, end = path / "templates" / "b.yaml", path / "nowhere"
    link.symlink_to(end)
    fault = f"error evaluating symlink {link}: lstat {end}: no such file or directory"
    assert said(path) == [
        f"[ERROR] templates/: {fault}",
        f"[ERROR] : unable to load chart\n\t{fault}",
    ]


def test_a_later_document_of_values_that_is_none(chart):
    fault = (
        "cannot load values.yaml: cannot unmarshal yaml document: error unmarshaling JSON: "
        "while decoding JSON: json: cannot unmarshal array into Go value of type "
        "map[string]interface {}"
    )
    path = chart(**{"values.yaml": "a: 1\n---\n- b\n"})
    assert said(path) == [
        f"[ERROR] templates/: {fault}",
        f"[ERROR] : unable to load chart\n\t{fault}",
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a: 1\n--- x\n", "error reading yaml document: invalid Yaml document separator: x"),
        (
            "a: [\n",
            "cannot unmarshal yaml document: error converting YAML to JSON: "
            "yaml: line 1: did not find expected node content",
        ),
    ],
)
def test_values_that_are_no_documents(chart, text, fault):
    path = chart(**{"values.yaml": text})
    assert said(path)[-1] == f"[ERROR] : unable to load chart\n\tcannot load values.yaml: {fault}"


def test_a_pattern_in_helmignore_that_is_none(chart):
    path = chart(**{".helmignore": "[\n"})
    fault = f"{path / '.helmignore'}:1: syntax error in pattern '['"
    assert said(path) == [
        f"[ERROR] templates/: {fault}",
        f"[ERROR] : unable to load chart\n\t{fault}",
    ]


@pytest.mark.parametrize(
    ("rules", "line", "why"),
    [
        ("# rules\n*.md\n!keep\n", "3 (!keep)", "; to Helm a rule with ! leaves out whatever"),
        ("Chart.*\n", "1 (Chart.*)", ""),
    ],
)
def test_a_helmignore_that_hides_the_definition(chart, tmp_path, rules, line, why):
    """Helm's issue 8688."""
    path = chart(**{".helmignore": rules})
    fault = f"Chart.yaml file is missing: {path / '.helmignore'}:{line} leaves it out{why}"
    assert [fault in each for each in said(path)] == [True, True]
    with pytest.raises(ChartError) as caught:
        load(path)
    assert str(caught.value).startswith(fault)
    assert f".helmignore:{line}" in said(archive(tmp_path, **{".helmignore": rules}))[-1]


def test_nulls_that_take_nothing_from_a_subchart(chart):
    """Helm's issues 32522 and 32530: what it renders still has them."""
    wanted = "dependencies:\n- {name: sub, version: 0.x, alias: one}\n"
    sub, deep = "charts/sub", "charts/sub/charts/deep"
    path = chart(
        **{
            "Chart.yaml": CHART + wanted,
            f"{sub}/Chart.yaml": CHART.replace("web", "sub"),
            f"{deep}/Chart.yaml": CHART.replace("web", "deep"),
            "values.yaml": "own: null\nsub: {a: null}\ndeep: {e: null}\n"
            "one: {a: null, b: {c: null, d: 1}, deep: {e: null}, f: null}\n",
            f"{sub}/values.yaml": "a: 1\nb: {c: 2}\n",
            f"{deep}/values.yaml": "e: 3\n",
        }
    )
    says = "null takes nothing from the subchart, whose own value stays; only the values of a"
    assert said(path) == [
        f"[WARNING] values.yaml: {key}: {says} release can: -f, or --set {key}=null"
        for key in ("one.a", "one.b.c", "one.deep.e")
    ]


def test_a_key_of_the_definition_twice(chart):
    assert said(chart(**{"Chart.yaml": f"{CHART}name: web\n"})) == [
        "[WARNING] Chart.yaml: failed to strictly parse chart metadata file\n"
        "\terror converting YAML to JSON: yaml: unmarshal errors:\n"
        '  line 5: key "name" already set in map'
    ]


def test_a_line_that_is_too_long_for_go(chart):
    path = chart(**{TEMPLATE: f"# {'x' * 70000}\n{OBJECT}"})
    assert said(path) == [f"[WARNING] {TEMPLATE}: bufio.Scanner: token too long"]


@pytest.mark.parametrize(
    ("number", "name"),
    [
        ("1e39", "+Inf"),
        ("-2.0e300", "-Inf"),
        ("3.4028234e38", "3.4028235e+38"),
        ("16777217.0", "1.6777216e+07"),
        ("0.1", ""),
        ("0.1000000015", ""),
    ],
)
def test_a_number_in_place_of_a_name_has_the_digits_of_float32(chart, number, name):
    path = chart(**{TEMPLATE: f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {number}}}\n"})
    found = said(path)
    assert bool(found) == bool(name)
    assert not name or f'naming requirements: "{name}": ' in found[0]


ONE = '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}'


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (ONE, []),
        (f"{ONE} \t \t  ", []),
        (
            f"{ONE}   \n- b: 1\n",
            [
                f"[ERROR] {TEMPLATE}: unable to parse YAML: "
                f"json: offset {len(ONE) + 6}: invalid character ' ' in numeric literal"
            ],
        ),
    ],
)
def test_json_with_something_behind_it(chart, text, found):
    assert said(chart(**{TEMPLATE: text})) == found


def test_values_that_no_server_takes_are_told_with_the_templates_line(chart):
    text = (
        f"{OBJECT}  labels:\n    v: {{{{ 3.9 }}}}\ndata:\n  {{{{- range list true 1 }}}}\n"
        "  k{{ . }}: {{ . }}\n  {{- end }}\n"
    )
    start, end = f'[WARNING] {TEMPLATE}: ConfigMap "a": ', "where a string is needed; quote it"
    assert said(chart(**{TEMPLATE: text})) == [
        f"{start}metadata.labels.v is a number {end} (web/{TEMPLATE}:6)",
        f"{start}data.ktrue is a boolean {end} (web/{TEMPLATE}:9)",
        f"{start}data.k1 is a number {end} (web/{TEMPLATE}:9)",
    ]


def test_a_type_of_what_comes_from_values_alone_is_told_with_what_is_around_it(chart):
    text = f"{OBJECT}{{{{ toYaml .Values }}}}\n"
    found = said(chart(**{TEMPLATE: text, "values.yaml": "data: {a: 1}\n"}))
    assert [each for each in found if each.endswith("; quote it")]


NO_YAML = r'{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "x": "\ud83d"}'
"""JSON's reader takes it."""


@pytest.mark.parametrize("first", [OBJECT, NO_YAML])
def test_the_line_is_that_of_the_document_which_has_the_fault(chart, first):
    text = f"{first}\n---\n{OBJECT}data:\n  other: {{{{ 1 }}}}\n"
    (found,) = said(chart(**{TEMPLATE: text}))
    assert found.endswith(f"quote it (web/{TEMPLATE}:{text.count(chr(10))})")

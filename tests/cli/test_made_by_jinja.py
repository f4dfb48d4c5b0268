"""What a Jinja chart makes that is no YAML, no object, or nothing that a server takes."""

from __future__ import annotations

import pytest

HEAD = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n"
CHART = "apiVersion: v2\nname: web\nversion: 0.1.0\nicon: https://example.com/i.svg\n"
ADVICE = "\n\nUse --debug flag to render out invalid YAML\n"
HELPERS = "{# all have it #}\n{% macro labels() %}\na: {{ Values.port }}: x\nb: 1\n{% endmacro %}\n"


@pytest.fixture
def chart(tmp_path):
    """A chart's directory with these templates, of Jinja unless said."""

    def write(engine="jinja", **templates):
        root = tmp_path / "web"
        (root / "templates").mkdir(parents=True)
        language = f"engine: {engine}\n" if engine == "jinja" else ""
        (root / "Chart.yaml").write_text(f"{CHART}{language}", encoding="utf-8")
        (root / "values.yaml").write_text("port: 1\nname: a\n", encoding="utf-8")
        for name, text in templates.items():
            path = root / "templates" / name.replace("__", ".")
            path.write_text(text, encoding="utf-8")
        return root

    return write


NO_YAML = {
    "a line as written": (
        f"{HEAD}data:\n  {{% if true %}}\n  a: : b\n  {{% endif %}}\n  c: 1\n",
        "web/templates/a.yaml:7:6: what this makes is no YAML: mapping values are not allowed in "
        "this context\n    7 |   a: : b\n      |      ^\n"
        "rendered:\n     4 |   name: a\n     5 | data:\n>    6 |   a: : b\n     7 |   c: 1\n",
    ),
    "behind an expression": (
        f"{HEAD}x: {{{{ Values.port }}}}: b\n",
        "web/templates/a.yaml:5: what this makes is no YAML: mapping values are not allowed in "
        "this context\n    5 | x: {{ Values.port }}: b\n      | ^^^^^^^^^^^^^^^^^^^^^^^\n"
        "rendered:\n     3 | metadata:\n     4 |   name: a\n>    5 | x: 1: b\n     6 | \n",
    ),
    "in a macro": (
        f'{{% from "_h.jinja" import labels %}}\n{HEAD}  labels:\n    {{{{ labels() }}}}\n',
        "web/templates/_h.jinja:3: what this makes is no YAML: mapping values are not allowed in "
        "this context\n    3 | a: {{ Values.port }}: x\n      | ^^^^^^^^^^^^^^^^^^^^^^^\n"
        "rendered, from web/templates/a.yaml:\n     4 |   name: a\n     5 |   labels:\n"
        ">    6 |     a: 1: x\n     7 |     b: 1\n",
    ),
    "at the end": (
        f'{HEAD}a: "b\n',
        "web/templates/a.yaml:5: what this makes is no YAML: found unexpected end of stream\n"
        '    5 | a: "b\n      | ^^^^^\n'
        'rendered:\n     4 |   name: a\n     5 | a: "b\n>    6 | \n',
    ),
    "a text": (
        "# what for?\nhello {{ Values.name }}\n",
        "web/templates/a.yaml:2: this makes a text, not an object: use fromYaml for a text that "
        "holds YAML, and toYaml to write a value as YAML\n    2 | hello {{ Values.name }}\n"
        "      | ^^^^^^^^^^^^^^^^^^^^^^^\n",
    ),
    "a list": (
        "{{ [1, 2] }}\n",
        "web/templates/a.yaml:1: this makes a list, not an object: each object is a document of "
        "its own, between lines that are ---\n    1 | {{ [1, 2] }}\n      | ^^^^^^^^^^^^\n",
    ),
    "an annotation": (
        f"{HEAD}  annotations:\n    b: x\n    c: {{{{ [1] }}}}\n",
        "web/templates/a.yaml:7: metadata.annotations.c is a list where a text is needed\n"
        "    7 |     c: {{ [1] }}\n      |     ^^^^^^^^^^^^\n",
    ),
}


@pytest.mark.parametrize("case", NO_YAML)
def test_what_is_no_object_is_told_at_the_templates_line(cli, chart, case):
    template, message = NO_YAML[case]
    root = chart(a__yaml=template, _h__jinja=HELPERS, b__yaml=HEAD)
    done = cli(f"template {root}")
    assert (done.code, done.out, done.err) == (1, "", f"Error: {message}")
    shown = cli(f"template {root} --debug").out
    # The document alone, not what the others made.
    assert shown.startswith("---\n# Source: web/templates/a.yaml\n")
    assert shown.count("# Source") == 1
    told = cli(f"lint {root}")
    assert told.code == 1
    assert f"[ERROR] templates/a.yaml: {message}" in told.out


def test_of_a_secret_the_template_alone_is_shown(cli, chart):
    secret = HEAD.replace("ConfigMap", "Secret")
    done = cli(f"template {chart(a__yaml=f'{secret}x: {{{{ Values.name }}}}: b')} --set name=pssst")
    assert "x: {{ Values.name }}: b" in done.err
    assert "rendered" not in done.err
    assert "pssst" not in done.err


def test_where_no_line_is_told_debug_shows_more(cli, chart):
    done = cli(f"template {chart(a__yaml='{{ Values.a }}{{ Values.b }}')} --set a=x,b=y")
    assert done.code == 1
    assert "web/templates/a.yaml" in done.err


def test_errors_of_jinja_have_no_advice_about_yaml(cli, chart):
    root = chart(a__yaml=f"{HEAD}x: {{{{ Values.typo }}}}\n")
    assert "--debug" not in cli(f"template {root}").err
    assert cli(f"template {root} --debug").out == ""


def test_charts_made_for_helm_are_told_of_as_helm_does(cli, chart):
    done = cli(f"template {chart('gotpl', a__yaml=HEAD + 'a: : b')}")
    start = "Error: YAML parse error on web/templates/a.yaml: error converting YAML to JSON: "
    assert done.err.startswith(start)
    assert done.err.endswith(ADVICE)


WORKLOAD = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: a
spec:
  selector: {matchLabels: {a: b}}
  template:
    metadata: {labels: {a: b}}
    spec:
      containers:
        - name: a
          env:
            - name: PORT
              value: {{ Values.port }}
"""
UNFIT = {
    "env": (WORKLOAD, "env[0].value is a number where a string is needed; quote it", 14),
    "a label": (
        f"{HEAD}  labels:\n    a: b\n    {{{{ {{'c': Values.port}} }}}}\n",
        "metadata.labels.c is a number where a string is needed; quote it",
        7,
    ),
    "replicas": (
        WORKLOAD.replace("spec:\n  sel", 'spec:\n  replicas: "two"\n  sel'),
        "spec.replicas is a string where a number is needed; write it without quotes",
        6,
    ),
    "no kind": ("# x\napiVersion: v1\nmetadata:\n  name: a\n", "kind ", 2),
    "a hook": (
        f"{HEAD}  annotations: {{helm.sh/hook: pre-install}}\ndata: {{a: {{{{ Values.port }}}}}}\n",
        "data.a is a number where a string is needed; quote it",
        6,
    ),
}


@pytest.mark.parametrize("case", UNFIT)
@pytest.mark.parametrize("line", ["template a", "install a --dry-run=client", "lint"])
def test_what_no_server_takes_is_refused_where_it_was_written(cli, chart, case, line):
    template, message, number = UNFIT[case]
    done = cli(f"{line} {chart(a__yaml=template)}")
    told = done.out if line == "lint" else done.err
    assert done.code == 1
    assert message in told
    assert f"web/templates/a.yaml:{number})\n" in told
    assert f"\n{number:>5} | {template.splitlines()[number - 1]}\n" in told


def test_a_key_that_comes_twice_is_refused_where_it_comes_again(cli, chart):
    data = "data:\n  a: b\n  {% if true %}\n  a: c\n  {% endif %}\n"
    root = chart(a__yaml=HEAD + data)
    for verb in ("template", "install r --dry-run=client"):
        done = cli(f"{verb} {root}")
        assert done.code == 1
        assert 'key "a" already set in map (from web/templates/a.yaml:8)\n' in done.err
        assert "    8 |   a: c\n" in done.err


def test_of_what_is_not_installed_nothing_is_refused(cli, chart):
    root = chart(a__yaml=UNFIT["a hook"][0])
    assert cli(f"template {root} --no-hooks").code == 0


def test_charts_made_for_helm_are_shown_whatever_they_make(cli, chart):
    root = chart("gotpl", a__yaml=f"{HEAD}data: {{a: {{{{ .Values.port }}}}}}\n")
    done = cli(f"template {root}")
    assert (done.code, done.err) == (0, "")
    done = cli(f"lint {root}")
    assert done.code == 0
    assert '[WARNING] templates/a.yaml: ConfigMap "a": data.a is a number' in done.out


LINTED = {
    "an unknown field": (
        WORKLOAD.replace("value: {{ Values.port }}", "value: a").replace(
            "  sel", "  replcas: 2\n  sel"
        ),
        [
            (
                6,
                'Deployment "a": spec.replcas: field not declared in schema; '
                "did you mean 'replicas'?",
            )
        ],
    ),
    "an unknown kind": (
        HEAD.replace("ConfigMap", "ConfigMpa"),
        [(2, "v1 has no kind ConfigMpa; did you mean 'ConfigMap'?")],
    ),
    "an unknown version": (
        HEAD.replace("v1", "app/v1").replace("ConfigMap", "Ingress"),
        [(1, "there is no apiVersion app/v1; Ingress is of networking.k8s.io/v1")],
    ),
    "no kind": (HEAD.replace("kind:", "Kind:"), [(2, "kind is missing; is it Kind?")]),
    "neither": (
        "metadata: {name: a}\n",
        [(1, "apiVersion is missing"), (1, "kind is missing")],
    ),
    "a repeated key": (
        f"{HEAD}data:\n  a: b\n  {{% if true %}}\n  a: c\n  {{% endif %}}\n",
        [(8, 'key "a" already set in map')],
    ),
    "two of one name": (
        f"{HEAD}---\n{HEAD}",
        [(9, 'ConfigMap "a" is there already, from web/templates/a.yaml:4')],
    ),
    "two of one name, by a loop": (
        f"{{% for i in range(2) %}}\n{HEAD}---\n{{% endfor %}}\n",
        [(5, 'ConfigMap "a" is there already, from web/templates/a.yaml:5')],
    ),
}


@pytest.mark.parametrize("case", LINTED)
def test_lint_refuses_what_is_certainly_wrong(cli, chart, case):
    template, faults = LINTED[case]
    done = cli(f"lint {chart(a__yaml=template)}")
    assert done.code == 1
    found = [line for line in done.out.splitlines() if line.startswith("[ERROR]")]
    expected = [
        f"[ERROR] templates/a.yaml: {text} (web/templates/a.yaml:{n})" for n, text in faults
    ]
    assert found == expected


def test_an_item_of_a_list_is_an_object(cli, chart):
    root = chart(a__yaml="apiVersion: v1\nkind: List\nitems:\n- text\n")
    told = "[ERROR] templates/a.yaml: an item of a List is no object (web/templates/a.yaml:1)"
    assert told in cli(f"lint {root}").out


def test_two_of_one_name_in_two_files(cli, chart):
    done = cli(f"lint {chart(a__yaml=HEAD, b__yaml=HEAD)}")
    assert done.code == 1
    text = 'ConfigMap "a" is there already, from web/templates/a.yaml:4 (web/templates/b.yaml:4)'
    assert f"[ERROR] templates/b.yaml: {text}" in done.out


METADATA = "metadata: {name: a}\n"
FINE = {
    "another namespace": f"{HEAD}---\n{HEAD}  namespace: other\n",
    "another kind": f"{HEAD}---\n{HEAD}".replace("ConfigMap", "Secret", 1),
    "hooks": f"{HEAD}  annotations: {{helm.sh/hook: pre-install}}\n---\n"
    f"{HEAD}  annotations: {{helm.sh/hook: pre-upgrade}}\n",
    "a custom resource": f"apiVersion: a.com/v1\nkind: Foo\n{METADATA}spec: {{a: 1}}\n",
    "a kind that was": "apiVersion: batch/v1beta1\nkind: CronJob\nmetadata: {name: a}\n",
    "comments alone": "# a\n---\n# b\n",
    "a list": f"apiVersion: v1\nkind: List\nitems:\n- {HEAD.replace(chr(10), chr(10) + '  ')}\n",
}


@pytest.mark.parametrize("case", FINE)
def test_lint_has_nothing_against(cli, chart, case):
    done = cli(f"lint {chart(a__yaml=FINE[case])}")
    assert done.code == 0
    assert "[ERROR]" not in done.out


def test_lint_of_charts_made_for_helm_knows_none_of_it(cli, chart):
    template = f"{HEAD}---\n{HEAD}---\n{HEAD.replace('ConfigMap', 'ConfigMpa')}"
    done = cli(f"lint {chart('gotpl', a__yaml=template)}")
    assert done.code == 0
    assert "templates/" not in done.out


def test_what_passed_before_is_refused_once_it_is_wrong(cli, chart):
    secret = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: a\ndata:\n  a: {{ Values.name }}\n"
    root = chart(a__yaml=secret)
    for _ in range(2):
        assert cli(f"template {root}").code == 0
        assert cli(f"template {root} --set name=b").code == 0
        done = cli(f"template {root} --set name=3")
        assert done.code == 1
        assert "data.a is a number where a string is needed; quote it" in done.err

"""What a real helm prints of charts, we print to the byte."""

from __future__ import annotations

import re
import tarfile
from pathlib import Path

import pytest

from tests.cli.transcripts import HERE, transcripts

HELM = transcripts("charts")


@pytest.mark.parametrize("line", HELM)
def test_prints_as_helm_does(cli, monkeypatch, line):
    monkeypatch.chdir(HERE)
    text = re.sub(r"(?m)^LAST DEPLOYED: .*", "LAST DEPLOYED: NOW", cli(line).transcript)
    assert text == HELM[line]


def test_create_package_show(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert cli("create shop").transcript == "exit 0\n--- out\nCreating shop\n--- err\n"
    archive = Path(tmp_path, "shop-0.2.0.tgz")
    packaged = cli("package shop --version 0.2.0 --app-version 7")
    assert packaged.out == f"Successfully packaged chart and saved it to: {archive}\n"
    first = archive.read_bytes()
    cli("package shop --version 0.2.0 --app-version 7")
    assert archive.read_bytes() == first
    shown = cli("show chart shop-0.2.0.tgz").out
    assert "version: 0.2.0\n" in shown
    assert 'appVersion: "7"\n' in shown
    assert cli("lint --strict shop").out.endswith("1 chart(s) linted, 0 chart(s) failed\n")


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """A small chart in the current directory."""
    root = tmp_path / "shop"
    (root / "templates").mkdir(parents=True)
    put(root / "Chart.yaml", "apiVersion: v2\nname: shop\nversion: 0.1.0\n")
    put(root / "values.yaml", "a: 1\n")
    put(root / "templates" / "x.yaml", "v: {{ toJson .Values }}\n")
    monkeypatch.chdir(tmp_path)
    return root


def put(path, text):
    path.write_text(text, encoding="utf-8", newline="")


@pytest.mark.parametrize(
    ("destination", "shown"),
    [("toot", "toot/"), ("./toot/", "toot/"), ("toot/../t2", "t2/"), ("''", "")],
)
def test_package_prints_the_path_as_given(cli, shop, destination, shown):
    out = cli(f"package shop -d {destination}").out
    assert out == f"Successfully packaged chart and saved it to: {shown}shop-0.1.0.tgz\n"
    assert Path(f"{shown}shop-0.1.0.tgz").is_file()


def test_an_archive_is_not_packaged(cli, shop):
    cli("package shop")
    result = cli("package shop-0.1.0.tgz")
    assert (result.code, result.out) == (1, "")
    assert result.err.startswith("Error: unable to detect chart at shop-0.1.0.tgz/Chart.yaml")


def test_no_dependencies_may_be_said(cli, shop):
    assert cli("dependency list shop").out == "WARNING: no dependencies at shop/charts\n"
    put(shop / "Chart.yaml", "apiVersion: v2\nname: shop\nversion: 0.1.0\ndependencies: []\n")
    # Helm: a list without items is one.
    assert cli("dependency list shop").out == "NAME\tVERSION\tREPOSITORY\tSTATUS\n\n"


@pytest.mark.parametrize(
    ("epoch", "says"),
    [
        ("x", 'strconv.ParseInt: parsing "x": invalid syntax'),
        ("1_0", 'strconv.ParseInt: parsing "1_0": invalid syntax'),
        (" 5", 'strconv.ParseInt: parsing " 5": invalid syntax'),
        ("-", 'strconv.ParseInt: parsing "-": invalid syntax'),
        ("9" * 20, f'strconv.ParseInt: parsing "{"9" * 20}": value out of range'),
        ("-5", "must not be negative"),
    ],
)
@pytest.mark.parametrize("command", ["package", "dependency update", "dependency build"])
def test_an_epoch_that_is_none_is_refused(cli, shop, command, epoch, says):
    result = cli(f"{command} shop", env={"SOURCE_DATE_EPOCH": epoch})
    assert (
        result.transcript == f"exit 1\n--- out\n--- err\nError: invalid SOURCE_DATE_EPOCH: {says}\n"
    )
    assert not list(shop.parent.glob("*.tgz"))


def test_the_epoch_is_the_time_of_every_file_and_of_the_locks(cli, shop):
    put(shop / "Chart.lock", 'generated: "2024-05-05T05:05:05Z"\ndigest: x\ndependencies: []\n')
    put(shop / "values.schema.json", "{}")
    cli("package shop", env={"SOURCE_DATE_EPOCH": "1609459200"})
    with tarfile.open("shop-0.1.0.tgz") as tar:
        assert {member.mtime for member in tar} == {1609459200}
        lock = tar.extractfile("shop/Chart.lock")
        assert lock is not None
        assert b'generated: "2021-01-01T00:00:00Z"' in lock.read()


def test_other_formats_are_shown_and_not_rendered(cli, shop):
    put(shop / "Chart.yaml", "apiVersion: v3\nname: shop\nversion: 0.1.0\n")
    assert cli("show chart shop").out == "apiVersion: v3\nname: shop\nversion: 0.1.0\n\n"
    assert cli("show values shop").out == "a: 1\n\n"
    for command in ("template r shop", "package shop", "install r shop --dry-run=client"):
        result = cli(command)
        assert (result.code, result.out) == (1, "")
        assert "unsupported chart version: apiVersion is 'v3'" in result.err


def test_template_wants_a_name_where_one_is_given(cli, shop):
    result = cli("template '' shop")
    assert (result.code, result.out) == (1, "")
    assert result.err == 'Error: release name check failed: release name "": no name provided\n'


def test_output_directory_keeps_every_newline(cli, shop):
    put(shop / "templates" / "x.yaml", "a: 1\n\n\n---\nb: 2")
    (shop / "crds").mkdir()
    put(shop / "crds" / "c.yaml", "kind: A\n\n\n---\nkind: B\n\n")
    hook = "kind: Pod\nmetadata:\n  name: x\n  annotations: {helm.sh/hook: pre-install}\n\n\n"
    put(shop / "templates" / "h.yaml", hook)
    out = cli("template r shop --include-crds --output-dir o").out
    names = ("crds/c", "templates/x", "templates/x", "templates/h")
    assert out == "".join(f"wrote o/shop/{name}.yaml\n" for name in names) + "\n"
    written = {path.name: path.read_text(encoding="utf-8") for path in Path("o").rglob("*.yaml")}
    source = "---\n# Source: shop/"
    assert written == {
        "c.yaml": f"{source}crds/c.yaml\nkind: A\n\n\n---\nkind: B\n\n\n",
        "x.yaml": f"{source}templates/x.yaml\na: 1\n\n\n\n{source}templates/x.yaml\nb: 2\n",
        "h.yaml": f"{source}templates/h.yaml\n{hook}\n",
    }


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("%a.txt", 'invalid URL escape "%a."'),
        ("x#%zz", 'invalid URL escape "%zz"'),
        ("file://%a.txt", 'invalid URL escape "%a."'),
        ("5%", 'invalid URL escape "%"'),
        (":a.txt", "missing protocol scheme"),
        ("a b:c.txt", "first path segment in URL cannot contain colon"),
    ],
)
def test_a_values_file_is_a_url_to_helm(cli, shop, path, says):
    result = cli(f"template r shop -f '{path}'")
    assert result.transcript == f'exit 1\n--- out\n--- err\nError: parse "{path}": {says}\n'
    result = cli(f"template r shop --set-file 'x={path}'")
    assert result.err == f'Error: failed parsing --set-file data: parse "{path}": {says}\n'


@pytest.mark.parametrize("path", ["%41.txt", "d/a:b", "x?%zz"])
def test_what_looks_like_a_url_is_read(cli, shop, path):
    Path(path).parent.mkdir(exist_ok=True)
    put(Path(path), "a: 2\n")
    assert 'v: {"a":2}' in cli(f"template r shop -f '{path}'").out


def test_stray_subcharts_are_told_of(cli, shop):
    wanted = "dependencies: [{name: sub, version: 0.1.0, repository: 'https://r.example'}]\n"
    put(shop / "Chart.yaml", f"apiVersion: v2\nname: shop\nversion: 0.1.0\n{wanted}")
    for name in ("sub", "stray", "_x", ".y"):
        (shop / "charts" / name).mkdir(parents=True)
    for name in ("sub", "stray"):
        text = f"apiVersion: v2\nname: {name}\nversion: 0.1.0\n"
        put(shop / "charts" / name / "Chart.yaml", text)
    assert cli("dependency list shop/../shop").out.split("\n\n")[1] == (
        'WARNING: "shop/charts/.y" is not a chart.\n'
        'WARNING: "shop/charts/_x" is not a chart.\n'
        'WARNING: "shop/charts/stray" is not in Chart.yaml.\n'
    )


def test_templates_of_two_charts_share_what_is_deep_in_global(cli, shop):
    child = shop / "charts" / "sub"
    (child / "templates").mkdir(parents=True)
    put(child / "Chart.yaml", "apiVersion: v2\nname: sub\nversion: 0.1.0\n")
    put(shop / "values.yaml", "global: {one: {two: {own: 1}}}\n")
    change = """{{- $g := .Values.global }}{{ $_ := set $g.one.two "sub" 1 }}"""
    change += """{{ $_ := set $g.one "s" 1 }}"""
    put(child / "templates" / "x.yaml", f"{change}v: {{{{ toJson .Values }}}}\n")
    out = cli("template r shop").out
    assert 'v: {"global":{"one":{"s":1,"two":{"own":1,"sub":1}}}}' in out
    assert 'v: {"global":{"one":{"two":{"own":1,"sub":1}}},"sub":' in out


def test_a_table_that_is_imported_into_itself_is_refused(cli, shop):
    child = shop / "charts" / "sub"
    child.mkdir(parents=True)
    put(child / "Chart.yaml", "apiVersion: v2\nname: sub\nversion: 0.1.0\n")
    put(child / "values.yaml", "data: {a: 1}\n")
    imports = "[{child: data, parent: x}, {child: data, parent: x.y}]"
    row = f"{{name: sub, version: 0.1.0, import-values: {imports}}}"
    info = f"apiVersion: v2\nname: shop\nversion: 0.1.0\ndependencies: [{row}]\n"
    put(shop / "Chart.yaml", info)
    result = cli("template r shop")
    assert (result.code, result.out) == (1, "")
    assert "Traceback" not in result.err


PARENT = """\
apiVersion: v2
name: c
version: 1.0.0
dependencies:
- name: sub
  version: 1.0.0
  condition: sub.number,sub.table,sub.word
  tags: [t, u, n]
  import-values: [a, {child: x, parent: y}]
"""
VALUES = """\
tags: {t: yes please, u: [1], n: null}
sub: {number: 3, table: {a: 1}, word: x}
"""
HOOK = """\
apiVersion: v1
kind: A
metadata: {name: a, annotations: {helm.sh/hook: "pre-install, Foo"}}
"""


def test_what_is_no_boolean_no_table_and_no_hook_is_logged_as_helm_logs_it(
    cli, tmp_path, monkeypatch
):
    files = {
        "Chart.yaml": PARENT,
        "values.yaml": VALUES,
        "templates/a.yaml": HOOK,
        "charts/sub/Chart.yaml": "apiVersion: v2\nname: sub\nversion: 1.0.0\n",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert cli(f"template x {tmp_path}").err.splitlines() == [
        'level=WARN msg="returned non-bool value" tag=t chart=sub',
        'level=WARN msg="returned non-bool value" tag=u chart=sub',
        'level=WARN msg="returned non-bool value" path=sub.number chart=sub',
        'level=WARN msg="returned non-bool value" path=sub.word chart=sub',
        'level=WARN msg="ImportValues missing table" error="\\"exports\\" is not a table"',
        'level=WARN msg="ImportValues missing table from chart" chart=sub '
        'error="\\"x\\" is not a table"',
        'level=INFO msg="skipping unknown hooks" hookTypes="pre-install, Foo"',
    ]

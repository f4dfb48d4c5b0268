"""Post-renderers: which one a name means, what it gets, and what comes back."""

from __future__ import annotations

import os
import sys

import pytest

from pyhelm import Client, TemplateOptions
from pyhelm.errors import RenderError, UsageError
from pyhelm.plugins import postrenderer
from pyhelm.settings import Settings

PLUGIN = """\
apiVersion: v1
type: postrenderer/v1
name: paint
version: 0.1.0
runtime: subprocess
runtimeConfig:
  platformCommand:
    - {os: plan9, command: nothing}
    - command: "{python}"
      args: ["${HELM_PLUGIN_DIR}/paint.py", $HELM_PLUGIN_NAME]
"""
PAINT = """\
import sys
name, *args = sys.argv[1:]
text = sys.stdin.read()
if args == ["fail"]:
    sys.exit("no paint")
if args != ["nothing"]:
    print(text.replace("color: blue", f"color: {name} {' '.join(args)}"))
"""
TEMPLATE = """\
{% for kind, hook in (("a", ""), ("b", "pre-install")) %}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ kind }}
  {% if hook %}
  annotations:
    helm.sh/hook: {{ hook }}
  {% endif %}
data:
  color: blue
{% endfor %}
"""


@pytest.fixture
def chart(tmp_path):
    root = tmp_path / "chart"
    (root / "templates").mkdir(parents=True)
    (root / "Chart.yaml").write_text(
        "apiVersion: v2\nname: c\nversion: 1.0.0\nengine: jinja\n", encoding="utf-8"
    )
    (root / "templates" / "all.yaml").write_text(TEMPLATE, encoding="utf-8")
    return root


@pytest.fixture
def client(tmp_path):
    settings = Settings.under(tmp_path)
    folder = os.path.join(settings.plugins, "paint")
    os.makedirs(folder)
    files = {"plugin.yaml": PLUGIN.replace("{python}", sys.executable), "paint.py": PAINT}
    for name, text in files.items():
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(text)
    return Client(settings)


def render(client, chart, renderer, *args):
    options = TemplateOptions(post_renderer=renderer, post_renderer_args=args)
    return client.template("r", chart, {}, options)


def test_a_plugin_sees_hooks_and_manifests(client, chart):
    release = render(client, chart, "paint", "deep", "red")
    assert release.manifest == (
        "---\n# Source: c/templates/all.yaml\napiVersion: v1\ndata:\n  color: paint deep red\n"
        "kind: ConfigMap\nmetadata:\n  name: a\n\n"
    )
    (hook,) = release.hooks
    assert (hook.path, hook.events[0].value) == ("c/templates/all.yaml", "pre-install")
    assert "color: paint deep red" in hook.manifest
    assert "postrender" not in hook.manifest


def test_a_program_and_a_function_do_as_well(client, chart, tmp_path):
    program = tmp_path / "program.py"
    program.write_text(PAINT, encoding="utf-8")
    assert (
        "color: it red" in render(client, chart, sys.executable, str(program), "it", "red").manifest
    )
    assert "color: green" in render(client, chart, lambda t: t.replace("blue", "green")).manifest


def test_what_it_adds_has_a_file_of_its_own(client, chart):
    more = "\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\n"
    manifest = render(client, chart, lambda text: text + more).manifest
    assert "# Source: generated-by-postrender-2.yaml\napiVersion: v1\nkind: Secret" in manifest


@pytest.mark.parametrize(
    ("args", "problem"),
    [
        (("fail",), r'plugin "paint" exited with error: no paint$'),
        (("nothing",), r'post-renderer "paint" produced empty output$'),
    ],
)
def test_failures(client, chart, args, problem):
    with pytest.raises(
        RenderError, match=r"^error while running post render on files: .*" + problem
    ):
        render(client, chart, "paint", *args)


def test_nonsense_that_comes_back(client, chart):
    with pytest.raises(RenderError, match="error while parsing post rendered output"):
        render(client, chart, lambda text: "a: [")
    with pytest.raises(RenderError, match="a document is no mapping"):
        render(client, chart, lambda text: "- a")


def test_names_that_mean_nothing(client, chart, tmp_path):
    with pytest.raises(UsageError, match="post-renderer 'nobody' not found"):
        render(client, chart, "nobody")
    with pytest.raises(UsageError, match="not found"):
        render(client, chart, str(tmp_path / "nobody"))


@pytest.mark.parametrize(
    ("metadata", "problem"),
    [
        ({"runtime": "extism/v1"}, "runs on 'extism/v1'"),
        ({"runtime": "subprocess"}, "no plugin command is applicable"),
        (
            {
                "runtime": "subprocess",
                "runtimeConfig": {"platformCommand": [{"os": "plan9", "command": "x"}]},
            },
            "no plugin command is applicable",
        ),
    ],
)
def test_plugins_that_cannot_run_here(metadata, problem):
    with pytest.raises(UsageError, match=problem):
        postrenderer._command({"name": "x", **metadata}, {})

"""plugin.yaml in both forms, and what is refused; each advisory has its id in a test's name."""

from __future__ import annotations

import os

import pytest

from pyhelm.errors import PluginError
from pyhelm.plugins.metadata import CLI, GETTER, load_all, parse

V1 = (
    "apiVersion: v1\nname: web\nversion: 1.0.0\ntype: {type}\nruntime: {runtime}\n"
    "config: {config}\nruntimeConfig: {how}\n"
)


def v1(**given: str) -> bytes:
    values = {"type": CLI, "runtime": "subprocess", "config": "{}", "how": "{}"}
    return V1.format(**{**values, **given}).encode()


def test_a_legacy_plugin():
    found = parse(
        b"name: web\nversion: 1.2.3\nusage: show\ndescription: more\nignoreFlags: true\n"
        b"command: $HELM_PLUGIN_DIR/run.sh\nhooks: {install: ./go.sh}\nunknown: passed over\n",
        "dir",
    )
    assert (found.name, found.type, found.api_version) == ("web", CLI, "legacy")
    assert (found.short_help, found.long_help, found.ignore_flags) == ("show", "more", True)
    assert found.commands[0].command == "$HELM_PLUGIN_DIR/run.sh"
    assert found.hooks["install"][0].args == ("-c", "./go.sh")
    assert not found.expand_hooks


def test_a_legacy_downloader_is_a_getter():
    found = parse(b"name: s3\ndownloaders: [{command: bin/s3, protocols: [s3, s3n]}]\n", "dir")
    assert found.type == GETTER
    assert sorted(found.downloaders) == ["s3", "s3n"]


def test_a_v1_getter():
    how = "{protocolCommands: [{protocols: [s3, other], platformCommand: [{command: x}]}]}"
    found = parse(v1(type=GETTER, config="{protocols: [s3]}", how=how), "dir")
    assert list(found.downloaders) == ["s3"]


@pytest.mark.parametrize(
    "name", ["", "../evil", "a/b", "a b", "a\\b", ".", "..", "a.b", "\x1b[31m", "a\n", "ü"]
)
def test_cve_2020_15186_a_name_is_letters_and_digits(name):
    text = (
        f"name: {name!r}\n"
        if "\x1b" not in name and "\n" not in name
        else ('name: "\\e[31m"\n' if "\x1b" in name else 'name: "a\\n"\n')
    )
    with pytest.raises(PluginError, match="invalid plugin name") as caught:
        parse(text.encode(), "dir")
    assert "\x1b" not in str(caught.value)


def test_cve_2020_15186_a_usage_can_not_move_the_cursor():
    found = parse(b'name: web\nusage: "a\\e[2Jb\\tc\\nd"\n', "dir")
    assert found.short_help == "a[2Jb c d"


@pytest.mark.parametrize(
    "text",
    [b"name: web\nname: other\n", b"name: web\nhooks: {install: a, install: b}\n"],
)
def test_cve_2020_15187_repeated_keys(text):
    with pytest.raises(PluginError):
        parse(text, "dir")


@pytest.mark.parametrize(
    "version", ["../../evil", "1", "1.0", "v1.0.0", "1.0.0/../..", "1.0.0\\x", "01.0.0"]
)
def test_cve_2026_35204_a_version_is_semantic(version):
    for text in (f"name: web\nversion: '{version}'\n", V1.replace("1.0.0", f"'{version}'")):
        filled = text.format(type=CLI, runtime="subprocess", config="{}", how="{}").encode()
        with pytest.raises(PluginError, match=r"invalid plugin version|must be valid semver"):
            parse(filled, "dir")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", "is not a mapping"),
        (b"- a\n", "is not a mapping"),
        (b"name: [\n", "plugin.yaml"),
        (b"apiVersion: v2\nname: web\n", 'invalid plugin apiVersion: "v2"'),
        (b"name: web\ncommand: a\nplatformCommand: [{command: b}]\n", "both platformCommand and"),
        (b"name: web\nhooks: {install: a}\nplatformHooks: {install: []}\n", "both platformHooks"),
        (b"name: web\nhooks: [a]\n", "hooks is not a mapping"),
        (b"name: web\nplatformCommand: {command: a}\n", "not a list of mappings"),
        (b"name: web\nplatformCommand: [a]\n", "not a list of mappings"),
        (b"name: web\ndownloaders: [{protocols: [a]}]\n", "downloader 0 has empty command"),
        (b"name: web\ndownloaders: [{command: a}]\n", "downloader 0 has no protocols"),
        (b"name: {a: b}\n", "name is not text"),
        (v1(type="other/v1"), 'unknown plugin type "other/v1"'),
        (v1(type="''"), "`type` missing"),
        (v1(runtime="docker"), 'unsupported plugin runtime type: "docker"'),
        (v1(runtime="''"), "`runtime` missing"),
        (v1(type=GETTER), "getter has no protocols"),
        (v1() + b"extra: 1\n", "field extra is not known"),
        (b"apiVersion: v1\nname: web\n", "plugin `version` is required"),
    ],
)
def test_refused(text, said):
    with pytest.raises(PluginError) as caught:
        parse(text, "dir")
    assert said in str(caught.value)


def test_broken_ones_are_passed_over_and_twins_refused(tmp_path, caplog):
    for name, text in (("a", "name: web\n"), ("b", "name: '../x'\n"), ("c", "name: other\n")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "plugin.yaml").write_text(text, encoding="utf-8")
    assert [plugin.name for plugin in load_all(str(tmp_path))] == ["web", "other"]
    assert "failed to load plugin (ignoring)" in caplog.text
    twice = os.pathsep.join((str(tmp_path), str(tmp_path)))
    with pytest.raises(PluginError, match='two plugins claim the name "web"'):
        load_all(twice)

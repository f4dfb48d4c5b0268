"""Installing plugins from archives and git, and what hostile ones try."""

from __future__ import annotations

import gzip
import io
import os
import subprocess
import sys
import tarfile

import pytest
from pysequoia import Tsk

from pyhelm import Client, Settings
from pyhelm.actions.package import PackageOptions
from pyhelm.errors import PluginError, PyHelmError
from pyhelm.plugins import archives, git, process
from pyhelm.plugins.install import PluginInstallOptions
from pyhelm.plugins.metadata import Command, parse

YAML = b"name: web\nversion: 1.0.0\ncommand: ./run\n"
UNVERIFIED = PluginInstallOptions(verify=False)


def packed(*members: tuple[str, bytes | str, int]) -> bytes:
    """An archive of (name, content or link target, type)."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, content, kind in members:
            info = tarfile.TarInfo(name)
            info.type = bytes([kind]) if kind else tarfile.REGTYPE
            if isinstance(content, str):
                info.linkname = content
                tar.addfile(info)
            else:
                info.size = len(content)
                tar.addfile(info, io.BytesIO(content))
    return gzip.compress(out.getvalue())


@pytest.fixture
def client(tmp_path):
    return Client(Settings.under(tmp_path / "home"))


@pytest.fixture
def write(tmp_path):
    def save(data: bytes, name: str = "web-1.0.0.tgz") -> str:
        (tmp_path / name).write_bytes(data)
        return str(tmp_path / name)

    return save


def home(client) -> list[str]:
    plugins = client.settings.plugins
    return sorted(os.listdir(plugins)) if os.path.isdir(plugins) else []


GOOD = ("web/plugin.yaml", YAML, 0)


@pytest.mark.parametrize("folder", ["web/", ""])
def test_from_an_archive_and_away_again(client, write, folder):
    data = packed((f"{folder}plugin.yaml", YAML, 0), (f"{folder}bin/run", b"#!/bin/sh\n", 0))
    plugin = client.plugin_install(write(data), UNVERIFIED)
    assert (plugin.name, plugin.version) == ("web", "1.0.0")
    assert home(client) == ["web", "web-1.0.0.tgz"]
    assert client.plugin_list()[0][1] == "unsigned"
    with pytest.raises(PluginError, match="plugin already exists"):
        client.plugin_install(write(data), UNVERIFIED)
    client.plugin_uninstall("web")
    assert home(client) == []
    with pytest.raises(PluginError, match="plugin: web not found"):
        client.plugin_uninstall("web")


@pytest.mark.parametrize(
    "member",
    [
        ("../evil", b"x", 0),
        ("web/../../evil", b"x", 0),
        ("/evil", b"x", 0),
        ("..\\evil", b"x", 0),
        ("\\evil", b"x", 0),
        ("C:/evil", b"x", 0),
        ("web/a:b", b"x", 0),
        ("web/\x1b[2J", b"x", 0),
        ("web/link", "/etc/passwd", 0x32),
        ("web/hard", "web/plugin.yaml", 0x31),
        ("web/fifo", "", 0x36),
        ("web/device", "", 0x33),
        ("web/PLUGIN.yaml", b"x", 0),
        ("web/./plugin.yaml", b"x", 0),
    ],
    ids=lambda member: repr(member[0]),
)
def test_cve_2020_4053_archives_stay_in_their_folder(client, write, tmp_path, member):
    for members in ((GOOD, member), (member, GOOD)):
        with pytest.raises(PluginError):
            client.plugin_install(write(packed(*members)), UNVERIFIED)
    assert home(client) == []
    assert not (tmp_path / "evil").exists()


@pytest.mark.parametrize(
    "data",
    [b"", b"junk", packed(GOOD)[:-20], packed(("a/b/plugin.yaml", YAML, 0)), packed()],
    ids=["empty", "junk", "cut", "too deep", "nothing"],
)
def test_no_archive_of_a_plugin(client, write, data):
    with pytest.raises(PluginError):
        client.plugin_install(write(data), UNVERIFIED)
    assert home(client) == []


def test_a_bomb(client, write, monkeypatch):
    monkeypatch.setattr(archives, "MAX_SIZE", 10_000)
    bomb = packed(GOOD, ("web/zeros", bytes(20_000), 0))
    with pytest.raises(PluginError, match="the archive holds too much"):
        client.plugin_install(write(bomb), UNVERIFIED)


def test_cve_2026_35204_a_version_can_not_name_a_file_elsewhere(client, write, tmp_path):
    data = packed(("web/plugin.yaml", b"name: web\nversion: ../../../evil\n", 0))
    with pytest.raises(PluginError, match="must be valid semver"):
        client.plugin_install(write(data), UNVERIFIED)
    assert not list(tmp_path.rglob("evil*"))


def test_cve_2026_35205_without_provenance_nothing_is_installed(client, write):
    with pytest.raises(PluginError, match="no provenance file"):
        client.plugin_install(write(packed(GOOD)))
    assert home(client) == []
    with pytest.raises(PluginError, match="could not find provenance file"):
        client.plugin_verify(write(packed(GOOD)))


def test_signed(client, tmp_path):
    ring = str(tmp_path / "ring")
    (tmp_path / "ring").write_bytes(bytes(Tsk.generate("Ann")))
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "plugin.yaml").write_bytes(YAML)
    options = PackageOptions(sign=True, key="Ann", keyring=ring, destination=str(tmp_path))
    archive, signed = client.plugin_package(tmp_path / "web", options)
    assert client.plugin_verify(archive, keyring=ring).signed_by == ("Ann",)
    client.plugin_install(archive, PluginInstallOptions(keyring=ring))
    assert client.plugin_list()[0][1] == "signed"
    client.plugin_uninstall("web")
    with open(archive, "ab") as file:
        file.write(b"x")
    with pytest.raises(PyHelmError, match="sha256 sum does not match"):
        client.plugin_install(archive, PluginInstallOptions(keyring=ring))
    assert home(client) == []
    assert signed


@pytest.mark.parametrize(
    "url",
    [
        "--upload-pack=touch evil",
        "-oProxyCommand=touch evil",
        "ext::sh -c touch% evil",
        "fd::17",
        "https://example.com/a\nb",
    ],
)
def test_cve_2022_21235_a_url_is_no_option_of_git(client, tmp_path, monkeypatch, url):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(PluginError):
        client.plugin_install(url, UNVERIFIED)
    assert not (tmp_path / "evil").exists()
    assert home(client) == []


@pytest.mark.parametrize("version", ["--output=evil", "-b", "--upload-pack=touch evil"])
def test_cve_2022_21235_nor_is_a_version(tmp_path, version):
    with pytest.raises(PluginError, match="git would not take this for a version"):
        git.clone("file:///nowhere", version, str(tmp_path / "x"))


def test_a_local_directory_is_linked(client, tmp_path):
    (tmp_path / "dev").mkdir()
    (tmp_path / "dev" / "plugin.yaml").write_bytes(YAML)
    client.plugin_install(tmp_path / "dev")
    assert client.plugin_list()[0][1] == "local dev"
    with pytest.raises(PluginError, match="is no git repository"):
        client.plugin_update("web")
    client.plugin_uninstall("web")
    assert (tmp_path / "dev" / "plugin.yaml").exists()


def test_what_does_not_load_is_not_installed(client, tmp_path):
    (tmp_path / "dev").mkdir()
    with pytest.raises(PluginError, match=r"plugin metadata \(plugin.yaml\) missing"):
        client.plugin_install(tmp_path / "dev")
    (tmp_path / "dev" / "plugin.yaml").write_bytes(b"name: '../x'\n")
    with pytest.raises(PluginError, match="was not installed"):
        client.plugin_install(tmp_path / "dev")
    assert home(client) == []


def test_wasm_is_one_clear_error(client):
    text = (
        b"apiVersion: v1\nname: wasm\nversion: 1.0.0\ntype: cli/v1\nruntime: extism/v1\n"
        b"config: {}\nruntimeConfig: {}\n"
    )
    with pytest.raises(PluginError, match="is WebAssembly"):
        process.run(parse(text, "dir"), [], {})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$A/x", "1/x"),
        ("${A}b", "1b"),
        ("$NOPE-", "-"),
        ("$$", ""),
        ("a$", "a$"),
        ("$A$B", "12"),
        ("${A", "${A"),
    ],
)
def test_variables_as_go_expands_them(text, expected):
    assert process.expanded(text, {"A": "1", "B": "2"}) == expected


def test_the_command_that_fits_best(monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(process, "machine", lambda: "x86_64")
    plugin = parse(YAML, "dir")
    rows = [
        Command("any"),
        Command("windows", os="windows"),
        Command("linux", os="Linux"),
        Command("exact", os="linux", arch="AMD64"),
        Command("arm", os="linux", arch="arm64"),
        Command("odd", arch="amd64"),
    ]
    assert process.prepared(plugin, tuple(rows), {}) == ["exact"]
    del rows[3]
    assert process.prepared(plugin, tuple(rows), {}) == ["linux"]
    del rows[2]
    assert process.prepared(plugin, tuple(rows), {}) == ["any"]
    with pytest.raises(PluginError, match="no plugin command is applicable"):
        process.prepared(plugin, (Command("odd", arch="amd64"),), {})


def test_what_a_plugin_writes_is_bounded():
    plugin = parse(YAML, "dir")
    endless = [sys.executable, "-c", "while True: print('x' * 9999)"]
    with pytest.raises(PluginError, match="wrote more than 1000 bytes"):
        process.capture(plugin, endless, dict(os.environ), 1000)


def test_python_packages_add_commands_and_getters(tmp_path):
    """The documentation's example, installed as its users would."""
    source = os.path.join(os.path.dirname(__file__), "../../../docs/examples/hello-plugin")
    target = str(tmp_path / "site")
    flags = ("--quiet", "--no-deps", "--no-build-isolation", "--disable-pip-version-check")
    subprocess.run(
        [sys.executable, "-m", "pip", "install", *flags, "--target", target, source], check=True
    )
    paths = os.pathsep.join(filter(None, (target, os.environ.get("PYTHONPATH", ""))))
    env = {**os.environ, "PYTHONPATH": paths, "HOME": str(tmp_path)}

    def pyhelm(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "pyhelm", *words],
            env=env,
            capture_output=True,
            text=True,
            encoding="utf-8",
        )

    done = pyhelm("hello", "there", "-n", "prod")
    assert (done.returncode, done.stdout) == (0, "hello there, from prod\n")
    fetched = pyhelm("show", "chart", "memory://nothing/chart.tgz")
    assert "does not appear to be a gzipped archive" in fetched.stderr
    env["HELM_NO_PLUGINS"] = "1"
    assert 'unknown command "hello"' in pyhelm("hello").stderr

"""Plugins of the shapes that are in use, unmodified, under helm and under pyhelm."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.commands import Run
from tests.peers import documents
from tests.peers.conftest import User
from tests.peers.gnupg import OWNERS, Gpg

PLUGINS = Path(__file__).parent / "plugins"
CLEAN = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}


@pytest.fixture
def source(work: Path) -> Path:
    """The plugins' directories, for both programs."""
    folder = work / "plugins"
    shutil.copytree(PLUGINS, folder)
    return folder


def git(folder: Path, *arguments: str) -> str:
    name = ("-c", "user.name=t", "-c", "user.email=t@example.com")
    done = subprocess.run(
        ["git", *name, *arguments],
        cwd=folder,
        env={**os.environ, **CLEAN},
        capture_output=True,
        check=True,
    )
    return done.stdout.decode()


def same(helm: User, pyhelm: User, *line: str) -> Run:
    """Run a line with both; what they print is the same but for their homes and names."""
    theirs, ours = helm(*line), pyhelm(*line)
    assert ours.code == theirs.code, ours.err
    assert plain(ours.out, pyhelm) == plain(theirs.out, helm)
    return ours


def plain(text: str, user: User) -> str:
    return text.replace(str(user.home), "HOME").replace("pyhelm", "helm")


def test_a_legacy_plugin_with_hooks(helm: User, pyhelm: User, source: Path) -> None:
    path = str(source / "legacy")
    installed = same(helm, pyhelm, "plugin", "install", path)
    assert "install hook in " in installed.out
    assert installed.out.endswith("Installed plugin: legacy\n")
    assert "legacy\t1.2.3" in same(helm, pyhelm, "plugin", "list").out
    line = ("legacy", "words", "--flag", "-n", "other", "--debug", "x y")
    shown = same(helm, pyhelm, *line)
    assert "args: [words] [--flag] [x y]\n" in shown.out
    assert "HELM_NAMESPACE=other\n" in shown.out
    assert "HELM_DEBUG=true\n" in shown.out
    assert same(helm, pyhelm, "legacy", "fail").code == 7
    removed = same(helm, pyhelm, "plugin", "uninstall", "legacy")
    assert "delete hook" in removed.out
    assert (source / "legacy" / "plugin.yaml").exists()


def test_a_v1_plugin_with_platform_commands(helm: User, pyhelm: User, source: Path) -> None:
    same(helm, pyhelm, "plugin", "install", str(source / "modern"))
    shown = same(helm, pyhelm, "modern", "one", "--two")
    assert shown.out == "modern on any: dir=plugins/modern one --two\n"
    assert "cli/v1" in same(helm, pyhelm, "plugin", "list", "--type", "cli/v1").out


def test_no_plugins(helm: User, pyhelm: User, source: Path) -> None:
    for program in (helm, pyhelm):
        program.ok("plugin", "install", str(source / "modern"))
        refused = program("modern", env={"HELM_NO_PLUGINS": "1"})
        assert refused.code == 1
        assert 'unknown command "modern"' in refused.err


def test_a_getter(helm: User, pyhelm: User, source: Path, work: Path) -> None:
    helm.ok("create", "web")
    helm.ok("package", "web")
    (work / "copied.tgz").write_bytes((work / "web-0.1.0.tgz").read_bytes())
    for program in (helm, pyhelm):
        program.ok("plugin", "install", str(source / "getter"))
    address = f"local://files{work}/copied.tgz"
    shown = same(helm, pyhelm, "show", "chart", address)
    assert "name: web" in shown.out
    assert same(helm, pyhelm, "show", "chart", f"local://files{work}/gone.tgz").code == 1


def test_a_post_renderer(helm: User, pyhelm: User, source: Path, work: Path) -> None:
    helm.ok("create", "web")
    for program in (helm, pyhelm):
        program.ok("plugin", "install", str(source / "renderer"))
    line = ("template", "x", "web", "--post-renderer", "renderer", "--post-renderer-args", "added")
    theirs, ours = helm.ok(*line), pyhelm.ok(*line)
    documents_of = [list(yaml.safe_load_all(run.out)) for run in (theirs, ours)]
    assert documents_of[0] == documents_of[1]
    assert {document["added"] for document in documents_of[1]} == {"renderer"}


def test_from_git_by_range_and_updated(helm: User, pyhelm: User, source: Path, work: Path) -> None:
    repo = work / "gitted"
    shutil.copytree(source / "legacy", repo)
    git(repo, "init", "--quiet", "--initial-branch", "main")
    git(repo, "add", ".")
    git(repo, "commit", "--quiet", "--message", "one")
    git(repo, "tag", "v1.0.0")
    (repo / "more").write_text("more", encoding="utf-8")
    git(repo, "add", ".")
    git(repo, "commit", "--quiet", "--message", "two")
    git(repo, "tag", "v2.0.0")
    bare = work / "remote.git"
    git(work, "clone", "--quiet", "--bare", str(repo), str(bare))
    url = f"file://{bare}"
    pyhelm.ok("plugin", "install", url, "--version", "^1", "--verify=false", env=CLEAN)
    home = pyhelm.home / "data" / "plugins" / "remote"
    assert not (home / "more").exists()
    pyhelm.ok("plugin", "uninstall", "legacy")
    pyhelm.ok("plugin", "install", url, "--verify=false", env=CLEAN)
    (repo / "newest").write_text("newest", encoding="utf-8")
    git(repo, "add", ".")
    git(repo, "commit", "--quiet", "--message", "three")
    git(repo, "push", "--quiet", str(bare), "main")
    updated = pyhelm.ok("plugin", "update", "legacy", env=CLEAN)
    assert "update hook" in updated.out
    assert updated.out.endswith("Updated plugin: legacy\n")
    assert (home / "newest").exists()
    (home / "more").write_text("changed", encoding="utf-8")
    refused = pyhelm("plugin", "update", "legacy", env=CLEAN)
    assert refused.code == 1
    assert "plugin repo was modified" in refused.err
    unverified = pyhelm("plugin", "install", url)
    assert "plugin source does not support verification" in unverified.err


def test_archives_signed_by_one_are_installed_by_the_other(
    helm: User, pyhelm: User, source: Path, work: Path, gpg: Gpg
) -> None:
    ring = str(gpg.exports / "ed.gpg")
    for packer, installer in ((helm, pyhelm), (pyhelm, helm)):
        out = packer.home.name
        (work / out).mkdir()
        flags = ("--key", OWNERS["ed"], "--keyring", ring, "--destination", out)
        packer.ok("plugin", "package", str(source / "modern"), *flags)
        archive = f"{out}/modern-0.3.0.tgz"
        checked = same(helm, pyhelm, "plugin", "verify", archive, "--keyring", ring)
        assert checked.code == 0
        installed = installer.ok("plugin", "install", archive, "--keyring", ring)
        assert f"Signed by: {OWNERS['ed']}\n" in installed.out
        assert "signed" in installer.ok("plugin", "list").out
        assert installer.ok("modern", "x").out.endswith(" x\n")
        installer.ok("plugin", "uninstall", "modern")


def test_cve_2026_35205_an_unsigned_archive_is_not_installed(
    helm: User, pyhelm: User, source: Path
) -> None:
    line = ("plugin", "package", str(source / "modern"), "--sign=false")
    same(helm, pyhelm, *line)
    for program in (helm, pyhelm):
        refused = program("plugin", "install", "modern-0.3.0.tgz")
        assert refused.code == 1
        assert "plugin verification failed: no provenance file (.prov) found" in refused.err
        program.ok("plugin", "install", "modern-0.3.0.tgz", "--verify=false")
        assert "unsigned" in program.ok("plugin", "list").out


def test_the_documentations_commands(source: Path, work: Path) -> None:
    documents.check("docs/plugins.md", work, {})

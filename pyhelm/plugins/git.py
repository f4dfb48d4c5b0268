"""Plugins from git repositories, through the user's git.

What a stranger's URL or a reference says never becomes an option of git (CVE-2022-21235), and only
transports that run no program are let through.
"""

from __future__ import annotations

import os
import subprocess

from pyhelm._typing import Sequence
from pyhelm.chart.versions import Constraint, parse_version
from pyhelm.errors import PluginError

TRANSPORTS = "file:git:http:https:ssh"


def clone(url: str, version: str, target: str) -> None:
    """Clone a repository, at the tag, branch or newest tag in a range that `version` names.

    Raises PluginError.
    """
    check(url, "repository")
    check(version, "version")
    _git(["clone", "--quiet", "--", url, target])
    if version:
        _git(["checkout", "--quiet", "--detach", _reference(target, version)], target)


def update(directory: str) -> None:
    """Bring a clone up to date; raises PluginError when someone has changed it, or it is none."""
    if not os.path.exists(os.path.join(directory, ".git")):
        raise PluginError(
            f"cannot get information about plugin source: {directory} is no git repository; "
            "uninstall the plugin and install it anew"
        )
    if _git(["status", "--porcelain"], directory).strip():
        raise PluginError("plugin repo was modified")
    _git(["fetch", "--quiet", "--tags"], directory)
    if _git(["branch", "--show-current"], directory).strip():
        _git(["merge", "--quiet", "--ff-only", "@{upstream}"], directory)


def check(text: str, what: str) -> None:
    """Refuse what git would take for an option or for a program; raises PluginError."""
    if text.startswith("-") or "::" in text or not text.isprintable():
        raise PluginError(f"{what} {text!r}: git would not take this for a {what}")


def _reference(directory: str, version: str) -> str:
    """The commit of a tag or branch, or of the newest tag that fits a range."""
    for name in (version, f"refs/tags/{version}", f"refs/remotes/origin/{version}"):
        found = _commit(directory, name)
        if found:
            return found
    try:
        constraint = Constraint.parse(version)
    except ValueError as exc:
        raise PluginError(f"requested version {version!r} does not exist: {exc}") from exc
    tags = _git(["tag", "--list"], directory).split()
    fitting = [tag for tag in tags if _fits(constraint, tag)]
    if not fitting:
        raise PluginError(f"requested version {version!r} does not exist for plugin")
    return _commit(directory, f"refs/tags/{max(fitting, key=parse_version)}")


def _fits(constraint: Constraint, tag: str) -> bool:
    try:
        return constraint.check(parse_version(tag))
    except ValueError:
        return False


def _commit(directory: str, name: str) -> str:
    try:
        flags = ("--quiet", "--verify", "--end-of-options")
        return _git(["rev-parse", *flags, f"{name}^{{commit}}"], directory).strip()
    except PluginError:
        return ""


def _git(arguments: Sequence[str], directory: str = "") -> str:
    env = {**os.environ, "GIT_ALLOW_PROTOCOL": TRANSPORTS, "GIT_TERMINAL_PROMPT": "0"}
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=directory or None, env=env, capture_output=True, check=False
        )
    except OSError as exc:
        raise PluginError(f"git is needed for this plugin: {exc.strerror or exc}") from exc
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["no reason given"]
        raise PluginError(f"git {arguments[0]}: {said[-1]}")
    return done.stdout.decode("utf-8", "replace")

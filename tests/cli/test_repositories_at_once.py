"""Twenty processes change repositories.yaml at once, and none loses what another wrote."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from pyhelm.repo import cache, file
from pyhelm.settings import Settings
from tests.commands import homes
from tests.unit.repo.site import site

INDEX = b"apiVersion: v1\nentries:\n  web:\n  - name: web\n    version: 1.0.0\n"


def start(home, *arguments):
    return subprocess.Popen(
        [sys.executable, "-m", "pyhelm", "repo", *arguments],
        env={**os.environ, **homes(home)}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


def end(processes):
    outputs = [process.communicate(timeout=120)[0].decode() for process in processes]
    assert [p.returncode for p in processes] == [0] * len(processes), outputs


@pytest.mark.slow
def test_twenty_at_once_lose_nothing(tmp_path):
    with site(lambda *_: (200, {}, INDEX)) as web:
        end([start(tmp_path, "add", f"old{n}", web.url) for n in range(4)])
        adding = [start(tmp_path, "add", f"new{n}", web.url) for n in range(12)]
        removing = [start(tmp_path, "remove", f"old{n}") for n in range(3)]
        updating = [start(tmp_path, "update", "old3") for n in range(5)]
        end([*adding, *removing, *updating])
    settings = Settings(
        config_home=str(tmp_path / "config"), cache_home=str(tmp_path / "cache"), data_home=""
    )
    names = {entry.name for entry in file.load(settings.repository_config)}
    assert names == {"old3", *(f"new{n}" for n in range(12))}
    for name in names:
        assert cache.load_index(settings.repository_cache, name).find("web").version == "1.0.0"
    left = [path.name for path in (tmp_path / "config").iterdir()]
    assert sorted(left) == ["repositories.lock", "repositories.yaml"]

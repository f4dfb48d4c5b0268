"""Small charts on which PyHelm once differed, and what helm 4.3.1 answers."""

from __future__ import annotations

import secrets
import shlex
from pathlib import Path

import pytest
import yaml

from tests.commands import UNFIT

CASES = yaml.load(
    Path(__file__).with_name("helm_answers.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader
)
KIND = "Error: type mismatch on sub: par has a subchart of that name, so its value is a mapping,"
OURS = {
    "values/06-null-subchart-values": f"{KIND} not null\n",
    "values/07-null-subchart-values": f"{KIND} not a number\n",
}
"""Where PyHelm says something else (docs/differences.md)."""


@pytest.fixture(autouse=True)
def long_serials(monkeypatch):
    """Serial numbers of full length: one in 256 is shorter, and so is its certificate."""
    some = secrets.randbits
    monkeypatch.setattr(secrets, "randbits", lambda bits: 1 << bits - 1 | some(bits - 1))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_as_helm(case, cli, tmp_path, monkeypatch):
    for name, text in case["files"].items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    monkeypatch.chdir(tmp_path)
    done = cli(shlex.join(case["command"]))
    place = f"{tmp_path}/"
    assert UNFIT.sub("", done.out.replace(place, "")) == case["stdout"]
    if "stderr" in case:
        assert done.err.replace(place, "") == OURS.get(case["name"], case["stderr"])
    assert done.code == case["exit"]

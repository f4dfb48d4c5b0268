"""What is shipped: the wheel by itself, in an environment that has nothing but its dependencies."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]


def run(*words: str | Path, cwd: Path) -> str:
    done = subprocess.run(
        [str(word) for word in words], cwd=cwd, capture_output=True, text=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts of an environment with the wheel in it."""
    work = tmp_path_factory.mktemp("wheel")
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")
    run(*pip, "wheel", ROOT, "--no-deps", "--no-build-isolation", "-w", work, cwd=work)
    [wheel] = work.glob("pyhelm_charts-*.whl")
    environment = work / "environment"
    venv.create(environment, with_pip=False)
    python = environment / ("Scripts" if os.name == "nt" else "bin") / "python"
    run(*pip, "--python", python, "install", "--no-deps", wheel, cwd=work)
    site = run(python, "-c", "import sysconfig as s; print(s.get_path('purelib'))", cwd=work)
    # The dependencies, from where the tests have them; what is in the wheel comes first.
    dependencies = sysconfig.get_path("purelib")
    Path(site.strip(), "dependencies.pth").write_text(f"{dependencies}\n", encoding="utf-8")
    return python.parent


def test_the_command_works(scripts: Path, tmp_path: Path) -> None:
    assert run(scripts / "pyhelm", "version", "--short", cwd=tmp_path).startswith("v")
    run(scripts / "pyhelm", "create", "web", cwd=tmp_path)
    run(scripts / "pyhelm", "create", "--engine", "gotpl", "shop", cwd=tmp_path)
    for chart in ("web", "shop"):
        assert "kind: Deployment" in run(scripts / "pyhelm", "template", chart, cwd=tmp_path)
        assert (tmp_path / chart / ".helmignore").is_file()


def test_its_data_is_inside(scripts: Path, tmp_path: Path) -> None:
    code = """
from importlib.resources import files
root = files("pyhelm")
assert "environment" in str(root), root
for name in ("py.typed", "openapi.json", "example_repository/index.yaml"):
    assert root.joinpath(name).is_file(), name
print(sorted(each.name for each in root.joinpath("example_repository").iterdir()))
"""
    listed = run(scripts / "python", "-c", code, cwd=tmp_path)
    assert "mysql-" in listed

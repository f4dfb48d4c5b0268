"""What the Makefile names is what there is."""

from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def test_every_folder_with_tests_for_a_cluster_is_named():
    lines = (ROOT / "Makefile").read_text(encoding="utf-8").splitlines()
    named = next(line for line in lines if line.startswith("ON_CLUSTER")).partition("=")[2].split()
    marked = {
        path.relative_to(ROOT).parts[1]
        for path in (ROOT / "tests").rglob("*.py")
        if "pytest.mark." + "cluster" in path.read_text(encoding="utf-8")
    }
    assert sorted(f"tests/{each}" for each in marked) == named

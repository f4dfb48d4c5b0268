"""What is public is what `__all__` says, sorted, and importable."""

import subprocess
import sys

import pyhelm


def test_all_is_sorted_and_complete():
    assert pyhelm.__all__ == sorted(pyhelm.__all__)
    assert {name for name in pyhelm.__all__ if not name.startswith("_")} == set(pyhelm._HOMES)
    for name in pyhelm.__all__:
        assert getattr(pyhelm, name) is not None
    assert dir(pyhelm) == pyhelm.__all__


def test_an_unknown_name_is_an_attribute_error():
    assert not hasattr(pyhelm, "NoSuchThing")


def test_import_is_lazy():
    code = "import pyhelm, sys; print(*(m for m in sys.modules if m.startswith('pyhelm')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert sorted(done.stdout.split()) == [b"pyhelm", b"pyhelm._typing", b"pyhelm._version"]

"""What the environment says."""

from pyhelm.settings import Budget, Settings


def test_limits_of_renders():
    env = {"PYHELM_RENDER_STEPS": "5", "PYHELM_RENDER_OUTPUT": "7", "PYHELM_RENDER_SECONDS": "0.5"}
    assert Settings.from_env(env).budget == Budget(steps=5, output=7, seconds=0.5)
    assert Settings.from_env({"PYHELM_RENDER_STEPS": "many"}).budget == Budget()
    assert Settings.from_env({}).budget == Budget()

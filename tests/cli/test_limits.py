"""A chart that takes too much: refused with the limit's name, taken when the limit is raised."""

import pytest

TEMPLATES = {
    "gotpl": "{{ range 3000 }}{{ end }}a: 1\n",
    "jinja": "{% for i in range(3000) %}{% endfor %}\na: 1\n",
}


@pytest.mark.parametrize("engine", TEMPLATES)
@pytest.mark.parametrize("command", ["template r", "lint", "install r --dry-run=client"])
def test_steps_are_raised_by_the_environment(cli, tmp_path, engine, command):
    chart = tmp_path / "web"
    (chart / "templates").mkdir(parents=True)
    (chart / "templates" / "a.yaml").write_text(TEMPLATES[engine], encoding="utf-8")
    about = f"apiVersion: v2\nname: web\nversion: 1.0.0\nicon: file:///i\nengine: {engine}\n"
    (chart / "Chart.yaml").write_text(about, encoding="utf-8")
    few = cli(f"{command} {chart}", env={"PYHELM_RENDER_STEPS": "2000"})
    assert "more than 2000 steps" in few.err + few.out
    assert "PYHELM_RENDER_STEPS raises this limit" in few.err + few.out
    more = cli(f"{command} {chart}", env={"PYHELM_RENDER_STEPS": "9000"})
    assert (few.code, "raises this limit" in more.err + more.out) == (1, False)

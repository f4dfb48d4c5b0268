"""What `--debug` tells: lines of `key=value` on standard error, and no secrets."""

from __future__ import annotations

import re

import pytest

from pyhelm.client import Client
from pyhelm.kube.client import KubeClient
from pyhelm.testing.transport import SimulatorTransport

FILES = {
    "Chart.yaml": "apiVersion: v2\nname: web\nversion: 0.1.0\n",
    "values.yaml": "a: 1\n",
    "templates/secret.yaml": (
        "apiVersion: v1\nkind: Secret\nmetadata: {name: web}\nstringData: {a: {{ .Values.p }}}\n"
    ),
}
LINE = re.compile(r'level=DEBUG msg=("[^"]*"|\S+)( \w+=("[^"]*"|\S*))*')


@pytest.fixture
def chart(tmp_path):
    for name, text in FILES.items():
        path = tmp_path / "web" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "web"


@pytest.fixture
def connect():
    cluster = KubeClient(SimulatorTransport(), "default")
    return lambda settings, reporter: Client(settings, cluster=cluster, reporter=reporter)


def told(result) -> list[str]:
    assert result.code == 0, result.err
    lines = result.err.splitlines()
    assert [line for line in lines if not LINE.fullmatch(line)] == []
    return [re.sub(r"duration=[0-9.]+ms", "duration=T", line) for line in lines]


def test_nothing_is_told_unasked(cli, chart, connect):
    assert cli(f"install db {chart} --set p=hunter2", connect=connect).err == ""


def test_an_installation_and_its_end(cli, chart, connect):
    more = chart / "more.yaml"
    more.write_text("p: hunter2\n", encoding="utf-8")
    lines = told(cli(f"install db {chart} -f {more} --set p=hunter3 --debug", connect=connect))
    expected = [
        f"level=DEBUG msg=values flag=--values source={more}",
        "level=DEBUG msg=values flag=--set count=1",
        f'level=DEBUG msg="chart loaded" name=web version=0.1.0 source={chart}',
        "level=DEBUG msg=rendered chart=web templates=1 manifests=1 hooks=0",
        'level=DEBUG msg="creating release" key=sh.helm.release.v1.db.v1',
        "level=DEBUG msg=request method=PATCH path=/api/v1/namespaces/default/secrets/web"
        " status=201 duration=T",
        "level=DEBUG msg=applied kind=Secret namespace=default name=web method=ssa",
        'level=DEBUG msg="updating release" key=sh.helm.release.v1.db.v1 status=deployed',
    ]
    assert [line for line in lines if line in expected] == expected
    assert "hunter" not in "".join(lines)

    gone = told(cli("uninstall db --debug", connect=connect))
    assert "level=DEBUG msg=deleted kind=Secret namespace=default name=web" in gone
    assert "hunter" not in "".join(gone)


def test_what_may_be_secret_in_an_address_is_left_out(cli, chart):
    from pyhelm._lazy import log_to
    from pyhelm.chart.sources import ValueSources
    from pyhelm.chart.values import merge_sources

    lines = []
    log_to(lambda level, message, attributes: lines.append((message, attributes)))
    try:
        merge_sources(
            ValueSources(files=("https://me:hunter2@x.io/a@b/v.yaml?sig=hunter3",)), lambda _: b""
        )
    finally:
        log_to()
    assert lines == [("values", {"flag": "--values", "source": "https://x.io/a@b/v.yaml"})]

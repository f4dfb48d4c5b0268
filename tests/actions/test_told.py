"""What an operation says beside its result."""

from __future__ import annotations

import pytest

from pyhelm import InstallOptions, TemplateOptions, UninstallOptions, UpgradeOptions
from tests.actions.conftest import TWIN

SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: a}
spec: {foo: 1, ports: [{port: 80}]}
"""
CRD = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.example.com}
"""


@pytest.mark.verified
@pytest.mark.parametrize("quiet", [False, True])
def test_unknown_fields_are_warned_of_unless_asked_not_to(client, make_chart, caplog, quiet):
    options = InstallOptions(server_side="false", disable_openapi_validation=quiet)
    client.install("a", make_chart({"a.yaml": SERVICE}), options=options)
    text = 'Service a: unknown field "spec.foo"'
    assert (text in [record.getMessage() for record in caplog.records]) == (not quiet)


def test_an_upgrade_that_installs_says_so(client, said):
    def count():
        return sum(progress.stage == "absent" for progress in said)

    client.upgrade("a", TWIN, {}, UpgradeOptions(install=True))
    assert said[0].message == 'Release "a" does not exist. Installing it now.'
    client.upgrade("a", TWIN, {}, UpgradeOptions(install=True))
    assert count() == 1
    client.uninstall("a", UninstallOptions(keep_history=True))
    client.upgrade("a", TWIN, {}, UpgradeOptions(install=True))
    assert count() == 2


@pytest.mark.parametrize("skip", [False, True])
def test_a_template_that_asks_the_server_tells_of_crds(client, said, make_chart, skip):
    chart = make_chart({}, crds={"a.yaml": CRD})
    client.template("a", chart, {}, TemplateOptions(dry_run="server", skip_crds=skip))
    assert [progress.stage for progress in said] == ["warning"] * (not skip)
    said.clear()
    client.template("a", chart)
    assert said == []

"""Repositories beside a real helm: the same files, indexes and answers."""

from __future__ import annotations

import json
import re

import pytest

from tests.unit.repo.archives import archive
from tests.unit.repo.site import site
from tests.unit.repo.test_hub import ROW

TIMES = re.compile(r'("?(?:created|generated)"?: )"[^"]*"')


def timeless(path):
    return TIMES.sub(r"\1X", path.read_text(encoding="utf-8"))


@pytest.fixture
def charts(work):
    (work / "sub").mkdir()
    for version in ("1.0.0", "1.10.0", "1.2.0", "2.0.0-rc.1"):
        data = archive("web", version, description="A <web> site: 100%", appVersion="7.0")
        (work / f"web-{version}.tgz").write_bytes(data)
    (work / "sub" / "db-0.1.0.tgz").write_bytes(archive("db", "0.1.0"))
    (work / "broken.tgz").write_bytes(b"no archive")
    return work


@pytest.mark.parametrize(
    "flags",
    [(), ("--url", "https://example.com/charts"), ("--json",), ("--json", "--url", "http://x/"),
     ("--merge", "older.yaml"), ("--merge", "missing.yaml"), ("--json", "--merge", "older.yaml")],
)  # fmt: skip
def test_an_index_is_helms_to_the_byte(charts, helm, pyhelm, flags):
    found = []
    older = (
        "apiVersion: v1\nentries:\n  web:\n  - name: web\n    version: 0.9.0\n    urls: [old.tgz]\n"
        "    created: 2020-01-01T00:00:00Z\n  - name: web\n    version: 1.0.0\n    urls: [no.tgz]\n"
        "  other:\n  - name: other\n    version: 3.0.0\n    urls: [other.tgz]\n"
        "    created: 2020-01-01T00:00:00.5Z\n"
    )
    for user in (helm, pyhelm):
        (charts / "older.yaml").write_text(older, encoding="utf-8")
        user.ok("repo", "index", ".", *flags)
        found.append(timeless(charts / "index.yaml"))
    assert found[1] == found[0]


def test_each_reads_the_others_repositories(charts, helm, pyhelm):
    pyhelm.ok("repo", "index", ".")
    index = (charts / "index.yaml").read_bytes()
    with site(lambda *_: (200, {}, index)) as web:
        pyhelm.ok("repo", "add", "ours", web.url, "--username", "me", "--password", "secret")
        both = {
            "HELM_REPOSITORY_CONFIG": str(pyhelm.home / "config" / "repositories.yaml"),
            "HELM_REPOSITORY_CACHE": str(pyhelm.home / "cache" / "repository"),
        }
        helm.ok("repo", "add", "theirs", web.url, env=both)
        for line in (
            ["repo", "list", "-o", "json"],
            ["search", "repo", "-l"],
            ["search", "repo", "web", "--devel"],
            ["search", "repo", "-r", "d.$", "-o", "yaml"],
        ):
            assert pyhelm.ok(*line, env=both).out == helm.ok(*line, env=both).out
        helm.ok("repo", "remove", "ours", env=both)
        assert json.loads(pyhelm.ok("repo", "list", "-o", "json", env=both).out)[0]["name"] == (
            "theirs"
        )


@pytest.mark.parametrize(
    "flags",
    [(), ("--list-repo-url",), ("--max-col-width", "20"), ("-o", "json"), ("-o", "yaml")],
)
@pytest.mark.parametrize("rows", [[ROW, {**ROW, "artifactHub": {}}], []])
def test_a_hub_is_searched_as_helm_does(helm, pyhelm, flags, rows):
    body = json.dumps({"data": rows}).encode()
    with site(lambda *_: (200, {}, body)) as hub:
        line = ("search", "hub", "my sql", "--endpoint", hub.url, *flags)
        theirs, ours = helm(*line), pyhelm(*line)
        assert (ours.code, ours.out) == (theirs.code, theirs.out)
        assert hub.requests[0][0] == hub.requests[1][0]
        failing = (*line, "--fail-on-no-result")
        assert pyhelm(*failing).code == helm(*failing).code


def test_update_tells_of_every_failure(helm, pyhelm, charts):
    pyhelm.ok("repo", "index", ".")
    index = (charts / "index.yaml").read_bytes()
    with site(lambda *_: (200, {}, index)) as good, site(lambda *_: (200, {}, index)) as bad:
        for user in (helm, pyhelm):
            for name, web in (("good", good), ("bad", bad)):
                user.ok("repo", "add", name, web.url)
        bad.answer = lambda *_: (404, {}, b"")
        theirs, ours = helm("repo", "update"), pyhelm("repo", "update")
    assert (ours.code, sorted(ours.out.splitlines())) == (
        theirs.code,
        sorted(theirs.out.splitlines()),
    )
    assert ours.err == theirs.err

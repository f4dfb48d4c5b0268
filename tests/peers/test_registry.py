"""A real registry between helm and pyhelm: each pulls what the other pushed, digests equal."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.peers import documents
from tests.peers.conftest import User
from tests.peers.registry_server import PASSWORD, USER, Registry, running

KINDS: dict[str, dict[str, Any]] = {
    "plain": {},
    "tls": {"tls": True},
    "basic": {"auth": "basic"},
    "tls-bearer": {"tls": True, "auth": "bearer"},
}


@pytest.fixture(scope="module", params=KINDS)
def registry(request, tmp_path_factory) -> Iterator[Registry]:
    """The registry in each of its kinds."""
    with running(tmp_path_factory.mktemp(request.param), **KINDS[request.param]) as found:
        yield found


@pytest.fixture(scope="module")
def plain(tmp_path_factory) -> Iterator[Registry]:
    """A registry that asks nothing."""
    with running(tmp_path_factory.mktemp("registry")) as found:
        yield found


@pytest.fixture
def logged_in(registry: Registry, helm: User, pyhelm: User) -> None:
    """Both programs logged in with the same words."""
    for program in (helm, pyhelm):
        login = ("registry", "login", registry.host, "--username", USER, "--password-stdin")
        said = program.ok(*login, *registry.flags, stdin=f"{PASSWORD}\n")
        assert said.out == "Login Succeeded\n"


def chart(
    helm: User, work: Path, name: str = "web", version: str = "1.0.0", extra: str = ""
) -> str:
    """A chart made and packed by helm; returns the archive's name."""
    folder = work / name
    (folder / "templates").mkdir(parents=True, exist_ok=True)
    text = f"apiVersion: v2\nname: {name}\nversion: {version}\ndescription: A <web> & more\n{extra}"
    (folder / "Chart.yaml").write_text(text, encoding="utf-8")
    (folder / "values.yaml").write_text("replicas: 1\n", encoding="utf-8")
    template = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\n"
    (folder / "templates/map.yaml").write_text(template, encoding="utf-8")
    helm.ok("package", name)
    return f"{name}-{version}.tgz"


EXTRA = """home: https://example.com/?a=1&b=2
sources: [https://example.com/src]
maintainers: [{name: Ann, email: ann@example.com}, {name: Bob}]
annotations: {z: last, org.opencontainers.image.url: "https://other.example.com"}
keywords: [a, b]
"""


@pytest.mark.usefixtures("logged_in")
def test_both_push_the_same_and_pull_what_the_other_pushed(
    registry: Registry, helm: User, pyhelm: User, work: Path
) -> None:
    archive = chart(helm, work, version="1.0.0+build.5", extra=EXTRA)
    os.utime(work / archive, (1_700_000_000.5, 1_700_000_000.5))
    theirs = helm.ok("push", archive, registry.url("theirs"), *registry.flags)
    ours = pyhelm.ok("push", archive, registry.url("ours"), *registry.flags)
    assert ours.out == theirs.out.replace("/theirs/", "/ours/")
    for program, place in ((pyhelm, "theirs"), (helm, "ours")):
        folder = work / place
        folder.mkdir()
        where = ("--version", "1.0.0+build.5", "--destination", place)
        pulled = program.ok("pull", registry.url(f"{place}/web"), *where, *registry.flags)
        assert pulled.out == theirs.out.replace("Pushed", "Pulled").replace(
            "/theirs/", f"/{place}/"
        )
        assert (folder / archive).read_bytes() == (work / archive).read_bytes()


@pytest.mark.usefixtures("logged_in")
def test_the_provenance_goes_along(
    registry: Registry, helm: User, pyhelm: User, work: Path
) -> None:
    archive = chart(helm, work, version="2.0.0")
    (work / f"{archive}.prov").write_text("signed by nobody\n", encoding="utf-8")
    theirs = helm.ok("push", archive, registry.url("p-theirs"), *registry.flags)
    ours = pyhelm.ok("push", archive, registry.url("p-ours"), *registry.flags)
    assert ours.out.splitlines()[1] == theirs.out.splitlines()[1]


def test_the_token_is_asked_for_what_is_done(
    tmp_path: Path, helm: User, pyhelm: User, work: Path
) -> None:
    folder = tmp_path / "bearer"
    folder.mkdir()
    archive = chart(helm, work)
    with running(folder, auth="bearer") as registry:
        login = ("registry", "login", registry.host, "-u", USER, "--password-stdin")
        pyhelm.ok(*login, *registry.flags, stdin=PASSWORD)
        registry.token_requests.clear()
        pyhelm.ok("push", archive, registry.url("charts"), *registry.flags)
        pyhelm.ok("show", "chart", registry.url("charts/web"), *registry.flags)
        scopes = {scopes for scopes, _ in registry.token_requests}
        assert scopes == {"repository:charts/web:pull,push", "repository:charts/web:pull"}
        refused = pyhelm("registry", "login", registry.host, "-u", USER, "-p", "x", "--plain-http")
        assert refused.code == 1
        assert "status code 401" in refused.err


def commands(registry: Registry, digest: str) -> list[tuple[str, ...]]:
    web = registry.url("charts/web")
    return [
        ("pull", web),
        ("pull", web, "--version", "<2"),
        ("pull", f"{web}:1.0.0"),
        ("pull", f"{web}@{digest}", "--untar"),
        ("pull", web, "--devel"),
        ("show", "chart", web),
        ("show", "values", f"{web}:1.0.0"),
        ("show", "all", f"{web}@{digest}"),
        ("template", "x", web, "--version", "^1"),
        ("template", "x", f"{web}:1.0.0@{digest}"),
    ]


def test_commands_say_what_helm_says(plain: Registry, helm: User, pyhelm: User, work: Path) -> None:
    digests = {}
    for version in ("1.0.0", "1.2.0", "2.0.0", "3.0.0-rc.1"):
        archive = chart(helm, work, version=version)
        said = helm.ok("push", archive, plain.url("charts"), "--plain-http").out
        digests[version] = said.split("Digest: ")[1].strip()
    for number, line in enumerate(commands(plain, digests["1.0.0"])):
        found = []
        for program in (helm, pyhelm):
            folder = work / f"{program.home.name}-{number}"
            folder.mkdir()
            done = User(program.program, program.home, folder).ok(*line, "--plain-http")
            found.append((done.out, done.err, files(folder)))
        assert found[1] == found[0], line


def files(folder: Path) -> dict[str, bytes]:
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


REFUSED = [
    ("pull", "oci://{host}/charts/gone:1.0.0"),
    ("pull", "oci://{host}/charts/gone"),
    ("pull", "oci://{host}/charts/web:latest"),
    ("pull", "oci://{host}/charts/web", "--version", ">9"),
    ("pull", "oci://{host}/charts/web:1.0.0", "--version", "2.0.0"),
    ("pull", "oci://{host}"),
    ("pull", "oci://{host}/charts/Web"),
    ("push", "web", "oci://{host}/charts"),
    ("push", "gone.tgz", "oci://{host}/charts"),
    ("push", "web-1.0.0.tgz", "https://{host}/charts"),
    ("push", "web-1.0.0.tgz", "charts"),
    ("registry", "login", "oci://{host}", "-u", "a", "-p", "b"),
    ("registry", "login", "{host}/charts", "-u", "a", "-p", "b"),
]


@pytest.mark.parametrize("line", REFUSED, ids=" ".join)
def test_what_helm_refuses_is_refused(
    plain: Registry, helm: User, pyhelm: User, work: Path, line: tuple[str, ...]
) -> None:
    archive = chart(helm, work)
    helm.ok("push", archive, plain.url("charts"), "--plain-http")
    words = [word.replace("{host}", plain.host) for word in line]
    theirs, ours = helm(*words, "--plain-http"), pyhelm(*words, "--plain-http")
    assert (theirs.code, ours.code) == (1, 1)
    assert ours.out == theirs.out
    assert ours.err.splitlines()[-1].startswith("Error: ")
    assert "Traceback" not in ours.err


def test_tls_is_not_optional(tmp_path: Path, helm: User, pyhelm: User, work: Path) -> None:
    archive = chart(helm, work)
    (tmp_path / "r").mkdir()
    with running(tmp_path / "r", tls=True) as registry:
        unknown = pyhelm("push", archive, registry.url("charts"))
        assert unknown.code == 1
        assert "trust its certificate with --ca-file" in unknown.err
        clear = pyhelm("push", archive, registry.url("charts"), "--plain-http")
        assert clear.code == 1
        flags = ("--insecure-skip-tls-verify",)
        pyhelm.ok("push", archive, registry.url("charts"), *flags)
        helm.ok("pull", registry.url("charts/web"), *flags)


def test_both_read_the_credentials_that_the_other_kept(
    tmp_path: Path, helm: User, pyhelm: User, work: Path
) -> None:
    archive = chart(helm, work)
    (tmp_path / "r").mkdir()
    with running(tmp_path / "r", auth="basic") as registry:
        for first, second in ((helm, pyhelm), (pyhelm, helm)):
            login = ("registry", "login", registry.host, "-u", USER, "--password-stdin")
            first.ok(*login, "--plain-http", stdin=PASSWORD)
            path = first.home / "config" / "registry" / "config.json"
            env = {"HELM_REGISTRY_CONFIG": str(path)}
            second.ok("push", archive, registry.url("charts"), "--plain-http", env=env)
            out = second.ok("registry", "logout", registry.host, env=env).out
            assert out == f"Removing login credentials for {registry.host}\n"
            assert first("pull", registry.url("charts/web"), "--plain-http").code == 1


def test_dockers_own_credentials_serve(
    tmp_path: Path, helm: User, pyhelm: User, work: Path
) -> None:
    archive = chart(helm, work)
    (tmp_path / "r").mkdir()
    docker = tmp_path / "docker"
    docker.mkdir()
    with running(tmp_path / "r", auth="basic") as registry:
        pair = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        document = {"auths": {f"http://{registry.host}/v2/": {"auth": pair}}}
        (docker / "config.json").write_text(json.dumps(document), encoding="utf-8")
        for program in (helm, pyhelm):
            assert program("push", archive, registry.url("charts"), "--plain-http").code == 1
            env = {"DOCKER_CONFIG": str(docker)}
            program.ok("push", archive, registry.url("charts"), "--plain-http", env=env)


def test_dependencies_from_a_registry(
    plain: Registry, helm: User, pyhelm: User, work: Path
) -> None:
    for version in ("0.1.0", "0.2.0", "1.0.0"):
        archive = chart(helm, work, "dep", version)
        helm.ok("push", archive, plain.url("deps"), "--plain-http")
    wanted = f"dependencies: [{{name: dep, version: ^0, repository: '{plain.url('deps')}'}}]\n"
    folder = work / "umbrella"
    folder.mkdir()
    text = f"apiVersion: v2\nname: umbrella\nversion: 1.0.0\n{wanted}"
    (folder / "Chart.yaml").write_text(text, encoding="utf-8")
    pyhelm.ok("dependency", "update", "umbrella", "--plain-http")
    ours = (folder / "Chart.lock").read_text(encoding="utf-8")
    assert [path.name for path in (folder / "charts").iterdir()] == ["dep-0.2.0.tgz"]
    helm.ok("dependency", "build", "umbrella", "--plain-http")
    helm.ok("dependency", "update", "umbrella", "--plain-http")
    theirs = (folder / "Chart.lock").read_text(encoding="utf-8")
    assert ours.partition("generated")[0] == theirs.partition("generated")[0]
    (folder / "charts/dep-0.2.0.tgz").unlink()
    pyhelm.ok("dependency", "build", "umbrella", "--plain-http")
    assert [path.name for path in (folder / "charts").iterdir()] == ["dep-0.2.0.tgz"]


def test_a_large_chart_goes_up_in_pieces_and_helm_pulls_it(
    plain: Registry, helm: User, pyhelm: User, work: Path
) -> None:
    folder = work / "large"
    folder.mkdir()
    (folder / "Chart.yaml").write_text("apiVersion: v2\nname: large\nversion: 1.0.0\n", "utf-8")
    for number in range(4):
        (folder / f"random-{number}").write_bytes(os.urandom(4 * 1024 * 1024))
    helm.ok("package", "large")
    pyhelm.ok("push", "large-1.0.0.tgz", plain.url("charts"), "--plain-http")
    data = (work / "large-1.0.0.tgz").read_bytes()
    assert len(data) > 2 * 8 * 1024 * 1024 - 1024
    for program in (helm, pyhelm):
        (work / program.home.name).mkdir()
        program.ok("pull", plain.url("charts/large"), "-d", program.home.name, "--plain-http")
        assert (work / program.home.name / "large-1.0.0.tgz").read_bytes() == data


def test_the_documentations_commands(tmp_path: Path, work: Path) -> None:
    (tmp_path / "r").mkdir()
    with running(tmp_path / "r", auth="basic") as registry:
        documents.check("docs/oci.md", work, {"127.0.0.1:5000": registry.host})

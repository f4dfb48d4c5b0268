"""`registry` and `push`, against a registry in this process."""

from __future__ import annotations

import json

import pytest

from tests.unit.repo.archives import archive
from tests.unit.repo.registry.fake import FakeRegistry, running, wants_basic


@pytest.fixture
def registry():
    with running(FakeRegistry()) as found:
        found.hooks.append(wants_basic("alice", "s3cret"))
        yield found


def login(cli, registry, flags, stdin="", **more):
    return cli(f"registry login {registry.host} --plain-http {flags}", stdin=stdin, **more)


def test_the_password_from_standard_input(cli, registry, tmp_path):
    result = login(cli, registry, "-u alice --password-stdin", "s3cret\r\n")
    assert (result.code, result.out, result.err) == (0, "Login Succeeded\n", "")
    kept = json.loads((tmp_path / "config/registry/config.json").read_text(encoding="utf-8"))
    assert kept == {"auths": {registry.host: {"auth": "YWxpY2U6czNjcmV0"}}}
    result = cli(f"registry logout {registry.host}")
    assert result.out == f"Removing login credentials for {registry.host}\n"


def test_a_password_on_the_command_line_is_warned_of(cli, registry):
    result = login(cli, registry, "-u alice -p s3cret")
    warning = "using --password via the CLI is insecure. Use --password-stdin"
    assert (result.code, result.err) == (0, f'level=WARN msg="{warning}"\n')


def test_a_person_is_asked(cli, registry, monkeypatch):
    asked = []

    def answer(prompt):
        asked.append(prompt)
        return "s3cret"

    monkeypatch.setattr("getpass.getpass", answer)
    result = login(cli, registry, "", "alice\n")
    assert (result.code, result.out) == (0, "Username: Login Succeeded\n")
    assert asked == ["Password: "]


def test_without_a_user_name_it_is_a_token(cli, registry, monkeypatch):
    monkeypatch.setattr("getpass.getpass", lambda prompt: "")
    result = login(cli, registry, "", "\n")
    assert (result.code, result.err) == (1, "Error: token required\n")


def test_nobody_to_ask(cli, registry):
    result = login(cli, registry, "")
    assert result.code == 1
    assert result.err == (
        'Error: registry login: nobody answers "Username:"; use --username and --password-stdin\n'
    )


def test_a_path_is_no_host(cli):
    result = cli("registry login h.example/charts -u a --password-stdin", stdin="b")
    assert result.code == 1
    assert result.err.splitlines() == [
        'level=WARN msg="registry login currently only supports registry hostname, not a repository'
        ' path" host=h.example/charts suggested=h.example',
        'Error: invalid reference: invalid registry "h.example/charts"; credentials are kept by'
        ' host: "h.example"',
    ]


def test_pulled_is_told_on_standard_output_unless_that_is_data(cli, tmp_path):
    with running(FakeRegistry()) as registry:
        (tmp_path / "web-1.0.0.tgz").write_bytes(archive())
        where = f"oci://{registry.host}/charts"
        pushed = cli(f"push {tmp_path}/web-1.0.0.tgz {where} --plain-http")
        assert pushed.out.startswith(f"Pushed: {registry.host}/charts/web:1.0.0\nDigest: sha256:")
        told = pushed.out.replace("Pushed", "Pulled")
        pulled = cli(f"pull {where}/web --plain-http -d {tmp_path}")
        assert (pulled.out, pulled.err) == (told, "")
        for line in (f"show chart {where}/web", f"template {where}/web"):
            shown = cli(f"{line} --plain-http")
            assert shown.err == told
            assert "Pulled" not in shown.out

"""Docker's config.json, credential helpers, and the two files in their order."""

from __future__ import annotations

import base64
import json
import os
import stat
import sys

import pytest

from pyhelm.errors import RegistryError
from pyhelm.repo.registry import docker_config
from pyhelm.repo.registry.docker_config import Credential, erase, find, store

ALICE = Credential("alice", "s3cret:with:colons")


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / "registry" / "config.json")


@pytest.fixture(autouse=True)
def no_native_store(monkeypatch, tmp_path):
    """A PATH with nothing but the test's own helpers in it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


@pytest.fixture
def helper(no_native_store):
    """Writes a credential helper that keeps secrets in files beside it."""

    def write(name: str) -> None:
        script = no_native_store / f"docker-credential-{name}.py"
        script.write_text(HELPER.format(folder=str(no_native_store)), encoding="utf-8")
        if os.name == "nt":
            launcher = no_native_store / f"docker-credential-{name}.bat"
            launcher.write_text(f'@"{sys.executable}" "{script}" %1', encoding="utf-8")
        else:
            launcher = no_native_store / f"docker-credential-{name}"
            launcher.write_text(
                f'#!/bin/sh\nexec "{sys.executable}" "{script}" "$1"\n', encoding="utf-8"
            )
            launcher.chmod(0o755)

    return write


HELPER = """
import json, pathlib, sys
kept = pathlib.Path({folder!r}) / "kept.json"
rows = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {{}}
told = sys.stdin.read()
if sys.argv[1] == "store":
    row = json.loads(told)
    rows[row["ServerURL"]] = row
elif sys.argv[1] == "erase":
    rows.pop(told, None)
elif told == "broken.example":
    print("the keychain is locked")
    sys.exit(1)
elif told not in rows:
    print("credentials not found in native keychain")
    sys.exit(1)
else:
    print(json.dumps(rows[told]))
kept.write_text(json.dumps(rows), encoding="utf-8")
"""


def write(path, document):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(document if isinstance(document, str) else json.dumps(document))


def read(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def test_kept_and_found(path):
    store(path, "ghcr.io", ALICE)
    assert find("ghcr.io", path) == ALICE
    assert not find("quay.io", path)
    auth = base64.b64encode(b"alice:s3cret:with:colons").decode()
    assert read(path) == {"auths": {"ghcr.io": {"auth": auth}}}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_nobody_else_can_read_it(path):
    store(path, "ghcr.io", ALICE)
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600


def test_what_we_do_not_know_stays(path):
    write(path, {"HttpHeaders": {"a": "b"}, "auths": {"x": {"email": "e"}}, "psFormat": "json"})
    store(path, "ghcr.io", ALICE)
    erase(path, "ghcr.io")
    assert read(path) == {
        "HttpHeaders": {"a": "b"},
        "auths": {"x": {"email": "e"}},
        "psFormat": "json",
    }


def test_helms_file_comes_before_dockers(path, tmp_path):
    docker = str(tmp_path / "docker.json")
    store(docker, "ghcr.io", Credential("bob", "docker"))
    assert find("ghcr.io", path, docker) == Credential("bob", "docker")
    store(path, "ghcr.io", ALICE)
    assert find("ghcr.io", path, docker) == ALICE


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"auth": "YWxpY2U6cHc="}, Credential("alice", "pw")),
        ({"username": "alice", "password": "pw"}, Credential("alice", "pw")),
        ({"auth": "", "identitytoken": "t"}, Credential(identity_token="t")),
        ({"registrytoken": "r"}, Credential(access_token="r")),
        ({}, Credential()),
        ("text", Credential()),
    ],
)
def test_the_forms_of_an_entry(path, entry, expected):
    write(path, {"auths": {"h": entry}})
    assert find("h", path) == expected


@pytest.mark.parametrize("key", ["https://h/v2/", "http://h", "https://h"])
def test_keys_of_older_files(path, key):
    write(path, {"auths": {key: {"auth": "YWxpY2U6cHc="}}})
    assert find("h", path) == Credential("alice", "pw")


def test_docker_hubs_key(path):
    store(path, "docker.io", ALICE)
    assert list(read(path)["auths"]) == ["https://index.docker.io/v1/"]
    assert find("registry-1.docker.io", path) == ALICE
    erase(path, "docker.io")
    assert not find("docker.io", path)


@pytest.mark.parametrize(
    "document",
    ['{"auths": {"h": {"auth": "!!"}}}', '{"auths": {"h": {"auth": "czNjcmV0"}}}', "[", "[]", "7"],
)
def test_a_broken_file_is_one_error_without_the_secret(path, document):
    write(path, document)
    with pytest.raises(RegistryError) as caught:
        find("h", path)
    assert path in str(caught.value)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("document", ["", "  \n", '{"auths": null}', '{"auths": []}'])
def test_an_empty_file_knows_nobody(path, document):
    write(path, document)
    assert not find("h", path)


def test_a_helper_of_one_registry(path, helper):
    helper("mine")
    write(path, {"credHelpers": {"ghcr.io": "mine"}})
    store(path, "ghcr.io", ALICE)
    store(path, "quay.io", Credential("bob", "pw"))
    assert find("ghcr.io", path) == ALICE
    assert list(read(path)["auths"]) == ["quay.io"]
    erase(path, "ghcr.io")
    assert not find("ghcr.io", path)


def test_a_helper_for_all(path, helper):
    helper("all")
    write(path, {"credsStore": "all"})
    store(path, "ghcr.io", Credential(identity_token="t"))
    assert find("ghcr.io", path) == Credential(identity_token="t")
    assert "t" not in read(path).get("auths", {})


@pytest.mark.skipif(sys.platform != "linux", reason="the name is another one elsewhere")
def test_the_platforms_helper_is_used_and_named_where_nothing_is_set(path, helper):
    helper("secretservice")
    store(path, "ghcr.io", ALICE)
    assert read(path) == {"auths": {}, "credsStore": "secretservice"}
    assert find("ghcr.io", path) == ALICE


def test_a_helper_that_fails(path, helper):
    helper("all")
    write(path, {"credsStore": "all"})
    with pytest.raises(RegistryError, match=r"docker-credential-all get: the keychain is locked"):
        find("broken.example", path)


@pytest.mark.parametrize("name", ["../evil", "a/b", "a\\b", "c:x", "a\nb"])
def test_a_helper_is_a_name_not_a_path(path, name):
    write(path, {"credsStore": name})
    with pytest.raises(RegistryError, match="no name of a program"):
        find("h", path)


def test_a_helper_that_is_not_there(path):
    write(path, {"credsStore": "missing"})
    with pytest.raises(RegistryError, match="docker-credential-missing is not in PATH"):
        find("h", path)


def test_secrets_stay_out_of_repr():
    assert "s3cret" not in repr(ALICE)
    assert "alice" not in repr(ALICE)


def test_erasing_nothing(path):
    erase(path, "h")
    assert not os.path.exists(path)
    assert docker_config.key_of("h") == "h"

"""Which cluster is chosen; the texts before the semicolon are those of helm 4.3.1."""

from __future__ import annotations

import base64
import os
from pathlib import Path

import pytest
import yaml

from pyhelm.errors import ClusterUnreachable, CredentialsError
from pyhelm.kube import kubeconfig
from pyhelm.kube.kubeconfig import access_for, configured, connect, namespace_for
from pyhelm.settings import Settings


def config(name="plane", *, server="https://1.2.3.4:6443", user=None, **fields):
    return {
        "current-context": name,
        "clusters": [{"name": name, "cluster": {"server": server, **fields.pop("cluster", {})}}],
        "users": [{"name": name, "user": {"token": f"{name}-token"} if user is None else user}],
        "contexts": [{"name": name, "context": {"cluster": name, "user": name, **fields}}],
    }


@pytest.fixture
def write(tmp_path):
    def write(content, name="config"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = content if isinstance(content, str) else yaml.safe_dump(content)
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


def settings(kubeconfig="", **flags):
    return Settings(config_home="c", cache_home="c", data_home="d", kubeconfig=kubeconfig, **flags)


def chosen(kubeconfig="", home="nowhere", environ=None, **flags):
    return access_for(settings(kubeconfig, **flags), home=home, environ=environ or {})


def test_the_current_context_decides(write):
    access = chosen(write(config(namespace="team")))

    assert (access.server, access.namespace, access.context) == (
        "https://1.2.3.4:6443",
        "team",
        "plane",
    )
    assert access.user.token == "plane-token"
    assert "plane-token" not in repr(access)


def test_the_default_file_is_in_the_home(write, tmp_path):
    write(config("home"), ".kube/config")

    assert chosen(home=tmp_path).context == "home"


def test_of_several_files_the_first_wins(write):
    first = {**config("one"), "users": []}
    second = {**config("two"), "users": config("one")["users"] + config("two")["users"]}
    second["clusters"] += config("one", server="https://other")["clusters"]
    missing = str(Path(write("", "x")).with_name("missing"))
    files = os.pathsep.join([missing, write(first, "a"), write(second, "b")])

    access = chosen(files)

    assert (access.context, access.server) == ("one", "https://1.2.3.4:6443")
    assert access.user.token == "one-token"
    assert chosen(files, kube_context="two").context == "two"


def test_paths_are_relative_to_the_file(write, tmp_path):
    write("ca", "sub/ca.crt")
    cluster = {"certificate-authority": "ca.crt"}
    user = {"tokenFile": "token"}

    access = chosen(write(config(cluster=cluster, user=user), "sub/config"))

    assert access.ca_file == str(tmp_path / "sub" / "ca.crt")
    assert access.user.token_file == str(tmp_path / "sub" / "token")


def test_flags_win(write):
    cluster = {
        "certificate-authority-data": base64.b64encode(b"CA").decode(),
        "tls-server-name": "old",
    }
    file = write(config(cluster=cluster, user={"tokenFile": "t"}))

    access = chosen(
        file,
        namespace="flag",
        kube_apiserver="https://flag/",
        kube_token="flag-token",
        kube_insecure_skip_tls_verify=True,
        kube_as_user="bob",
        kube_as_groups=("g", "h"),
    )

    assert (access.server, access.namespace) == ("https://flag", "flag")
    assert (access.insecure, access.ca_data, access.tls_server_name) == (True, b"", "")
    assert (access.user.token, access.user.token_file) == ("flag-token", "")
    assert (access.user.as_user, access.user.as_groups) == ("bob", ("g", "h"))


def test_a_server_flag_is_enough():
    access = chosen(kube_apiserver="1.2.3.4:8080", kube_token="t")

    assert (access.server, access.context, access.secure) == ("http://1.2.3.4:8080", "", False)


def test_impersonation_of_the_kubeconfig(write):
    user = {"as": "bob", "as-uid": "7", "as-groups": ["g"], "as-user-extra": {"k": ["v"]}}

    found = chosen(write(config(user=user))).user

    assert (found.as_user, found.as_uid, found.as_groups) == ("bob", "7", ("g",))
    assert found.as_extra == {"k": ("v",)}


@pytest.mark.parametrize(
    ("content", "flags", "error", "text"),
    [
        (
            "a: [b",
            {},
            CredentialsError,
            'error loading config file "FILE": yaml: line 1: did not find expected',
        ),
        ("hello", {}, CredentialsError, 'error loading config file "FILE": it is not a kubeconfig'),
        ("", {}, ClusterUnreachable, "no cluster is configured (FILE has no clusters); name a"),
        (
            config(),
            {"kube_context": "zz"},
            CredentialsError,
            'context "zz" does not exist; contexts in FILE: plane (choose with --kube-context)',
        ),
        (
            {**config(), "current-context": "zz"},
            {},
            CredentialsError,
            "invalid configuration: context was not found for specified context: zz",
        ),
        (
            {**config(), "current-context": ""},
            {},
            CredentialsError,
            "no context chosen: the kubeconfig has no current-context; contexts in FILE: plane",
        ),
        (
            {**config(), "clusters": [{"name": "x", "cluster": {"server": "s"}}]},
            {},
            CredentialsError,
            'invalid configuration: cluster "plane" of context "plane" does not exist',
        ),
        (
            config(server=""),
            {},
            CredentialsError,
            'invalid configuration: no server found for cluster "plane"',
        ),
        (
            config(),
            {"kube_as_groups": ("g",)},
            CredentialsError,
            "invalid configuration: requesting uid, groups or user-extra for plane without "
            "impersonating a user",
        ),
        (
            config(),
            {"kube_ca_file": "/nope"},
            CredentialsError,
            "invalid configuration: unable to read certificate-authority /nope for plane due to "
            "open /nope: no such file or directory",
        ),
        (
            config(user={"client-certificate-data": "abc"}),
            {},
            CredentialsError,
            'error loading config file "FILE": client-certificate-data: illegal base64 data',
        ),
        (
            config(user={"client-certificate-data": "YQ=="}),
            {},
            CredentialsError,
            "invalid configuration: client-key-data or client-key must be specified for plane",
        ),
        (
            config(user={"token": "s3cret", "username": "u"}),
            {},
            CredentialsError,
            "more than one authentication method found for plane; found [token basicAuth]",
        ),
        (
            config(user={"exec": {"apiVersion": "v1"}}),
            {},
            CredentialsError,
            "command must be specified for plane to use exec authentication plugin",
        ),
        (
            config(),
            {"kube_ca_file": __file__, "kube_insecure_skip_tls_verify": True},
            CredentialsError,
            "specifying a root certificates file with the insecure flag is not allowed",
        ),
        ({"clusters": "x"}, {}, CredentialsError, "clusters is not a list of mappings"),
    ],
)
def test_what_can_not_be_used(write, content, flags, error, text):
    file = write(content)

    with pytest.raises(error) as caught:
        chosen(file, **flags)

    assert str(caught.value).startswith("kubernetes cluster unreachable: ")
    assert text.replace("FILE", file) in str(caught.value)
    assert "s3cret" not in str(caught.value)
    assert namespace_for(settings(file, **flags), home="x", environ={}) == "default"


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ClusterUnreachable, match=r"stat .*nope: no such file or directory"):
        chosen(str(tmp_path / "nope"))


def test_nothing_configured(tmp_path):
    with pytest.raises(ClusterUnreachable, match="pyhelm simulator start"):
        connect(settings(), home=tmp_path, environ={})
    assert not configured(settings(), home=tmp_path, environ={})


@pytest.mark.parametrize(
    "flags",
    [
        {"kubeconfig": "anything"},
        {"kube_context": "x"},
        {"kube_apiserver": "x"},
        {"kube_token": "x"},
        {"kube_as_user": "x"},
    ],
)
def test_a_flag_counts_as_configured(flags, tmp_path):
    assert configured(settings(**flags), home=tmp_path, environ={})


def test_a_default_file_counts_when_it_has_clusters(write, tmp_path):
    write("clusters: null\n", ".kube/config")
    assert not configured(settings(), home=tmp_path, environ={})

    write(config(), ".kube/config")
    assert configured(settings(), home=tmp_path, environ={})


def test_inside_a_pod(write, tmp_path, monkeypatch):
    for name in ("token", "ca.crt"):
        write("x", f"account/{name}")
    write("team\n", "account/namespace")
    monkeypatch.setattr(kubeconfig, "SERVICE_ACCOUNT", str(tmp_path / "account"))
    environ = {"KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "443"}

    access = chosen(home=tmp_path, environ=environ)

    assert configured(settings(), home=tmp_path, environ=environ)
    assert (access.server, access.namespace) == ("https://[fd00::1]:443", "team")
    assert access.user.token_file == str(tmp_path / "account" / "token")
    assert chosen(home=tmp_path, environ=environ, kube_token="t").user.token == "t"
    assert chosen(home=tmp_path, environ={**environ, "POD_NAMESPACE": "p"}).namespace == "p"


def test_connecting_sends_nothing_and_knows_its_namespace(write):
    cluster = connect(settings(write(config(namespace="team"))), home="x", environ={})

    assert cluster.namespace == "team"

"""Tokens, files, plugins and impersonation; secrets stay secret."""

from __future__ import annotations

import base64
import json
import os
import sys
import textwrap

import pytest

from pyhelm.errors import CredentialsError
from pyhelm.kube.access import Access, User
from pyhelm.kube.credentials import Certificate, credentials_for
from pyhelm.kube.proxies import proxy_for

# The kubernetes package opens its plugins' pipes without naming an encoding.
pytestmark = pytest.mark.filterwarnings(
    "ignore:'encoding' argument:EncodingWarning:kubernetes.config.exec_provider"
)


def credentials(server="https://k", **fields):
    return credentials_for(Access(server, context="ctx", user=User("me", **fields)))


def test_a_token():
    found = credentials(token="t")

    assert found.headers() == (("Authorization", "Bearer t"),)
    assert not found.refresh()


def test_a_password():
    pair = base64.b64encode("jürg:geheim".encode()).decode()

    assert credentials(username="jürg", password="geheim").headers() == (
        ("Authorization", f"Basic {pair}"),
    )


def test_nothing_goes_over_plain_http():
    assert credentials("http://k", token="t", as_user="bob").headers() == (
        ("Impersonate-User", "bob"),
    )


def test_impersonation_repeats_its_headers():
    found = credentials(
        as_user="bob", as_uid="7", as_groups=("g", "h"), as_extra={"a.io/ü": ("x", "y")}
    )

    assert found.headers() == (
        ("Impersonate-User", "bob"),
        ("Impersonate-Uid", "7"),
        ("Impersonate-Group", "g"),
        ("Impersonate-Group", "h"),
        ("Impersonate-Extra-a.io%2F%C3%BC", "x"),
        ("Impersonate-Extra-a.io%2F%C3%BC", "y"),
    )


def test_a_token_file_is_read_again(tmp_path):
    file = tmp_path / "token"
    file.write_text("one\n", encoding="utf-8")
    found = credentials(token_file=str(file))

    assert found.headers() == (("Authorization", "Bearer one"),)
    assert not found.refresh()
    file.write_text("other\n", encoding="utf-8")
    assert found.headers() == (("Authorization", "Bearer other"),)
    file.write_text("third\n", encoding="utf-8")
    assert found.refresh()


def test_a_missing_token_file():
    with pytest.raises(CredentialsError, match=r"open .*nope: no such file or directory"):
        credentials(token_file=os.path.join("x", "nope")).headers()


def test_certificates_come_from_data_or_files(tmp_path):
    (tmp_path / "k").write_bytes(b"key")

    found = credentials(certificate_data=b"cert", key_file=str(tmp_path / "k"))

    assert found.certificate() == Certificate(b"cert", b"key")
    assert "cert'" not in repr(found.certificate())


PLUGIN = """
    import json, os, pathlib, sys
    info = json.loads(os.environ["KUBERNETES_EXEC_INFO"])
    count = pathlib.Path(sys.argv[1])
    runs = int(count.read_text(encoding="utf-8")) + 1 if count.exists() else 1
    count.write_text(str(runs), encoding="utf-8")
    status = json.loads(os.environ["STATUS"].replace("RUN", str(runs)))
    answer = {"apiVersion": info["apiVersion"], "kind": "ExecCredential", "status": status}
    print(json.dumps(answer))
"""


@pytest.fixture
def plugin(tmp_path):
    """Credentials of a plugin that prints a status; `RUN` in it counts the runs."""
    script = tmp_path / "plugin.py"
    script.write_text(textwrap.dedent(PLUGIN), encoding="utf-8")

    def make(status, **fields):
        exec_ = {
            "apiVersion": "client.authentication.k8s.io/v1",
            "command": sys.executable,
            "args": [str(script), str(tmp_path / "count")],
            "env": [{"name": "STATUS", "value": json.dumps(status)}],
            "interactiveMode": "Never",
        }
        return credentials(exec=exec_ | fields)

    return make


def test_a_plugin_is_run_once_until_it_is_refused(plugin):
    found = plugin({"token": "t-RUN", "expirationTimestamp": "2999-01-01T00:00:00Z"})

    assert found.headers() == (("Authorization", "Bearer t-1"),)
    assert found.headers() == (("Authorization", "Bearer t-1"),)
    assert found.refresh()
    assert found.headers() == (("Authorization", "Bearer t-2"),)


def test_an_expired_token_is_asked_for_again(plugin):
    found = plugin({"token": "t-RUN", "expirationTimestamp": "2001-01-01T00:00:00Z"})

    assert found.headers() != found.headers()


def test_a_plugin_may_give_a_certificate(plugin):
    found = plugin({"clientCertificateData": "cert", "clientKeyData": "key"})

    assert found.headers() == ()
    assert found.certificate() == Certificate(b"cert", b"key")


def test_a_plugin_that_gives_nothing(plugin):
    with pytest.raises(CredentialsError, match="didn't return a token or cert/key pair"):
        plugin({}).headers()


def test_a_plugin_that_fails(plugin):
    with pytest.raises(CredentialsError) as caught:
        plugin({}, args=["-c", "import sys; sys.exit('please log in')"]).headers()

    assert "getting credentials: exec: executable" in str(caught.value)
    assert 'please log in (user "me", context "ctx" at https://k)' in str(caught.value)


def test_a_plugin_that_is_not_there(plugin):
    with pytest.raises(CredentialsError) as caught:
        plugin({}, command="no-such-plugin", installHint="get it at x.y").headers()

    assert str(caught.value) == (
        "kubernetes cluster unreachable: getting credentials: exec: executable no-such-plugin "
        'not found (user "me", context "ctx" at https://k); get it at x.y'
    )


def jwt(**claims):
    parts = [{"alg": "none"}, claims, {}]
    texts = [base64.urlsafe_b64encode(json.dumps(each).encode()).decode() for each in parts]
    return ".".join(text.rstrip("=") for text in texts)


def test_an_identity_providers_token_that_still_counts():
    token = jwt(exp=32503680000)

    found = credentials(auth_provider={"name": "oidc", "config": {"id-token": token}})

    assert found.headers() == (("Authorization", f"Bearer {token}"),)


def test_an_identity_provider_without_a_token():
    with pytest.raises(CredentialsError, match="auth provider oidc"):
        credentials(auth_provider={"name": "oidc", "config": {}}).headers()


def test_an_unknown_provider_has_client_gos_words():
    with pytest.raises(CredentialsError, match='no Auth Provider found for name "azure"'):
        credentials(auth_provider={"name": "azure"}).headers()


@pytest.mark.parametrize(
    ("server", "environ", "proxy"),
    [
        ("https://k.io:6443", {"HTTPS_PROXY": "http://p:1"}, "http://p:1"),
        ("https://k.io:6443", {"https_proxy": "p:1"}, "http://p:1"),
        ("http://k.io:6443", {"HTTPS_PROXY": "http://p:1"}, ""),
        ("https://127.0.0.1:6443", {"HTTPS_PROXY": "http://p:1"}, ""),
        ("https://localhost:6443", {"HTTPS_PROXY": "http://p:1"}, ""),
        ("https://[::1]:6443", {"HTTPS_PROXY": "http://p:1"}, ""),
        ("https://k.io:6443", {"HTTPS_PROXY": "p", "NO_PROXY": "x, k.io"}, ""),
        ("https://a.k.io:6443", {"HTTPS_PROXY": "p", "NO_PROXY": "k.io"}, ""),
        ("https://k.io:6443", {"HTTPS_PROXY": "p", "NO_PROXY": ".k.io"}, "http://p"),
        ("https://ak.io:6443", {"HTTPS_PROXY": "p", "NO_PROXY": "k.io"}, "http://p"),
        ("https://k.io:6443", {"HTTPS_PROXY": "p", "NO_PROXY": "k.io:6443"}, ""),
        ("https://k.io:6443", {"HTTPS_PROXY": "p", "NO_PROXY": "k.io:1"}, "http://p"),
        ("https://10.1.2.3", {"HTTPS_PROXY": "p", "no_proxy": "10.0.0.0/8"}, ""),
        ("https://11.1.2.3", {"HTTPS_PROXY": "p", "no_proxy": "10.0.0.0/8,bad/x"}, "http://p"),
        ("https://k.io", {"HTTPS_PROXY": "p", "NO_PROXY": "*"}, ""),
    ],
)
def test_proxies_by_gos_rules(server, environ, proxy):
    assert proxy_for(Access(server), environ) == proxy
    assert proxy_for(Access(server, proxy_url="http://own"), environ) == "http://own"

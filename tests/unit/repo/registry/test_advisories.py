"""Hostile registries: who is sent credentials, what is believed, how much is read.

Each published advisory has a test with its id in its name.
"""

from __future__ import annotations

import base64
import json
import logging
from dataclasses import replace

import pytest
import requests

from pyhelm._lazy import log_to
from pyhelm.errors import DigestError, RegistryError
from pyhelm.repo.registry import charts, client, docker_config, login, token
from pyhelm.repo.registry.docker_config import Credential
from tests.unit.repo.registry.conftest import PLAIN
from tests.unit.repo.registry.fake import Answer, refusal, wants_basic, wants_bearer

PASSWORD = "pa55word-of-alice"
BASIC = base64.b64encode(f"alice:{PASSWORD}".encode()).decode()
ALICE = replace(PLAIN, username="alice", password=PASSWORD)
SECRETS = (PASSWORD, BASIC, "good-token", "secret-state", "signature-of-storage")


def pull(settings, registry, access=ALICE):
    reference = charts.resolve(settings, f"oci://{registry.host}/charts/web:1.0.0", "", access)
    return charts.pull(settings, reference, access)


def push(settings, registry, path, access=ALICE):
    return charts.push(settings, path, f"oci://{registry.host}/charts", access)


def gives_token(seen):
    return Answer(body=json.dumps({"token": "good-token"}).encode())


def test_basic_credentials_go_when_they_are_asked_for(settings, filled):
    filled.hooks.append(wants_basic("alice", PASSWORD))
    assert pull(settings, filled).data
    assert filled.seen[0].authorization == ""
    assert {each.authorization for each in filled.seen[1:]} == {f"Basic {BASIC}"}


def test_a_token_is_fetched_for_what_is_done_and_kept(settings, filled, start, packed):
    server = start()
    server.hooks.append(gives_token)
    filled.hooks.append(wants_bearer(f"{server.url}/token?account=x"))
    assert pull(settings, filled).data
    asked = [each.path for each in server.seen]
    assert asked == [
        "/token?account=x&service=test&scope=repository%3Acharts%2Fweb%3Apull"
        "&scope=repository%3Ax%3Apull"
    ]
    assert server.seen[0].authorization == f"Basic {BASIC}"
    push(settings, filled, packed("web", "4.0.0"))
    assert "repository%3Acharts%2Fweb%3Apull%2Cpush" in server.seen[1].path
    assert len(server.seen) == 2


def test_an_anonymous_token(settings, filled, start):
    server = start()
    server.hooks.append(gives_token)
    filled.hooks.append(wants_bearer(f"{server.url}/token"))
    assert pull(settings, filled, PLAIN).data
    assert server.seen[0].authorization == ""


def test_an_identity_token_is_spent_by_form(settings, filled, start):
    server = start()
    server.hooks.append(gives_token)
    filled.hooks.append(wants_bearer(f"{server.url}/token"))
    known = Credential(identity_token="identity")
    docker_config.store(settings.registry_config, filled.host, known)
    assert pull(settings, filled, PLAIN).data
    assert server.seen[0].method == "POST"
    assert b"grant_type=refresh_token&refresh_token=identity&" in server.seen[0].body


def test_netrc_is_no_business_of_registries(settings, filled, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("default login eve password x\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    assert pull(settings, filled, PLAIN).data
    assert {each.authorization for each in filled.seen} == {""}


# CVE-2026-48978: a malicious bearer realm gets the credentials


@pytest.mark.parametrize(
    ("realm", "reason"),
    [
        ("http://tokens.example.com/", "it is not encrypted, and the registry is"),
        ("https://127.0.0.1/", "it is an address of this machine or of a private network"),
        ("https://2130706433/", "it is an address of this machine or of a private network"),
        ("https://0x7f.1/", "it is an address of this machine or of a private network"),
        ("https://[::ffff:169.254.169.254]/", "it is an address of this machine or of a private"),
        ("https://[fe80::1]/", "it is an address of this machine or of a private network"),
        ("https://169.254.169.254/latest/", "it is an address of this machine or of a private"),
        ("https://10.1.2.3/", "it is an address of this machine or of a private network"),
        ("https://0.0.0.0/", "it is an address of this machine or of a private network"),
        ("https://localhost:8443/", "it is an address of this machine or of a private network"),
        ("https://metadata.google.internal/", "it is an address of this machine or of a private"),
        ("https://user:pw@tokens.example.com/", "it has a user name in it"),
        ("file:///etc/passwd", "it is no web address"),
        ("ftp://tokens.example.com/", "it is no web address"),
        ("//tokens.example.com/", "it is no web address"),
        ("https://host:port/", "it is no web address"),
        ("https://[/", "it is no web address"),
        ("", "it is no web address"),
    ],
)
def test_cve_2026_48978_token_servers_that_get_nothing(realm, reason):
    with pytest.raises(RegistryError) as caught:
        token.check_realm(realm, "https://registry.example.com")
    assert reason in str(caught.value)
    assert str(caught.value).endswith("; nothing was sent")


@pytest.mark.parametrize(
    ("realm", "registry"),
    [
        ("https://auth.docker.io/token", "https://registry-1.docker.io"),
        ("https://ghcr.io/token", "https://ghcr.io"),
        ("http://127.0.0.1:5001/auth", "http://127.0.0.1:5000"),
        ("https://10.1.2.3:8443/auth", "https://10.1.2.3:5000"),
        ("https://localhost:5001/auth", "https://localhost:5000"),
    ],
)
def test_cve_2026_48978_token_servers_that_are_fit(realm, registry):
    token.check_realm(realm, registry)


def test_cve_2026_48978_nothing_goes_to_a_realm_elsewhere(settings, filled, start):
    thief = start()
    thief.hooks.append(gives_token)
    # The registry is at 127.0.0.1: another name of this machine is another host.
    filled.hooks.append(wants_bearer(f"http://localhost:{thief.host.rpartition(':')[2]}/"))
    with pytest.raises(RegistryError, match="nothing was sent"):
        pull(settings, filled)
    assert thief.seen == []


def test_cve_2026_48978_a_token_server_does_not_send_us_on(settings, filled, start):
    thief, server = start(), start()
    server.hooks.append(lambda seen: Answer(302, {"Location": f"{thief.url}/steal"}))
    filled.hooks.append(wants_bearer(f"{server.url}/token"))
    with pytest.raises(RegistryError, match="status code 302"):
        pull(settings, filled)
    assert thief.seen == []


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b'{"token": 7}', b'{"token": "a\\r\\nX: y"}', b'{"token": "\\u00e9"}'],
)
def test_a_token_that_is_none(settings, filled, start, body):
    server = start()
    server.hooks.append(lambda seen: Answer(body=body))
    filled.hooks.append(wants_bearer(f"{server.url}/token"))
    with pytest.raises(RegistryError, match=r"token server('s answer is not JSON| sent no token)"):
        pull(settings, filled)


# GHSA-vh4v-2xq2-g5cg: credentials go along redirects


def redirected(registry, target):
    def hook(seen):
        if "/blobs/" in seen.path:
            return Answer(307, {"Location": f"{target.url}{seen.path}?sig=signature-of-storage"})
        return None

    registry.hooks.append(hook)


def test_ghsa_vh4v_2xq2_g5cg_a_redirect_carries_no_credentials(settings, filled, start):
    storage = start()
    storage.blobs = filled.blobs
    redirected(filled, storage)
    filled.hooks.append(wants_basic("alice", PASSWORD))
    assert pull(settings, filled).data
    assert [each.authorization for each in storage.seen] == [""]


def test_ghsa_vh4v_2xq2_g5cg_who_we_were_sent_to_may_not_ask(settings, filled, start):
    storage, thief = start(), start()
    thief.hooks.append(gives_token)
    storage.hooks.append(wants_bearer(f"{thief.url}/token"))
    redirected(filled, storage)
    with pytest.raises(RegistryError, match="status code 401"):
        pull(settings, filled)
    storage.hooks[:] = [wants_basic("alice", PASSWORD)]
    with pytest.raises(RegistryError, match="status code 401"):
        pull(settings, filled)
    assert thief.seen == []
    assert {each.authorization for each in storage.seen} == {""}


def test_a_redirect_must_stay_encrypted(settings, monkeypatch):
    from pyhelm.repo.registry.transport import Transport

    with Transport("registry.example.com", PLAIN, Credential) as transport:
        transport.base = "https://registry.example.com"

        response = requests.Response()
        response.url = "https://registry.example.com/v2/"
        response.headers["Location"] = "http://storage.example.com/x?sig=1"
        with pytest.raises(RegistryError, match="which is not encrypted; nothing is sent there"):
            transport.elsewhere(response)
        response.headers["Location"] = "http://registry.example.com/x"
        assert transport.elsewhere(response) == "https://registry.example.com/x"
        response.headers["Location"] = "file:///etc/passwd"
        with pytest.raises(RegistryError, match="no web address"):
            transport.elsewhere(response)


def test_redirects_end(settings, filled):
    filled.hooks.append(lambda seen: Answer(302, {"Location": seen.path}))
    with pytest.raises(RegistryError, match="too many redirects"):
        pull(settings, filled)
    assert len(filled.seen) == 11


# CVE-2026-50151: credentials go along a blob upload's Location


@pytest.mark.parametrize("asks", [False, True])
def test_cve_2026_50151_an_upload_elsewhere_carries_no_credentials(
    settings, registry, start, packed, asks
):
    thief = start()

    def elsewhere(seen):
        if seen.method == "POST":
            return Answer(202, {"Location": f"{thief.url}/v2/x/blobs/uploads/0"})
        return None

    registry.hooks += [wants_basic("alice", PASSWORD), elsewhere]
    thief.hooks.append(wants_basic("alice", PASSWORD) if asks else lambda seen: Answer(201))
    if asks:
        with pytest.raises(RegistryError, match="status code 401"):
            push(settings, registry, packed())
    else:
        push(settings, registry, packed())
    assert thief.seen
    assert {each.authorization for each in thief.seen} == {""}


def test_an_uploads_location_on_the_registry_is_authorized(settings, registry, packed):
    registry.hooks.append(wants_basic("alice", PASSWORD))
    push(settings, registry, packed())
    sent = [each for each in registry.seen if each.method == "PUT"]
    assert {each.authorization for each in sent} == {f"Basic {BASIC}"}


# wrong digests, endless bodies


def test_a_layer_with_another_digest(settings, filled):
    for digest in filled.blobs:
        filled.blobs[digest] = filled.blobs[digest][:-1] + b"!"
    with pytest.raises(DigestError, match="damaged, or someone has changed it"):
        pull(settings, filled)


def test_a_manifest_with_another_digest(settings, filled):
    pulled = pull(settings, filled)
    filled.manifests[pulled.digest] += b" "
    url = f"oci://{filled.host}/charts/web@{pulled.digest}"
    with pytest.raises(DigestError, match="the manifest should have the digest"):
        charts.pull(settings, charts.resolve(settings, url, "", ALICE), ALICE)


def test_a_manifest_that_is_not_what_the_registry_says(settings, filled):
    promised = {"Docker-Content-Digest": "sha256:" + "00" * 32}
    manifest = filled.manifests["1.0.0"]
    filled.hooks.append(lambda seen: Answer(headers=promised, body=manifest))
    with pytest.raises(DigestError, match="the manifest should have the digest"):
        pull(settings, filled)


def test_a_layers_digest_of_no_kind(settings, filled):
    filled.manifests["1.0.0"] = filled.manifests["1.0.0"].replace(b"sha256:", b"md5:")
    filled.hooks.append(lambda seen: Answer(body=b"x" * 145) if "/blobs/" in seen.path else None)
    with pytest.raises((DigestError, RegistryError)):
        pull(settings, filled)


def test_a_layer_shorter_than_promised(settings, filled):
    filled.hooks.append(lambda seen: Answer(body=b"x") if "/blobs/" in seen.path else None)
    with pytest.raises(RegistryError, match="1 bytes instead of"):
        pull(settings, filled)


@pytest.mark.parametrize("where", ["/manifests/", "/blobs/", "/tags/", "/token"])
def test_endless_bodies_are_cut_off(settings, filled, start, where):
    server = start()
    server.hooks.append(lambda seen: Answer(endless=True))
    if where == "/token":
        filled.hooks.append(wants_bearer(f"{server.url}/token"))
    filled.hooks.append(lambda seen: Answer(endless=True) if where in seen.path else None)
    url = f"oci://{filled.host}/charts/web" + ("" if where == "/tags/" else ":1.0.0")
    with pytest.raises(RegistryError, match=r"is larger than the limit of \d+ bytes"):
        charts.pull(settings, charts.resolve(settings, url, "", ALICE), ALICE)


def test_an_endless_error_is_cut_off(settings, filled):
    filled.hooks.append(lambda seen: Answer(status=400, endless=True))
    with pytest.raises(RegistryError, match="status code 400"):
        pull(settings, filled)


def test_tags_without_end(settings, filled, monkeypatch):
    monkeypatch.setattr(client, "MOST_PAGES", 20)
    body = json.dumps({"tags": ["1.0.0"]}).encode()
    link = {"Link": '</v2/charts/web/tags/list?n=1>; rel="next"'}
    filled.hooks.append(lambda seen: Answer(headers=link, body=body))
    with pytest.raises(RegistryError, match="its list of tags does not end"):
        charts.list_versions(settings, f"oci://{filled.host}/charts/web", ALICE)


def test_the_next_page_is_never_elsewhere(settings, filled, start):
    thief = start()
    link = {"Link": f'<{thief.url}/v2/tags>; rel="next"'}
    body = json.dumps({"tags": ["1.0.0"]}).encode()
    filled.hooks.append(lambda seen: Answer(headers=link, body=body))
    url = f"oci://{filled.host}/charts/web"
    assert charts.list_versions(settings, url, ALICE) == ["1.0.0"]
    assert thief.seen == []


# GHSA-6w87-g839-9wv7: credentials in logs and errors


@pytest.fixture
def logged(caplog):
    lines: list[str] = []
    log_to(lambda level, message, attributes: lines.append(f"{message} {attributes}"))
    # The official Kubernetes client, where a test before has loaded it, quiets urllib3.
    with caplog.at_level(logging.DEBUG), caplog.at_level(logging.DEBUG, "urllib3"):
        yield lines, caplog
    log_to()


def test_ghsa_6w87_g839_9wv7_no_credentials_in_logs(settings, filled, start, packed, logged):
    server, storage = start(), start()
    storage.blobs = filled.blobs
    server.hooks.append(gives_token)
    filled.hooks.append(wants_bearer(f"{server.url}/token"))
    push(settings, filled, packed("web", "4.0.0"))
    redirected(filled, storage)
    pull(settings, filled)
    lines, others = "\n".join(logged[0]), logged[1].text
    assert "/v2/charts/web/manifests/1.0.0', 'status': '200'" in lines
    assert "urllib3.connectionpool" in others
    assert not [secret for secret in SECRETS if secret in lines]
    # Other libraries log addresses with their signatures, when a program asks them to.
    assert not [secret for secret in SECRETS[:3] if secret in others]


def test_ghsa_6w87_g839_9wv7_a_server_that_repeats_what_it_was_sent(settings, filled):
    def echo(seen):
        if not seen.authorization:
            return refusal(401, "UNAUTHORIZED", "who?", WWW_Authenticate='Basic realm="x"')
        return refusal(403, "DENIED", f"{seen.authorization} {PASSWORD}\x1b[31m\nno")

    filled.hooks.append(echo)
    with pytest.raises(RegistryError) as caught:
        pull(settings, filled)
    text = str(caught.value)
    assert "denied: Basic ***** ***** [31m no (the credentials are not accepted" in text
    assert not [secret for secret in SECRETS if secret in text]


def test_ghsa_6w87_g839_9wv7_a_login_that_fails(settings, registry, logged):
    registry.hooks.append(wants_basic("bob", "other"))
    with pytest.raises(RegistryError) as caught:
        login.login(settings, registry.host, ALICE)
    assert str(caught.value).startswith(f'authenticating to "{registry.host}": GET ')
    told = "\n".join([str(caught.value), *logged[0], logged[1].text])
    assert not [secret for secret in SECRETS if secret in told]
    assert not docker_config.find(registry.host, settings.registry_config)


def test_login_and_logout(settings, registry):
    registry.hooks.append(wants_basic("alice", PASSWORD))
    login.login(settings, registry.host, ALICE)
    known = docker_config.find(registry.host, settings.registry_config)
    assert (known.username, known.password) == ("alice", PASSWORD)
    login.logout(settings, registry.host)
    assert not docker_config.find(registry.host, settings.registry_config)


@pytest.mark.parametrize("host", ["oci://h", "http://h", "https://h/x", "h/x"])
def test_login_wants_a_host(settings, host):
    with pytest.raises(RegistryError, match=r'credentials are kept by host: "h"'):
        login.login(settings, host, ALICE)


@pytest.mark.parametrize(
    ("header", "scheme", "parameters"),
    [
        ('Bearer realm="https://a/t",service="s",scope="x:y:pull,push"', "bearer",
         {"realm": "https://a/t", "service": "s", "scope": "x:y:pull,push"}),
        ('bearer  realm = "a\\"b" , Service=s', "bearer", {"realm": 'a"b', "service": "s"}),
        ('Basic realm="x"', "basic", {"realm": "x"}),
        ("", "", {}),
        ("Negotiate", "negotiate", {}),
    ],
)  # fmt: skip
def test_challenges(header, scheme, parameters):
    found = token.parse(header)
    assert (found.scheme, found.parameters) == (scheme, parameters)

"""Fetching over real connections: who sees credentials, what is trusted, what is tried again."""

import base64
import gzip
import time

import pytest

from pyhelm.errors import RepositoryError
from pyhelm.repo import http
from pyhelm.repo.fetch import Seen, fetch, get
from pyhelm.repo.options import AccessOptions
from tests.unit.repo.site import Answer, authority, site

LIMIT = 1_000_000


def ok(path, headers):
    return 200, {}, b"body"


@pytest.fixture(autouse=True)
def alone(monkeypatch, tmp_path):
    """No proxies, no .netrc, no waiting."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("NETRC", str(tmp_path / "no-netrc"))
    waited: list[float] = []
    monkeypatch.setattr(http, "pause", waited.append)
    return waited


def basic(text):
    return "Basic " + base64.b64encode(text.encode()).decode()


def test_basic_authentication_is_sent_at_once_and_in_utf8():
    with site(ok) as web:
        fetch(web.url, AccessOptions(username="me", password="pässwort"), limit=LIMIT)
        fetch(web.url.replace("://", "://a:b%40c@"), AccessOptions(), limit=LIMIT)
        assert web.sent("Authorization") == [basic("me:pässwort"), basic("a:b@c")]


def test_a_bearer_token_is_read_at_each_use(tmp_path):
    token = tmp_path / "token"
    access = AccessOptions(bearer_token_file=str(token))
    with site(ok) as web:
        for text in ("one\n", "two"):
            token.write_text(text, encoding="utf-8")
            fetch(web.url, access, limit=LIMIT)
        assert web.sent("Authorization") == ["Bearer one", "Bearer two"]
        token.write_text("bad\r\nX-Header: y", encoding="utf-8")
        with pytest.raises(RepositoryError, match="not one line of plain characters") as caught:
            fetch(web.url, access, limit=LIMIT)
    assert "X-Header" not in str(caught.value)


@pytest.mark.parametrize("all_domains", [False, True])
def test_credentials_stay_with_scheme_host_and_port_cve_2021_32690(all_domains):
    """On redirects, and on absolute URLs of archives."""
    access = AccessOptions(username="me", password="secret", pass_credentials=all_domains)
    expected = basic("me:secret") if all_domains else None
    with site(ok) as other, site(lambda *_: (302, {"Location": f"{other.url}/x"}, b"")) as web:
        fetch(f"{web.url}/index.yaml", access, base=web.url, limit=LIMIT)
        fetch(f"{other.url}/web-1.0.0.tgz", access, base=web.url, limit=LIMIT)
        assert web.sent("Authorization") == [basic("me:secret")]
        assert other.sent("Authorization") == [expected, expected]


def test_credentials_come_back_with_the_redirect():
    def bounce(path, headers):
        return (302, {"Location": "/there"}, b"") if path == "/here" else (200, {}, b"x")

    with site(bounce) as web:
        fetch(f"{web.url}/here", AccessOptions(username="a", password="b"), limit=LIMIT)
        assert web.sent("Authorization") == [basic("a:b")] * 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("machine 127.0.0.1 login me password secret\n", basic("me:secret")),
        ("default login me password secret\n", None),
        ("machine 127.0.0.2 login me password secret\n", None),
        ("machine 127.0.0.1 login\n", None),
    ],
)
def test_netrc_is_for_the_host_that_it_names_cve_2024_47081(
    tmp_path, monkeypatch, text, expected
):  # fmt: skip
    path = tmp_path / "netrc"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    monkeypatch.setenv("NETRC", str(path))
    with site(ok) as other, site(lambda *_: (302, {"Location": other.url}, b"")) as web:
        fetch(web.url, AccessOptions(), limit=LIMIT)
        assert web.sent("Authorization") == [expected]
        assert other.sent("Authorization") == [None]
        fetch(other.url, AccessOptions(username="a", password="b"), limit=LIMIT)
        assert other.sent("Authorization")[-1] == basic("a:b")


def test_certificates_are_checked_cve_2019_1010275(tmp_path):
    ours, strangers = authority(tmp_path / "ours"), authority(tmp_path / "strangers")
    trusting = AccessOptions(ca_file=ours.ca_file)
    with site(ok, ours.server()) as web, site(ok, strangers.server()) as other:
        assert fetch(web.url, trusting, limit=LIMIT) == b"body"
        for access, url in ((AccessOptions(), web.url), (trusting, other.url)):
            with pytest.raises(RepositoryError, match="trust its certificate with --ca-file"):
                fetch(url, access, limit=LIMIT)
        assert fetch(other.url, AccessOptions(insecure_skip_tls_verify=True), limit=LIMIT)
    with site(ok, ours.server("example.com")) as web, pytest.raises(RepositoryError):
        fetch(web.url, trusting, limit=LIMIT)


# urllib3 opens the key without naming an encoding.
@pytest.mark.filterwarnings("ignore::EncodingWarning")
def test_a_client_certificate_is_shown_to_the_repository_alone(tmp_path):
    ca = authority(tmp_path)
    cert, key = ca.issue("client")
    access = AccessOptions(ca_file=ca.ca_file, cert_file=cert, key_file=key)
    with site(ok, ca.server(clients=True)) as web:
        assert fetch(web.url, access, limit=LIMIT) == b"body"
        with pytest.raises(RepositoryError):
            fetch(web.url, AccessOptions(ca_file=ca.ca_file), limit=LIMIT)
        away = lambda *_: (302, {"Location": web.url}, b"")  # noqa: E731
        with site(away, ca.server()) as first, pytest.raises(RepositoryError):
            fetch(first.url, access, limit=LIMIT)


def test_proxies_are_those_of_the_environment(monkeypatch):
    with site(ok) as proxy, site(ok) as web:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        fetch("http://charts.invalid/index.yaml", AccessOptions(), limit=LIMIT)
        assert [path for path, _ in proxy.requests] == ["http://charts.invalid/index.yaml"]
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        fetch(web.url, AccessOptions(), limit=LIMIT)
        assert len(proxy.requests) == len(web.requests) == 1


def test_what_is_known_is_not_sent_again():
    def answer(path, headers):
        fresh = headers.get("If-None-Match") == '"1"' and "If-Modified-Since" in headers
        said = {"ETag": '"1"', "Last-Modified": "Thu, 01 Jan 2026 00:00:00 GMT"}
        return (304, said, b"") if fresh else (200, said, b"body")

    with site(answer) as web:
        first = get(web.url, AccessOptions(), limit=LIMIT)
        assert first.seen == Seen('"1"', "Thu, 01 Jan 2026 00:00:00 GMT")
        again = get(web.url, AccessOptions(), limit=LIMIT, seen=first.seen)
    assert (first.body, first.unchanged) == (b"body", False)
    assert (again.body, again.unchanged) == (b"", True)


def test_indexes_are_compressed_for_the_way_and_archives_left_alone():
    packed = gzip.compress(b"body")

    def answer(path, headers):
        return 200, {"Content-Encoding": "gzip"}, packed

    with site(answer) as web:
        assert get(web.url, AccessOptions(), limit=LIMIT, compressed=True).body == b"body"
        assert get(web.url, AccessOptions(), limit=LIMIT).body == packed
        assert web.sent("Accept-Encoding") == ["gzip, deflate", "identity"]


@pytest.mark.parametrize(("status", "said"), [(204, "204 No Content"), (206, "206 Partial")])
def test_only_200_is_an_answer(status, said):
    with site(lambda *_: (status, {}, b"")) as web, pytest.raises(RepositoryError, match=said):
        fetch(web.url, AccessOptions(), limit=LIMIT)


def test_the_types_that_are_wanted():
    with site(ok) as web:
        fetch(web.url, AccessOptions(), limit=LIMIT, accept="application/gzip")
        fetch(web.url, AccessOptions(), limit=LIMIT)
        assert web.sent("Accept") == ["application/gzip", "*/*"]


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_busy_server_is_asked_again(alone, status):
    busy: Answer = (status, {"Retry-After": "3"}, b"")
    answers: list[Answer | None] = [busy, (status, {}, b""), None, (200, {}, b"body")]
    with site(lambda *_: answers.pop(0)) as web:
        assert fetch(web.url, AccessOptions(), limit=LIMIT) == b"body"
    assert alone[0] == 3.0
    assert 0.75 <= alone[1] <= 1.25
    assert len(alone) == 3


def test_patience_ends(alone):
    with site(lambda *_: (503, {}, b"")) as web:
        with pytest.raises(RepositoryError) as caught:
            fetch(web.url, AccessOptions(), limit=LIMIT)
        assert str(caught.value) == f"failed to fetch {web.url} : 503 Service Unavailable"
        assert len(web.requests) == http.ATTEMPTS
    with site(lambda *_: (429, {"Retry-After": "86400"}, b"")) as web:
        with pytest.raises(RepositoryError, match="429"):
            fetch(web.url, AccessOptions(), limit=LIMIT)
        assert len(web.requests) == 1


def test_what_will_not_change_is_asked_once():
    with site(lambda *_: (404, {}, b"")) as web:
        with pytest.raises(RepositoryError, match="404"):
            fetch(web.url, AccessOptions(), limit=LIMIT)
        assert len(web.requests) == 1


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/x", "gopher:x"])
def test_redirects_stay_on_the_web(target):
    with (
        site(lambda *_: (302, {"Location": target}, b"")) as web,
        pytest.raises(RepositoryError, match="which is not on the web"),
    ):
        fetch(web.url, AccessOptions(), limit=LIMIT)


def test_redirects_do_not_drop_https(tmp_path):
    ca = authority(tmp_path)
    with (
        site(ok) as plain,
        site(lambda *_: (302, {"Location": plain.url}, b""), ca.server()) as web,
    ):
        with pytest.raises(RepositoryError, match="redirected from https to http://"):
            fetch(web.url, AccessOptions(ca_file=ca.ca_file), limit=LIMIT)
        assert plain.requests == []


def test_redirects_end():
    with (
        site(lambda *_: (302, {"Location": "/again"}, b"")) as web,
        pytest.raises(RepositoryError, match="stopped after 10 redirects"),
    ):
        fetch(web.url, AccessOptions(), limit=LIMIT)
    assert len(web.requests) == 1 + http.MOST_REDIRECTS


def test_a_body_without_end_is_cut_off():
    body = gzip.compress(bytes(50_000_000))
    with (
        site(lambda *_: (200, {"Content-Encoding": "gzip"}, body)) as web,
        pytest.raises(RepositoryError, match="larger than the limit of 1000000 bytes"),
    ):
        get(web.url, AccessOptions(), limit=LIMIT, compressed=True)


def test_a_body_that_trickles_is_cut_off():
    def slow(path, headers):
        time.sleep(0.3)
        return 200, {"Content-Length": "10"}, b"x"

    with site(slow) as web, pytest.raises(RepositoryError, match=r"no answer within 0\.2 s"):
        fetch(web.url, AccessOptions(timeout=0.2), limit=LIMIT)

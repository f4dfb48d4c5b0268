"""The transport against a real TLS server on this machine."""

from __future__ import annotations

import contextlib
import datetime
import gzip
import ipaddress
import json
import socket
import ssl
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from pyhelm._version import __version__
from pyhelm.errors import ClusterUnreachable, CredentialsError
from pyhelm.kube import http
from pyhelm.kube.access import Access, User
from pyhelm.kube.http import HTTPTransport
from pyhelm.kube.transport import Request


def certificate(name):
    """A self-signed certificate and its key, as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    hosts = [x509.IPAddress(ipaddress.ip_address("127.0.0.1")), x509.DNSName("kubernetes")]
    signed = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(hosts), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return signed.public_bytes(serialization.Encoding.PEM), pem


@dataclass
class Server:
    """Echoes requests; special paths behave in special ways."""

    url: str
    ca: bytes
    client: tuple[bytes, bytes]
    connections: list[object] = field(default_factory=list)
    open: list[socket.socket] = field(default_factory=list)
    requests: list[tuple[str, str]] = field(default_factory=list)
    token: str = ""
    hold: threading.Event = field(default_factory=threading.Event)
    drop: int = 0


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_state: Server

    def setup(self):
        super().setup()
        self.server_state.connections.append(self.client_address)
        self.server_state.open.append(self.connection)

    def log_message(self, *args):
        pass

    def answer(self, status, body, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        state = self.server_state
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        state.requests.append((self.command, self.path))
        if state.drop:
            state.drop -= 1
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
        elif self.path == "/gzip":
            self.answer(200, gzip.compress(b"{}"), Content_Encoding="gzip")
        elif self.path == "/warned":
            self.answer(200, b"{}", warning='299 - "one"', Warning='299 - "two, \\"three\\""')
        elif self.path == "/stream":
            self.stream()
        elif self.path == "/until-the-end":
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"no": "length"}')
            self.close_connection = True
        elif self.path == "/cut":
            self.send_response(200)
            self.send_header("Content-Length", "100")
            self.end_headers()
            self.wfile.write(b"{}")
            self.close_connection = True
        elif self.path == "/early":
            self.send_response_only(103)
            self.end_headers()
            self.echo(body)
        elif self.path == "/babble":
            self.wfile.write(b"SSH-2.0-babble\r\n\r\n")
            self.close_connection = True
        elif self.path == "/slow":
            state.hold.wait(10)
            self.close_connection = True
        elif state.token and self.headers["Authorization"] != f"Bearer {state.token}":
            self.answer(401, b"{}")
        else:
            self.echo(body)

    do_POST = do_PATCH = do_GET

    def echo(self, body):
        peer = self.connection.getpeercert()
        headers = [list(pair) for pair in self.headers.items()]
        text = {"path": self.path, "headers": headers, "peer": bool(peer), "body": body}
        self.answer(200, json.dumps(text).encode())

    def stream(self):
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for text in ("one\ntw", "o\n", "three\n"):
            self.wfile.write(f"{len(text):x}\r\n{text}\r\n".encode())
        self.wfile.flush()
        self.server_state.hold.wait(10)
        self.wfile.write(b"4\r\nlast\r\n0\r\n\r\n")


@pytest.fixture(scope="module")
def pair():
    return certificate("server"), certificate("client")


class Quiet(ThreadingHTTPServer):
    """Says nothing of the connections that the tests break."""

    def handle_error(self, request, client_address):
        pass


@pytest.fixture
def server(pair, tmp_path):
    (cert, key), client = pair
    (tmp_path / "s.pem").write_bytes(cert + key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "s.pem")
    context.load_verify_locations(cadata=client[0].decode())
    context.verify_mode = ssl.CERT_OPTIONAL

    class Own(Handler):
        """With the state of this test's server."""

    listening = Quiet(("127.0.0.1", 0), Own)
    listening.socket = context.wrap_socket(listening.socket, server_side=True)
    state = Server(f"https://127.0.0.1:{listening.server_port}", cert, client)
    Own.server_state = state
    thread = threading.Thread(target=listening.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield state
    state.hold.set()
    listening.shutdown()
    listening.server_close()


class Proxy(BaseHTTPRequestHandler):
    """Tunnels, as CONNECT asks for."""

    state: SimpleNamespace

    def log_message(self, *args):
        pass

    def do_CONNECT(self):
        self.state.asked.append(self.path)
        if self.state.refuses:
            return self.send_error(403)
        host, _, port = self.path.rpartition(":")
        with socket.create_connection((host, int(port))) as there:
            self.send_response(200)
            self.end_headers()
            back = threading.Thread(target=pump, args=(there, self.connection), daemon=True)
            back.start()
            pump(self.connection, there)
            back.join()


def pump(source, target):
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)


@pytest.fixture
def proxy():
    state = SimpleNamespace(asked=[], refuses=False)
    listening = ThreadingHTTPServer(("127.0.0.1", 0), type("P", (Proxy,), {"state": state}))
    listening.daemon_threads = True
    threading.Thread(target=listening.serve_forever, args=(0.01,), daemon=True).start()
    state.url = f"http://127.0.0.1:{listening.server_port}"
    yield state
    listening.shutdown()
    listening.server_close()


@pytest.fixture
def connect(server):
    opened = []

    def connect(user=None, **fields):
        access = Access(
            **{"server": server.url, "ca_data": server.ca, **fields}, user=user or User()
        )
        opened.append(HTTPTransport(access, environ={}))
        return opened[-1]

    yield connect
    for transport in opened:
        transport.close()


def echo(transport, path="/x", **fields):
    return json.loads(transport.send(Request("GET", path, **fields)).body)


def test_connections_are_kept(connect, server):
    transport = connect()

    for _ in range(5):
        echo(transport)

    assert len(server.connections) == 1


def test_what_is_sent(connect, server):
    user = User("u", token="t", as_user="bob", as_groups=("g", "h"))
    transport = connect(user, server=server.url + "/base")

    found = echo(transport, query=(("a", "1"), ("a", "ü &")), headers={"Accept": "x"})

    assert found["path"] == "/base/x?a=1&a=%C3%BC%20%26"
    headers = [(name, value) for name, value in found["headers"] if name != "Host"]
    assert headers == [
        ("User-Agent", f"PyHelm/{__version__}"),
        ("Accept-Encoding", "gzip"),
        ("Accept", "x"),
        ("Authorization", "Bearer t"),
        ("Impersonate-User", "bob"),
        ("Impersonate-Group", "g"),
        ("Impersonate-Group", "h"),
    ]


def test_a_header_that_repeats_is_a_list(connect):
    response = connect().send(Request("GET", "/warned"))
    assert response.headers["Warning"] == '299 - "one", 299 - "two, \\"three\\""'


def test_bodies_go_both_ways(connect):
    request = Request("POST", "/x", body=b'{"a":1}')

    assert json.loads(connect().send(request).body)["body"] == '{"a":1}'
    assert connect().send(Request("GET", "/gzip")).body == b"{}"


def test_bodies_end_where_they_should(connect, server):
    transport = connect()

    assert transport.send(Request("GET", "/until-the-end")).body == b'{"no": "length"}'
    assert echo(transport, "/early")["path"] == "/early"
    with pytest.raises(ClusterUnreachable, match=r'"https://127.0.0.1:[0-9]+/cut": EOF'):
        transport.send(Request("GET", "/cut"))
    with pytest.raises(ClusterUnreachable, match=r"HTTP/1\.x transport connection broken"):
        transport.send(Request("GET", "/babble"))
    assert echo(transport)["path"] == "/x"


def test_a_connection_that_was_closed_meanwhile_is_noticed(connect, server):
    transport = connect()
    echo(transport)
    for connection in server.open:
        connection.shutdown(socket.SHUT_RDWR)
    time.sleep(0.05)

    assert transport.send(Request("POST", "/x", body=b"{}")).status == 200
    assert len(server.connections) == 2


@pytest.mark.parametrize(
    ("user", "request_path", "problem"),
    [
        (User("u", token="t\r\nX: y"), "/x", 'invalid header field value for "Authorization"'),
        (User("u", as_user="a\nb"), "/x", 'invalid header field value for "Impersonate-User"'),
        (User("u"), "/x y", "invalid character in the URL of the server"),
    ],
)
def test_a_request_stays_one(connect, server, user, request_path, problem):
    with pytest.raises(ClusterUnreachable, match=problem) as caught:
        echo(connect(user), request_path)

    assert "X: y" not in str(caught.value)
    assert server.requests == []


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("https://127.0.0.1:99999", "Port out of range"),
        ("ftp://127.0.0.1", 'unsupported protocol scheme "ftp"'),
        ("https://no-such-host.invalid", "dial tcp: lookup no-such-host.invalid: no such host"),
    ],
)
def test_addresses_that_lead_nowhere(connect, address, problem):
    with pytest.raises(ClusterUnreachable, match=problem):
        echo(connect(server=address))


def test_a_proxy_is_gone_through(connect, server, proxy):
    transport = connect(proxy_url=proxy.url)

    assert echo(transport, query=(("a", "b"),))["path"] == "/x?a=b"
    assert transport.send(Request("GET", "/gzip")).body == b"{}"
    response = transport.send(Request("GET", "/stream", stream=True))
    assert [next(response.lines) for _ in range(3)] == [b"one\n", b"two\n", b"three\n"]
    server.hold.set()
    assert list(response.lines) == [b"last"]
    assert set(proxy.asked) == {server.url.removeprefix("https://")}


def test_errors_beyond_a_proxy(connect, proxy):
    with pytest.raises(ClusterUnreachable, match="certificate signed by unknown authority"):
        echo(connect(ca_data=b"", proxy_url=proxy.url))
    proxy.refuses = True
    with pytest.raises(ClusterUnreachable, match=r"proxyconnect tcp: .*check proxy-url"):
        echo(connect(proxy_url=proxy.url))


def test_client_certificates_leave_no_file(connect, server, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "t"))
    (tmp_path / "t").mkdir()
    cert, key = server.client

    assert echo(connect(User("u", certificate_data=cert, key_data=key)))["peer"]
    assert list((tmp_path / "t").iterdir()) == []


def test_a_certificate_that_is_none(connect):
    with pytest.raises(CredentialsError, match='certificate and key of user "u" do not form'):
        echo(connect(User("u", certificate_data=b"x", key_data=b"y")))


def test_a_ca_that_is_none(connect):
    with pytest.raises(CredentialsError, match="unable to load root certificates"):
        echo(connect(ca_data=b"-----BEGIN nothing"))


def test_an_unknown_authority_is_refused(connect, server):
    with pytest.raises(ClusterUnreachable) as caught:
        echo(connect(ca_data=b"", ca_file="", context="ctx"))

    assert str(caught.value).startswith(
        f'kubernetes cluster unreachable: Get "{server.url}/x": tls: failed to verify certificate: '
        'x509: certificate signed by unknown authority (context "ctx"); give its CA'
    )
    assert (caught.value.passing, caught.value.sent) == (False, False)


def test_the_name_is_checked(connect):
    assert echo(connect(tls_server_name="kubernetes"))
    with pytest.raises(ClusterUnreachable, match="x509: certificate is not valid for 'other'"):
        echo(connect(tls_server_name="other"))


def test_nothing_is_checked_when_asked(connect):
    assert echo(connect(ca_data=b"", insecure=True))


def test_refused_credentials_are_renewed_once(connect, server, tmp_path):
    file = tmp_path / "token"
    file.write_text("old", encoding="utf-8")
    transport = connect(User("u", token_file=str(file)))
    server.token = "old"
    echo(transport)

    server.token = "new"
    assert transport.send(Request("GET", "/x")).status == 401
    file.write_text("new", encoding="utf-8")
    assert echo(transport)


def test_nobody_there(connect):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        with pytest.raises(ClusterUnreachable) as caught:
            echo(connect(server=f"https://127.0.0.1:{port}", context="minikube"))

    assert str(caught.value) == (
        f'kubernetes cluster unreachable: Get "https://127.0.0.1:{port}/x": '
        f"dial tcp 127.0.0.1:{port}: connect: connection refused "
        '(context "minikube"); start that cluster, choose another with --kube-context, '
        "or start the simulator: pyhelm simulator start"
    )


def test_a_server_that_takes_no_connection_is_given_up_soon(connect, monkeypatch):
    monkeypatch.setattr(http, "CONNECT_SECONDS", 0.1)
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        with pytest.raises(ClusterUnreachable, match=r"timeout|timed out"):
            echo(connect(server=f"https://127.0.0.1:{deaf.getsockname()[1]}"))


def test_a_server_that_does_not_answer(connect):
    with pytest.raises(ClusterUnreachable, match="timeout awaiting response headers"):
        connect().send(Request("GET", "/slow", timeout=0.1))


def test_a_broken_connection_says_that_the_request_may_have_arrived(connect, server):
    transport = connect()
    echo(transport)

    server.drop = 1
    with pytest.raises(ClusterUnreachable) as caught:
        echo(transport)
    assert (caught.value.passing, caught.value.sent) == (True, True)


def test_a_refused_connection_says_that_nothing_arrived(connect):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"https://127.0.0.1:{unused.getsockname()[1]}"
        with pytest.raises(ClusterUnreachable) as caught:
            echo(connect(server=address))
    assert (caught.value.passing, caught.value.sent) == (True, False)


def test_streams_come_line_by_line(connect, server):
    response = connect().send(Request("GET", "/stream", stream=True))

    assert [next(response.lines) for _ in range(3)] == [b"one\n", b"two\n", b"three\n"]
    server.hold.set()
    assert list(response.lines) == [b"last"]


def test_another_thread_may_close_a_stream(connect):
    response = connect().send(Request("GET", "/stream", stream=True))
    for _ in range(3):
        next(response.lines)
    threading.Timer(0.05, response.close).start()

    # The server holds back its last line; without the close this would wait for it.
    assert list(response.lines) == []


def test_many_threads_share_it(connect, server):
    transport, failures = connect(), []

    def work():
        try:
            for _ in range(10):
                assert echo(transport)["path"] == "/x"
        except Exception as exc:
            failures.append(exc)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert len(server.requests) == 80

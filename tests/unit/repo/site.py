"""Web servers on the loopback whose answers a test writes as a function of the request."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Answer = tuple[int, dict[str, str], bytes]


@dataclass
class Site:
    """Answers by `answer`, a function of path and headers; remembers both."""

    url: str
    answer: Callable[[str, dict[str, str]], Answer | None]
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def sent(self, name: str) -> list[str | None]:
        """A header of each request."""
        return [headers.get(name) for _, headers in self.requests]


@contextmanager
def site(
    answer: Callable[[str, dict[str, str]], Answer | None], tls: ssl.SSLContext | None = None
) -> Iterator[Site]:
    """A server on a free port; an answer of None breaks the connection off."""
    found = Site("", answer)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            headers = dict(self.headers.items())
            found.requests.append((self.path, headers))
            made = found.answer(self.path, headers)
            if made is None:
                self.connection.close()
                return
            status, extra, body = made
            self.send_response(status)
            for key, value in {"Content-Length": str(len(body)), **extra}.items():
                self.send_header(key, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Tests read `requests` instead."""

        def handle(self) -> None:
            try:
                super().handle()
            except (OSError, ValueError):
                self.close_connection = True

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """A client that left early, or that trusts us not, is part of the test."""

    server = Server(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    found.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass(frozen=True)
class Authority:
    """A certificate authority of the test's own, its files in a directory."""

    directory: Path
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def ca_file(self) -> str:
        return str(self.directory / "ca.pem")

    def issue(self, name: str, host: str = "127.0.0.1") -> tuple[str, str]:
        """A certificate for a host, as the paths of its own file and of its key's."""
        key = ec.generate_private_key(ec.SECP256R1())
        made = _signed(name, key.public_key(), self.certificate.subject, self.key, host)
        return _write(self.directory / f"{name}.pem", made), _write_key(
            self.directory / f"{name}.key", key
        )

    def server(self, host: str = "127.0.0.1", *, clients: bool = False) -> ssl.SSLContext:
        """What a server of this authority needs; `clients` must show a certificate of it."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.issue(f"server-{host}", host))
        if clients:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(self.ca_file)
        return context


def authority(directory: Path) -> Authority:
    """A new authority."""
    directory.mkdir(parents=True, exist_ok=True)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test CA")])
    made = _signed("Test CA", key.public_key(), name, key, "", ca=True)
    _write(directory / "ca.pem", made)
    return Authority(directory, key, made)


def _signed(name, public, issuer, key, host, *, ca=False):
    now = datetime.datetime.now(datetime.UTC)
    usage = x509.KeyUsage(
        digital_signature=True, key_cert_sign=ca, crl_sign=ca, content_commitment=False,
        key_encipherment=False, data_encipherment=False, key_agreement=False,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )
    if host:
        try:
            place: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(host))
        except ValueError:
            place = x509.DNSName(host)
        builder = builder.add_extension(x509.SubjectAlternativeName([place]), critical=False)
    return builder.sign(key, hashes.SHA256())


def _write(path: Path, certificate: x509.Certificate) -> str:
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return str(path)


def _write_key(path: Path, key: ec.EllipticCurvePrivateKey) -> str:
    form = serialization.PrivateFormat.PKCS8
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    )
    return str(path)

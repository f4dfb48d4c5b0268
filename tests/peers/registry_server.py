"""Debian's `docker-registry` (the distribution project's own) on a free loopback port."""

from __future__ import annotations

import base64
import contextlib
import datetime
import ipaddress
import json
import shutil
import socket
import ssl
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import bcrypt
import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

USER, PASSWORD = "alice", "s3cret"


@dataclass(frozen=True)
class Certificate:
    """A self-signed certificate for 127.0.0.1, its key, and where both are."""

    folder: Path
    key: rsa.RSAPrivateKey
    der: bytes

    @property
    def cert_file(self) -> str:
        return str(self.folder / "server.crt")

    @property
    def key_file(self) -> str:
        return str(self.folder / "server.key")


@dataclass
class Registry:
    """A running registry; `ca_file` is empty where it speaks plain HTTP."""

    host: str
    ca_file: str = ""
    token_requests: list[tuple[str, str]] = field(default_factory=list)

    @property
    def flags(self) -> tuple[str, ...]:
        """What helm and pyhelm must be told to reach it."""
        return ("--ca-file", self.ca_file) if self.ca_file else ("--plain-http",)

    def url(self, path: str) -> str:
        return f"oci://{self.host}/{path}"

    def get(self, path: str, user: str = "", password: str = "") -> tuple[dict[str, str], bytes]:
        """A response's headers and body, read without any code that is under test."""
        scheme = "https" if self.ca_file else "http"
        accept = "application/vnd.oci.image.manifest.v1+json, */*"
        request = urllib.request.Request(
            f"{scheme}://{self.host}/v2/{path}", headers={"Accept": accept}
        )
        if user:
            pair = base64.b64encode(f"{user}:{password}".encode()).decode()
            request.add_header("Authorization", f"Basic {pair}")
        context = ssl.create_default_context(cafile=self.ca_file) if self.ca_file else None
        with urllib.request.urlopen(request, context=context, timeout=10) as response:
            return dict(response.headers), response.read()


def certificate(folder: Path) -> Certificate:
    """A new certificate in a new directory."""
    folder.mkdir(parents=True)
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test registry")])
    now = datetime.datetime.now(datetime.UTC)
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "server.crt").write_bytes(made.public_bytes(pem))
    form = serialization.PrivateFormat.PKCS8
    data = key.private_bytes(pem, form, serialization.NoEncryption())
    (folder / "server.key").write_bytes(data)
    return Certificate(folder, key, made.public_bytes(serialization.Encoding.DER))


@contextlib.contextmanager
def running(folder: Path, *, tls: bool = False, auth: str = "") -> Iterator[Registry]:
    """A registry with its files in `folder`; `auth` is empty, `basic` or `bearer`."""
    program = shutil.which("docker-registry") or shutil.which("registry")
    assert program, "install a registry: apt-get install docker-registry"
    host = f"127.0.0.1:{_free_port()}"
    own = certificate(folder / "tls")
    registry = Registry(host, own.cert_file if tls else "")
    with contextlib.ExitStack() as stack:
        config: dict[str, Any] = {
            "version": 0.1,
            "storage": {"filesystem": {"rootdirectory": str(folder / "data")}},
            "http": {"addr": host},
        }
        if tls:
            config["http"]["tls"] = {"certificate": own.cert_file, "key": own.key_file}
        if auth == "basic":
            config["auth"] = _htpasswd(folder)
        elif auth == "bearer":
            config["auth"] = stack.enter_context(_token_server(own, registry))
        path = folder / "config.yml"
        path.write_text(yaml.safe_dump(config), encoding="utf-8")
        log = stack.enter_context((folder / "registry.log").open("wb"))
        process = subprocess.Popen([program, "serve", str(path)], stdout=log, stderr=log)
        try:
            _await(registry, process, folder / "registry.log")
            yield registry
        finally:
            process.terminate()
            process.wait(10)


def _htpasswd(folder: Path) -> dict[str, Any]:
    hashed = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()
    (folder / "htpasswd").write_text(f"{USER}:{hashed}\n", encoding="utf-8")
    return {"htpasswd": {"realm": "test", "path": str(folder / "htpasswd")}}


@contextlib.contextmanager
def _token_server(own: Certificate, registry: Registry) -> Iterator[dict[str, Any]]:
    """A token server as the distribution project describes it, for the one user that there is."""
    tls = bool(registry.ca_file)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _token_handler(own, registry))
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(own.cert_file, own.key_file)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    realm = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}/token"
    names = {"realm": realm, "service": "test-service", "issuer": "test-issuer"}
    try:
        yield {"token": {**names, "rootcertbundle": own.cert_file}}
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _token_handler(own: Certificate, registry: Registry) -> type[BaseHTTPRequestHandler]:
    expected = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            query = parse_qs(urlsplit(self.path).query)
            told = self.headers.get("Authorization", "")
            scopes = query.get("scope", [])
            registry.token_requests.append((" ".join(scopes), told))
            if told != expected:
                self.send_error(401)
                return
            body = json.dumps({"token": _token(own, scopes)}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            """OAuth2, which helm tries first when it logs in, is not spoken here."""
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.send_error(404)

        def log_message(self, format: str, *args: object) -> None:
            """Tests read `token_requests` instead."""

    return Handler


def _token(own: Certificate, scopes: list[str]) -> str:
    """A JSON web token that allows exactly what was asked for."""
    now = int(time.time())
    access = []
    for scope in scopes:
        kind, rest = scope.split(":", 1)
        name, actions = rest.rsplit(":", 1)
        access.append({"type": kind, "name": name, "actions": actions.split(",")})
    header = {"typ": "JWT", "alg": "RS256", "x5c": [base64.b64encode(own.der).decode()]}
    claims = {
        "iss": "test-issuer",
        "sub": USER,
        "aud": "test-service",
        "access": access,
        "exp": now + 300,
        "nbf": now - 10,
        "iat": now,
        "jti": str(now),
    }
    signed = ".".join(_base64(json.dumps(part).encode()) for part in (header, claims))
    signature = own.key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{signed}.{_base64(signature)}"


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _await(registry: Registry, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(200):
        assert process.poll() is None, log.read_text(encoding="utf-8")
        try:
            registry.get("")
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the registry does not answer")

"""As whom requests are sent: tokens, files, passwords, plugins, and impersonation on top.

Whatever needs a program or an identity provider is resolved by the official `kubernetes` package,
imported only then. Nothing here puts a secret into a message, a log or a repr.
"""

from __future__ import annotations

import os
from _thread import allocate_lock
from binascii import b2a_base64

from pyhelm._dataclass import dataclass, field
from pyhelm._datetime import UTC, datetime
from pyhelm._typing import Any, Callable, Iterator, Mapping, Protocol
from pyhelm.errors import CredentialsError
from pyhelm.kube.access import Access, User
from pyhelm.kube.urls import quoted

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Certificate:
    """A client certificate and its key, as PEM."""

    certificate: bytes = field(repr=False)
    key: bytes = field(repr=False)


class Credentials(Protocol):
    """What a request needs to say who asks; safe to use from several threads."""

    def headers(self) -> Pairs:
        """The headers to send; a name may repeat. Raises CredentialsError."""

    def certificate(self) -> Certificate | None:
        """The certificate to present in the TLS handshake. Raises CredentialsError."""

    def refresh(self) -> bool:
        """Get new ones after a 401; False when these are all there are."""


def credentials_for(access: Access) -> Credentials:
    """The credentials of an access; nothing is read or run before the first request.

    Like client-go, none go over plain HTTP, and a token wins over a plugin.
    """
    user = access.user
    impersonation = tuple(_impersonation(user))
    if not access.secure:
        return Fixed(impersonation)
    if user.token_file and not user.token:
        return TokenFile(user.token_file, impersonation, user)
    if user.token or user.username or user.password:
        return Fixed(_authorization(user) + impersonation, user)
    if user.exec is not None:
        return Plugin(lambda: _run_plugin(access), impersonation, user)
    if user.auth_provider is not None:
        return Plugin(lambda: _ask_provider(access), impersonation, user)
    return Fixed(impersonation, user)


class Fixed:
    """Credentials that never change."""

    def __init__(self, headers: Pairs, user: User | None = None) -> None:
        self._headers = headers
        self._user = user
        self._pair: Certificate | None = None

    def headers(self) -> Pairs:
        """The headers that were given."""
        return self._headers

    def certificate(self) -> Certificate | None:
        """The user's client certificate, read from its files once."""
        if self._pair is None and self._user is not None:
            self._pair = _certificate(self._user)
        return self._pair

    def refresh(self) -> bool:
        """There is nothing newer."""
        return False


class TokenFile(Fixed):
    """A token in a file that somebody renews, as pods have it; read again after a 401."""

    def __init__(self, path: str, headers: Pairs, user: User) -> None:
        super().__init__(headers, user)
        self._path = path
        self._stamp: tuple[int, int] | None = None
        self._token = ""

    def headers(self) -> Pairs:
        """The file's token of now; a changed file is noticed by its time and size."""
        try:
            state = os.stat(self._path)
            if self._stamp != (state.st_mtime_ns, state.st_size):
                with open(self._path, encoding="utf-8") as file:
                    self._token = file.read().strip()
                self._stamp = (state.st_mtime_ns, state.st_size)
        except OSError as exc:
            reason = (exc.strerror or str(exc)).lower()
            raise CredentialsError(
                f"kubernetes cluster unreachable: open {self._path}: {reason}"
            ) from exc
        return (("Authorization", f"Bearer {self._token}"), *super().headers())

    def refresh(self) -> bool:
        """Whether the file has another token by now."""
        before, self._stamp = self._token, None
        self.headers()
        return self._token != before


@dataclass(frozen=True, slots=True)
class Grant:
    """What a plugin or an identity provider gave."""

    authorization: str = field(default="", repr=False)
    certificate: Certificate | None = None
    expires: datetime | None = None

    @property
    def expired(self) -> bool:
        """Whether a new one must be asked for."""
        return self.expires is not None and self.expires <= datetime.now(UTC)


class Plugin(Fixed):
    """Credentials that have to be asked for; kept until they expire or are refused."""

    def __init__(self, ask: Callable[[], Grant], headers: Pairs, user: User) -> None:
        super().__init__(headers, user)
        self._ask = ask
        self._grant: Grant | None = None
        self._lock = allocate_lock()

    def headers(self) -> Pairs:
        """The plugin's token, if it gave one."""
        grant = self._current()
        own = (("Authorization", grant.authorization),) if grant.authorization else ()
        return (*own, *super().headers())

    def certificate(self) -> Certificate | None:
        """The plugin's certificate, else the user's."""
        return self._current().certificate or super().certificate()

    def refresh(self) -> bool:
        """Ask again."""
        with self._lock:
            self._grant = self._ask()
        return True

    def _current(self) -> Grant:
        with self._lock:
            if self._grant is None or self._grant.expired:
                self._grant = self._ask()
            return self._grant


def _authorization(user: User) -> Pairs:
    if user.token:
        return (("Authorization", f"Bearer {user.token}"),)
    pair = f"{user.username}:{user.password}".encode()
    return (("Authorization", f"Basic {b2a_base64(pair, newline=False).decode()}"),)


def _impersonation(user: User) -> Iterator[tuple[str, str]]:
    if not user.as_user:
        return
    yield "Impersonate-User", user.as_user
    if user.as_uid:
        yield "Impersonate-Uid", user.as_uid
    for group in user.as_groups:
        yield "Impersonate-Group", group
    for key, values in user.as_extra.items():
        for value in values:
            yield f"Impersonate-Extra-{_header_name(key)}", value


def _header_name(key: str) -> str:
    """An extra's key as a header name: other characters percent-encoded (client-go)."""
    return quoted(key, safe="!#$&'*+^`|")


def _certificate(user: User) -> Certificate | None:
    certificate = user.certificate_data or _read(user.certificate_file)
    if not certificate:
        return None
    return Certificate(certificate, user.key_data or _read(user.key_file))


def _read(path: str) -> bytes:
    if not path:
        return b""
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as exc:
        reason = (exc.strerror or str(exc)).lower()
        raise CredentialsError(f"kubernetes cluster unreachable: open {path}: {reason}") from exc


def _run_plugin(access: Access) -> Grant:
    """Run an exec credential plugin and take what it prints."""
    from importlib import import_module

    from kubernetes.config.config_exception import ConfigException

    node: Any = import_module("kubernetes.config.kube_config").ConfigNode
    provider: Any = import_module("kubernetes.config.exec_provider").ExecProvider
    plugin = dict(access.user.exec or {})
    cluster = node("cluster", dict(access.cluster))
    plugin["command"] = _program(plugin, access)
    try:
        status = provider(node("exec", plugin), access.directory, cluster).run()
    except OSError as exc:
        reason = f"exec: executable {plugin['command']} failed: {exc.strerror}"
        raise _refused(access, reason) from exc
    except ConfigException as exc:
        reason = str(exc).replace("exec: process", f"exec: executable {plugin['command']}")
        raise _refused(access, reason) from exc
    return _grant(access, status)


def _program(plugin: Mapping[str, Any], access: Access) -> str:
    """The plugin's program; a path is relative to the kubeconfig, as in client-go."""
    import shutil

    command = str(plugin["command"])
    alone = os.path.basename(command) == command
    found = shutil.which(command if alone else os.path.join(access.directory, command))
    if found is None:
        hint = str(plugin.get("installHint") or "")
        raise _refused(access, f"exec: executable {command} not found", hint)
    return found


def _grant(access: Access, status: Mapping[str, Any]) -> Grant:
    token = status.get("token")
    certificate, key = status.get("clientCertificateData"), status.get("clientKeyData")
    if not token and not (certificate and key):
        raise _refused(access, "exec plugin didn't return a token or cert/key pair")
    pair = Certificate(certificate.encode(), key.encode()) if certificate and key else None
    authorization = f"Bearer {token}" if token else ""
    return Grant(authorization, pair, _time(status.get("expirationTimestamp")))


def _time(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _ask_provider(access: Access) -> Grant:
    """A token by one of the old auth providers (oidc, gcp), refreshed where it has expired."""
    provider = access.user.auth_provider or {}
    if provider.get("name") not in ("oidc", "gcp"):
        raise _refused(access, f'no Auth Provider found for name "{provider.get("name")}"')
    from importlib import import_module

    from kubernetes.client import Configuration

    make_loader: Any = import_module("kubernetes.config.kube_config").KubeConfigLoader
    # Only what concerns the user, so that no key or CA is written to a temporary file.
    config = {
        "current-context": "c",
        "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}],
        "clusters": [{"name": "c", "cluster": {"server": access.server}}],
        "users": [{"name": "u", "user": {"auth-provider": dict(provider)}}],
    }
    loader = make_loader(config, config_base_path=access.directory)
    try:
        loader.load_and_set(Configuration())
    except Exception as exc:
        # Whatever an identity provider or its library fails with, the user hears which one it was.
        raise _refused(access, f"auth provider {provider['name']}: {exc}") from exc
    token = getattr(loader, "token", "")
    if not token:
        raise _refused(access, f"auth provider {provider['name']} gave no token")
    return Grant(str(token), None, getattr(loader, "expiry", None))


def _refused(access: Access, reason: str, hint: str = "") -> CredentialsError:
    advice = f"; {hint}" if hint else ""
    return CredentialsError(
        f"kubernetes cluster unreachable: getting credentials: {reason} "
        f'(user "{access.user.name}", {access.where}){advice}'
    )

"""How a registry asks for credentials, and the tokens that are fetched with them.

A registry names the token server (the `realm`) itself, so a hostile one could have credentials sent
anywhere (CVE-2026-48978): see `check_realm`.
"""

from __future__ import annotations

import base64
import ipaddress
import socket
from urllib.parse import urlencode, urlsplit, urlunsplit

from pyhelm._dataclass import dataclass, field
from pyhelm._lazy import lazy_pattern
from pyhelm._typing import TYPE_CHECKING, Mapping
from pyhelm.errors import RegistryError

if TYPE_CHECKING:
    from pyhelm.repo.registry.transport import Transport

ANSWER_LIMIT = 128 * 1024
CLIENT = "pyhelm"
_PARAMETER = lazy_pattern(r"""([A-Za-z0-9_!#$%&'*+.^`|~-]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^\s",]+)""")


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a `WWW-Authenticate` header asks for; `scheme` is `basic`, `bearer` or another."""

    scheme: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def realm(self) -> str:
        """The token server's URL."""
        return self.parameters.get("realm", "")


def parse(header: str) -> Challenge:
    """Read a `WWW-Authenticate` header."""
    scheme, _, rest = header.strip().partition(" ")
    found = {name.lower(): _unquoted(value) for name, value in _PARAMETER.findall(rest)}
    return Challenge(scheme.lower(), found)


def authorization(transport: Transport, challenge: Challenge, scope: str) -> str:
    """The header that answers a challenge; empty when there is nothing to answer with.

    Raises RegistryError when the token server refuses, or is no fit place for credentials.
    """
    if challenge.scheme == "basic":
        known = transport.credential
        return f"Basic {_pair(known.username, known.password)}" if known.username else ""
    if challenge.scheme == "bearer":
        return f"Bearer {_bearer(transport, challenge, scope)}"
    return ""


def check_realm(realm: str, registry: str) -> None:
    """Refuse a token server that credentials must not go to; raises RegistryError.

    It may be on another host, as Docker Hub's is, but not on one of this machine or its network
    unless the registry is there too, and not in the clear when the registry is encrypted.
    """
    try:
        there, here = urlsplit(realm), urlsplit(registry)
        same = (there.hostname or "") == (here.hostname or "")
        port_is_a_number = there.port is None or there.port >= 0
    except ValueError:
        there, same, port_is_a_number = urlsplit(""), False, False
    reason = ""
    if there.scheme not in ("http", "https") or not there.hostname or not port_is_a_number:
        reason = "it is no web address"
    elif there.username is not None or there.password is not None:
        reason = "it has a user name in it"
    elif there.scheme == "http" and here.scheme == "https":
        reason = "it is not encrypted, and the registry is"
    elif not same and _is_near(there.hostname):
        reason = "it is an address of this machine or of a private network"
    if reason:
        raise RegistryError(
            f"{registry} wants credentials sent to {realm!r}: {reason}; nothing was sent"
        )


def _is_near(host: str) -> bool:
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
        return True
    address = _address(host)
    return address is not None and not address.is_global


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address that a host's text is, also written as one number or in hexadecimal."""
    try:
        found = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        try:
            found = ipaddress.IPv4Address(socket.inet_aton(host))
        except (OSError, ValueError):
            return None
    mapped = getattr(found, "ipv4_mapped", None)
    return mapped or found


def _bearer(transport: Transport, challenge: Challenge, scope: str) -> str:
    check_realm(challenge.realm, transport.base)
    known = transport.credential
    if known.access_token:
        return known.access_token
    service = challenge.parameters.get("service", "")
    scopes = _scopes(scope, challenge.parameters.get("scope", ""))
    if known.identity_token:
        return _by_form(transport, challenge.realm, service, scopes)
    query = [("service", service)] if service else []
    query += [("scope", each) for each in scopes]
    parts = urlsplit(challenge.realm)
    both = "&".join(filter(None, (parts.query, urlencode(query))))
    url = urlunsplit(parts._replace(query=both, fragment=""))
    pair = (known.username, known.password) if known.username or known.password else None
    return _token(transport.token_request("GET", url, auth=pair, form=None), challenge.realm)


def _by_form(transport: Transport, realm: str, service: str, scopes: tuple[str, ...]) -> str:
    """OAuth2, as identity tokens are spent."""
    form = {
        "grant_type": "refresh_token",
        "refresh_token": transport.credential.identity_token,
        "service": service,
        "client_id": CLIENT,
        "scope": " ".join(scopes),
    }
    return _token(transport.token_request("POST", realm, auth=None, form=form), realm)


def _token(answer: Mapping[str, object], realm: str) -> str:
    found = answer.get("access_token") or answer.get("token")
    if not isinstance(found, str) or not found.isascii() or not found.isprintable():
        raise RegistryError(f"{urlsplit(realm).netloc}: the token server sent no token")
    return found


def _scopes(hinted: str, challenged: str) -> tuple[str, ...]:
    """What we need and what the registry says that we need, each repository once."""
    actions: dict[str, set[str]] = {}
    for scope in filter(None, (hinted, *challenged.split(" "))):
        resource, _, wanted = scope.rpartition(":")
        actions.setdefault(resource, set()).update(filter(None, wanted.split(",")))
    return tuple(f"{each}:{','.join(sorted(found))}" for each, found in sorted(actions.items()))


def _unquoted(value: str) -> str:
    return value[1:-1].replace('\\"', '"').replace("\\\\", "\\") if value[0] == '"' else value


def _pair(username: str, password: str) -> str:
    return base64.b64encode(f"{username}:{password}".encode()).decode()

"""URLs taken apart and put together as Go's net/url does it."""

from __future__ import annotations

import re

from pyhelm._dataclass import dataclass
from pyhelm._lazy import lazy_pattern
from pyhelm._typing import Any, Callable
from pyhelm.engine.functions import FunctionError
from pyhelm.engine.functions.fmt import quote
from pyhelm.engine.functions.quoting import from_octets, octets
from pyhelm.engine.functions.types import go_kind

_UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~"
PATH = _UNRESERVED + "$&+,/:;=@"
USER = _UNRESERVED + "$&+,;="
HOST = _UNRESERVED + "!$&'()*+,;=:[]<>\""
FRAGMENT = _UNRESERVED + "!$&()*+,/:;=?@"
_ENCODED = frozenset("!$&'()*+,;=:@[]%")
_HEX = lazy_pattern(r"%([0-9a-fA-F]{2})")
_SCHEME = lazy_pattern(r"[A-Za-z][A-Za-z0-9+.-]*:")
_USER = lazy_pattern(r"[A-Za-z0-9\-._:~!$&'()*+,;=%@]*\Z")
_PORT = lazy_pattern(r"(?::[0-9]*)?\Z")
_CONTROL = lazy_pattern("[\x00-\x1f\x7f]")


class _Fault(Exception):
    """What is wrong with a URL."""


@dataclass(slots=True)
class Url:
    """The parts of a URL; `user` is None without one, `raw_*` as they were written."""

    scheme: str = ""
    opaque: str = ""
    user: str | None = None
    host: str = ""
    path: str = ""
    raw_path: str = ""
    query: str = ""
    fragment: str = ""


def parse(text: str) -> Url:
    """A URL's parts; raises FunctionError with Go's text."""
    rest, _, fragment = text.partition("#")
    try:
        url = _parse(rest)
    except _Fault as exc:
        raise FunctionError(f"parse {quote(rest)}: {exc}") from exc
    try:
        url.fragment = _unescaped(fragment)
    except _Fault as exc:
        raise FunctionError(f"parse {quote(text)}: {exc}") from exc
    return url


def _parse(text: str) -> Url:
    if _CONTROL.search(text):
        raise _Fault("net/url: invalid control character in URL")
    url = Url()
    if text == "*":
        url.path = "*"
        return url
    if text.startswith(":"):
        raise _Fault("missing protocol scheme")
    scheme = _SCHEME.match(text)
    rest = text[scheme.end() :] if scheme else text
    url.scheme = scheme[0][:-1].lower() if scheme else ""
    rest, _, url.query = rest.partition("?")
    if not rest.startswith("/"):
        if url.scheme:
            url.opaque = rest
            return url
        if ":" in rest.partition("/")[0]:
            raise _Fault("first path segment in URL cannot contain colon")
    if rest.startswith("//") and (url.scheme or not rest.startswith("///")):
        authority, slash, tail = rest[2:].partition("/")
        rest = slash + tail
        _authority(url, authority)
    url.path, url.raw_path = _unescaped(rest), rest
    return url


def _authority(url: Url, text: str) -> None:
    user, at, host = text.rpartition("@")
    url.host = _host(url.scheme, host)
    if not at:
        return
    if not _USER.match(user):
        raise _Fault("net/url: invalid userinfo")
    name, colon, password = user.partition(":")
    url.user = _escaped(_unescaped(name), USER)
    url.user += ":" + _escaped(_unescaped(password), USER) if colon else ""


def _host(scheme: str, host: str) -> str:
    if host.rfind("[") > 0:
        raise _Fault("invalid IP-literal")
    if host.startswith("["):
        return _literal(host)
    first = host.find(":")
    if first >= 0:
        start = first if scheme in ("http", "https") else host.rfind(":")
        if not _PORT.match(host[start:]):
            raise _Fault(f"invalid port {quote(host[start:])} after host")
    return _unescaped_host(host)


def _literal(host: str) -> str:
    end = host.rfind("]")
    if end < 0:
        raise _Fault("missing ']' in host")
    if not _PORT.match(host[end + 1 :]):
        raise _Fault(f"invalid port {quote(host[end + 1 :])} after host")
    name, zone, rest = host[1:end].partition("%25")
    address = _unescaped_host(name) + (_unescaped(zone + rest) if zone else "")
    if not _is_ipv6(address):
        raise _Fault(_not_an_address(address))
    return f"[{address}]{host[end + 1 :]}"


def _is_ipv6(text: str) -> bool:
    import ipaddress

    try:
        return ipaddress.ip_address(text).version == 6
    except ValueError:
        return False


def _not_an_address(text: str) -> str:
    if re.fullmatch(r"\d+\.\d+\.\d+\.\d+", text):
        return "invalid IP-literal"
    said = "unable to parse IP"
    if ":" in text:
        said = "each colon-separated field must have at least one digit"
    return f"invalid host: ParseAddr({quote(text)}): {said}"


def _unescaped_host(host: str) -> str:
    for match in re.finditer("%..?|%", host):
        if not _HEX.match(match[0]) or (int(match[0][1:], 16) < 0x80 and match[0] != "%25"):
            raise _Fault(f"invalid URL escape {quote(host[match.start() : match.start() + 3])}")
    bad = next((char for char in host if char.isascii() and char not in HOST + "%"), "")
    if bad:
        raise _Fault(f"invalid character {quote(bad)} in host name")
    return _unescaped(host)


def _unescaped(text: str) -> str:
    if "%" not in text:
        return text
    for index, char in enumerate(text):
        if char == "%" and not _HEX.match(text, index):
            raise _Fault(f"invalid URL escape {quote(text[index : index + 3])}")
    data = re.sub(rb"%([0-9a-fA-F]{2})", lambda m: bytes([int(m[1], 16)]), octets(text))
    return from_octets(data)


def _escaped(text: str, kept: str) -> str:
    return "".join(
        chr(byte) if byte < 0x80 and chr(byte) in kept else f"%{byte:02X}" for byte in octets(text)
    )


def url_parse(text: str) -> dict[str, Any]:
    """The parts of a URL."""
    try:
        url = parse(text)
    except FunctionError as exc:
        raise FunctionError(f"unable to parse url: {exc}") from exc
    return {
        "scheme": url.scheme,
        "host": url.host,
        "hostname": _hostname(url.host),
        "path": url.path,
        "query": url.query,
        "opaque": url.opaque,
        "fragment": url.fragment,
        "userinfo": url.user or "",
    }


def _hostname(host: str) -> str:
    colon = host.rfind(":")
    if colon >= 0 and _PORT.match(host[colon:]):
        host = host[:colon]
    return host[1:-1] if host.startswith("[") and host.endswith("]") else host


def url_join(parts: dict[str, Any] | None) -> str:
    """A URL from its parts."""
    known = parts or {}
    scheme, host, path, query, opaque, fragment, userinfo = (
        _part(known, name)
        for name in ("scheme", "host", "path", "query", "opaque", "fragment", "userinfo")
    )
    user = _userinfo(userinfo) if userinfo else None
    out = f"{scheme}:" if scheme else ""
    if opaque:
        out += opaque
    else:
        if (scheme or host or user is not None) and (host or path or user is not None):
            out += "//" + (f"{user}@" if user is not None else "") + _escaped(host, HOST)
        shown = path if path == "*" else _escaped(path, PATH)
        if shown and shown[0] != "/" and host:
            out += "/"
        if not out and ":" in shown.partition("/")[0]:
            out += "./"
        out += shown
    out += f"?{query}" if query else ""
    return out + (f"#{_escaped(fragment, FRAGMENT)}" if fragment else "")


def _part(parts: dict[str, Any], name: str) -> str:
    value = parts.get(name, "")
    if isinstance(value, str):
        return value
    if value is None:
        raise FunctionError("runtime error: invalid memory address or nil pointer dereference")
    raise FunctionError(
        f"unable to parse {name} key, must be of type string, but {go_kind(value)} found"
    )


def _userinfo(text: str) -> str | None:
    try:
        return parse(f"proto://{text}@host").user
    except FunctionError as exc:
        raise FunctionError(f"unable to parse userinfo in dict: {exc}") from exc


FUNCTIONS: dict[str, Callable[..., Any]] = {"urlJoin": url_join, "urlParse": url_parse}

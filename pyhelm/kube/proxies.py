"""Which proxy leads to a server: the kubeconfig's, else the environment's, by Go's rules."""

from __future__ import annotations

from pyhelm._typing import TYPE_CHECKING, Mapping
from pyhelm.kube.access import Access
from pyhelm.kube.urls import split

if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv6Address


def proxy_for(access: Access, environ: Mapping[str, str]) -> str:
    """The proxy's URL, or empty for a direct connection."""
    if access.proxy_url:
        return access.proxy_url
    scheme = "HTTPS" if access.secure else "HTTP"
    proxy = environ.get(f"{scheme}_PROXY") or environ.get(f"{scheme.lower()}_proxy") or ""
    if not proxy or _direct(access.server, environ):
        return ""
    return proxy if "://" in proxy else f"http://{proxy}"


def _direct(server: str, environ: Mapping[str, str]) -> bool:
    """Whether NO_PROXY names the server; this machine itself never needs a proxy."""
    scheme, host, given, _ = split(server)
    host, port = host.rstrip("."), given or (443 if scheme == "https" else 80)
    address = _address(host)
    if host == "localhost" or (address is not None and address.is_loopback):
        return True
    rules = (environ.get("NO_PROXY") or environ.get("no_proxy") or "").split(",")
    return any(_matches(rule.strip().lower(), host, port, address) for rule in rules)


def _matches(
    rule: str,
    host: str,
    port: int,
    address: IPv4Address | IPv6Address | None,
) -> bool:
    if rule in ("", "*"):
        return rule == "*"
    if address is not None and "/" in rule:
        return _in_network(address, rule)
    name, _, rule_port = rule.rpartition(":")
    if name and rule_port.isdigit() and ":" not in name:
        return int(rule_port) == port and _matches(name, host, port, address)
    if address is not None:
        return _address(rule.strip("[]")) == address
    domain = rule.removeprefix("*").removeprefix(".")
    return host.endswith(f".{domain}") or (host == domain and not rule.startswith((".", "*")))


def _in_network(address: IPv4Address | IPv6Address, rule: str) -> bool:
    import ipaddress

    try:
        return address in ipaddress.ip_network(rule, strict=False)
    except ValueError:
        return False


def _address(host: str) -> IPv4Address | IPv6Address | None:
    import ipaddress

    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None

"""The commands on OCI registries."""

from __future__ import annotations

from pyhelm.cli.command import Command
from pyhelm.cli.options import Option, transfer

_LOGIN = (
    Option("username", "string", "registry username", "u"),
    Option("password", "string", "registry password or identity token", "p"),
    Option("password-stdin", "bool", "read password or identity token from stdin"),
    Option(
        "insecure", "bool", "allow connections to TLS registry without certs",
        field="insecure_skip_tls_verify",
    ),
    Option("cert-file", "string", "identify registry client using this SSL certificate file"),
    Option("key-file", "string", "identify registry client using this SSL key file"),
    Option(
        "ca-file", "string", "verify certificates of HTTPS-enabled servers using this CA bundle"
    ),
    Option("plain-http", "bool", "use insecure HTTP connections for the chart upload"),
)  # fmt: skip

COMMANDS = (
    Command("registry", "login to or logout from a registry"),
    Command(
        "registry login", "login to a registry", "pyhelm.cli.registry:login", "[host]", _LOGIN, 1,
        None, completes="name...",
    ),
    Command(
        "registry logout", "logout from a registry", "pyhelm.cli.registry:logout", "[host]", (), 1,
        None, completes="name...",
    ),
    Command(
        "push", "push a chart to remote", "pyhelm.cli.registry:push", "[chart] [remote]",
        transfer("upload"), 2, None, completes="path registry",
    ),
)  # fmt: skip

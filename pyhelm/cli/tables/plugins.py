"""The commands on plugins."""

from __future__ import annotations

from pyhelm.cli.command import Command
from pyhelm.cli.options import KEYRING, Option, transfer

_DESTINATION = Option(
    "destination", "string", "location to write the plugin tarball.", "d", "."
)  # fmt: skip

COMMANDS = (
    Command("plugin", "install, list, or uninstall Helm plugins"),
    Command(
        "plugin install", "install a Helm plugin", "pyhelm.cli.plugin:install",
        "[options] <path|url>",
        (
            Option(
                "version", "string",
                "specify a version constraint. If this is not specified, the latest version is"
                " installed",
            ),
            Option(
                "verify", "bool", "verify the plugin signature before installing", default="true"
            ),
            KEYRING,
            *transfer("download"),
        ),
        1, 1, ("add",), completes="path",
    ),
    Command(
        "plugin list", "list installed Helm plugins", "pyhelm.cli.plugin:show",
        options=(Option("type", "string", "Plugin type"),), aliases=("ls",),
    ),
    Command(
        "plugin uninstall", "uninstall one or more Helm plugins", "pyhelm.cli.plugin:uninstall",
        "<plugin>...", (), 0, None, ("rm", "remove"),
        completes="plugin...",
    ),
    Command(
        "plugin update", "update one or more Helm plugins", "pyhelm.cli.plugin:update",
        "<plugin>...", (), 0, None, ("up",), completes="plugin...",
    ),
    Command(
        "plugin package", "package a plugin directory into a plugin archive",
        "pyhelm.cli.plugin:package", "[PATH]",
        (
            Option(
                "sign", "bool", "use a PGP private key to sign this plugin", default="true"
            ),
            Option(
                "key", "string", "name of the key to use when signing. Used if --sign is true"
            ),
            KEYRING,
            Option(
                "passphrase-file", "string",
                "location of a file which contains the passphrase for the signing key. Use \"-\" to"
                " read from stdin.",
            ),
            _DESTINATION,
        ),
        1, 1, completes="path",
    ),
    Command(
        "plugin verify", "verify that a plugin at the given path has been signed and is valid",
        "pyhelm.cli.plugin:verify", "[PATH]", (KEYRING,), 1, 1, completes="path",
    ),
)  # fmt: skip

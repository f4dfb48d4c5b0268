"""The commands on chart repositories."""

from __future__ import annotations

from pyhelm.cli.command import Command
from pyhelm.cli.options import (
    BEARER,
    LOGIN,
    OUTPUT,
    PASS_CREDENTIALS,
    Option,
    access,
)

COMMANDS = (
    Command("repo", "add, list, remove, update, and index chart repositories"),
    Command(
        "repo add", "add a chart repository", "pyhelm.cli.repo:add", "[NAME] [URL]",
        (
            Option(
                "allow-deprecated-repos", "bool",
                "by default, this command will not allow adding official repos that have been"
                " permanently deleted. This disables that behavior",
            ),
            Option(
                "force-update", "bool", "replace (overwrite) the repo if it already exists"
            ),
            Option("password-stdin", "bool", "read chart repository password from stdin"),
            Option(
                "timeout", "duration", "time to wait for the index file download to complete",
                default="2m0s",
            ),
            *access("repository"), *LOGIN, *PASS_CREDENTIALS, *BEARER,
        ),
        2, 2, completes="name name",
    ),
    Command(
        "repo list", "list chart repositories", "pyhelm.cli.repo:show",
        options=(Option("no-headers", "bool", "suppress headers in the output"), OUTPUT),
        aliases=("ls",),
    ),
    Command(
        "repo remove", "remove one or more chart repositories", "pyhelm.cli.repo:remove",
        "[REPO1 [REPO2 ...]]", (), 1, None, ("rm",), completes="repo...",
    ),
    Command(
        "repo update", "update information of available charts locally from chart repositories",
        "pyhelm.cli.repo:update", "[REPO1 [REPO2 ...]]",
        (
            Option(
                "timeout", "duration", "time to wait for the index file download to complete",
                default="2m0s",
            ),
        ),
        0, None, ("up",), completes="repo...",
    ),
    Command(
        "repo index", "generate an index file given a directory containing packaged charts",
        "pyhelm.cli.repo:index", "[DIR]",
        (
            Option("url", "string", "url of chart repository"),
            Option("merge", "string", "merge the generated index into the given index"),
            Option("json", "bool", "output in JSON format"),
            Option("html", "bool", "also write index.html, a page for people"),
        ),
        1, 1, completes="path",
    ),
    Command(
        "repo serve", "serve a directory of charts and archives as a repository, for local work",
        "pyhelm.cli.repo:serve", "[DIR]",
        (
            Option("address", "string", "the address to listen at", default="127.0.0.1"),
            Option("port", "int", "the port to listen at; 0 takes a free one", default="8879"),
        ),
        1, 1, completes="path",
    ),
    Command("search", "search for a keyword in charts"),
    Command(
        "search hub", "search for charts in the Artifact Hub or your own hub instance",
        "pyhelm.cli.repo:hub", "[KEYWORD]",
        (
            Option(
                "endpoint", "string", "Hub instance to query for charts",
                default="https://hub.helm.sh",
            ),
            Option("fail-on-no-result", "bool", "search fails if no results are found"),
            Option("list-repo-url", "bool", "print charts repository URL"),
            Option(
                "max-col-width", "uint", "maximum column width for output table", default="50"
            ),
            OUTPUT,
        ),
        0, None, completes="name...",
    ),
    Command(
        "search repo", "search repositories for a keyword in charts", "pyhelm.cli.repo:search",
        "[keyword]",
        (
            Option(
                "regexp", "bool",
                "use regular expressions for searching repositories you have added", "r",
            ),
            Option(
                "versions", "bool",
                "show the long listing, with each version of each chart on its own line, for"
                " repositories you have added",
                "l",
            ),
            Option(
                "devel", "bool",
                "use development versions (alpha, beta, and release candidate releases), too."
                " Equivalent to version '>0.0.0-0'. If --version is set, this is ignored",
            ),
            Option(
                "version", "string",
                "search using semantic versioning constraints on repositories you have added",
            ),
            Option(
                "max-col-width", "uint", "maximum column width for output table", default="50"
            ),
            Option("fail-on-no-result", "bool", "search fails if no results are found"),
            OUTPUT,
        ),
        0, None, completes="name...",
    ),
)  # fmt: skip

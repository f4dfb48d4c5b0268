"""The commands on chart repositories."""

from __future__ import annotations

from pyhelm._typing import TYPE_CHECKING, Any
from pyhelm.cli.call import Call
from pyhelm.cli.flag_values import quoted
from pyhelm.cli.output import encoded
from pyhelm.cli.table import table
from pyhelm.errors import RepositoryError, UsageError
from pyhelm.repo.options import RepoAddOptions, SearchOptions, ServeOptions

if TYPE_CHECKING:
    from pyhelm.repo.hub import HubResult


def add(call: Call) -> None:
    """`pyhelm repo add [NAME] [URL]`."""
    name, url = call.args
    options = call.options(RepoAddOptions, password=_password(call))
    if call.client.repo_add(name, url, options):
        return call.terminal.line(f"{quoted(name)} has been added to your repositories")
    return call.terminal.line(
        f"{quoted(name)} already exists with the same configuration, skipping"
    )


def show(call: Call) -> None:
    """`pyhelm repo list`."""
    found = [{"name": entry.name, "url": entry.url} for entry in call.client.repo_list()]
    if call.output != "table":
        return call.terminal.write(encoded(found, call.output))
    if not found:
        return call.terminal.note("no repositories to show")
    headers = () if call.values["no_headers"] else ("NAME", "URL")
    return call.terminal.write(table([tuple(row.values()) for row in found], headers=headers))


def remove(call: Call) -> None:
    """`pyhelm repo remove [REPO1 [REPO2 ...]]`."""
    for name in call.args:
        call.client.repo_remove(name)
        call.terminal.line(f"{quoted(name)} has been removed from your repositories")


def update(call: Call) -> None:
    """`pyhelm repo update [REPO1 [REPO2 ...]]`."""
    entries = call.client.repo_list()
    if not entries:
        raise RepositoryError("no repositories found. You must add one before updating")
    if set(call.args) <= {entry.name for entry in entries}:
        # What is not known is refused before anything is said.
        call.terminal.line("Hang tight while we grab the latest from your chart repositories...")
    failed = []
    for result in call.client.repo_update(*call.args, timeout=call.values["timeout"]):
        call.terminal.line(result.line(result.name))
        if result.error:
            failed.append(result.url)
    if failed:
        raise RepositoryError(f"failed to update the following repositories: [{' '.join(failed)}]")
    call.terminal.line("Update Complete. ⎈Happy Helming!⎈")


def index(call: Call) -> None:
    """`pyhelm repo index [DIR]`."""
    values = call.values
    call.client.repo_index(
        call.args[0],
        values["url"],
        merge=values["merge"],
        json=values["json"],
        html=values["html"],
    )


def serve(call: Call) -> None:
    """`pyhelm repo serve [DIR]`."""
    with call.client.repo_serve(call.args[0], call.options(ServeOptions)) as serving:
        call.terminal.line(f"Serving {call.args[0]} at {serving.url} (Ctrl-C ends it)")
        call.terminal.out.flush()
        serving.wait()


def search(call: Call) -> None:
    """`pyhelm search repo [keyword]`."""
    found = [
        {
            "name": result.name,
            "version": result.version,
            "app_version": result.app_version,
            "description": result.description,
        }
        for result in call.client.search_repo(" ".join(call.args), call.options(SearchOptions))
    ]
    if not found and call.values["fail_on_no_result"]:
        raise RepositoryError("no results found")
    if call.output != "table":
        return call.terminal.write(encoded(found, call.output))
    if not found:
        return call.terminal.line("No results found")
    headers = ("NAME", "CHART VERSION", "APP VERSION", "DESCRIPTION")
    rows = [tuple(row.values()) for row in found]
    return call.terminal.write(table(rows, headers=headers, max_width=call.values["max_col_width"]))


def hub(call: Call) -> None:
    """`pyhelm search hub [KEYWORD]`."""
    found = call.client.search_hub(" ".join(call.args), call.values["endpoint"])
    if not found and call.values["fail_on_no_result"]:
        raise RepositoryError("no results found")
    if call.output != "table":
        return call.terminal.write(encoded([_hub_row(each) for each in found], call.output))
    if not found:
        return call.terminal.line("No results found")
    headers = ("URL", "CHART VERSION", "APP VERSION", "DESCRIPTION", "REPO URL")
    columns = len(headers) if call.values["list_repo_url"] else len(headers) - 1
    rows = [(r.url, r.version, r.app_version, r.description, r.repository_url) for r in found]
    width = call.values["max_col_width"]
    return call.terminal.write(
        table([row[:columns] for row in rows], headers=headers[:columns], max_width=width)
    )


def _hub_row(each: HubResult) -> dict[str, Any]:
    return {
        "url": each.url,
        "version": each.version,
        "app_version": each.app_version,
        "description": each.description,
        "repository": {"url": each.repository_url, "name": each.repository_name},
    }


def _password(call: Call) -> str:
    """From the flag, from standard input, or typed by a person, as `--username` makes it needed."""
    given = str(call.values["password"])
    if given or not call.values["username"]:
        return given
    if call.values["password_stdin"]:
        return call.terminal.stdin.read().removesuffix("\n").removesuffix("\r")
    from getpass import getpass

    try:
        return getpass("Password: ")
    except EOFError:
        raise UsageError(
            "repo add: no password was given; use --password-stdin or --password"
        ) from None

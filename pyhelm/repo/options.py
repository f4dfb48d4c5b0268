"""How a chart or a repository is found and reached; the names are those of Helm's flags."""

from __future__ import annotations

from pyhelm._dataclass import dataclass, field
from pyhelm._typing import Callable

Report = Callable[[str], None]
"""Is told a line for people, such as what a registry sent and its digest."""


def silent(line: str) -> None:
    """The Report to nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessOptions:
    """Credentials and TLS of a repository; the secrets stay out of `repr`.

    A bearer token is read from its file at each use, and goes where a password would.
    """

    username: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    bearer_token_file: str = ""
    ca_file: str = ""
    cert_file: str = ""
    key_file: str = ""
    insecure_skip_tls_verify: bool = False
    pass_credentials: bool = False
    plain_http: bool = False
    timeout: float = 120
    plugins: str = ""
    """Where plugins are that may fetch other schemes, as `HELM_PLUGINS` has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartOptions(AccessOptions):
    """Which version of a chart, from where: the CHART group of Helm's flags."""

    version: str = ""
    devel: bool = False
    repo: str = ""
    verify: bool = False
    keyring: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PullOptions(ChartOptions):
    """`pyhelm pull`."""

    destination: str = "."
    untar: bool = False
    untardir: str = "."
    prov: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RepoAddOptions(AccessOptions):
    """`pyhelm repo add`."""

    force_update: bool = False
    allow_deprecated_repos: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchOptions:
    """`pyhelm search repo`."""

    versions: bool = False
    version: str = ""
    devel: bool = False
    regexp: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeOptions:
    """`pyhelm repo serve`; port 0 takes a free one."""

    address: str = "127.0.0.1"
    port: int = 8879

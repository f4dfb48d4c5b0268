"""How a chart or a repository is found and reached; the names are those of Helm's flags."""

from __future__ import annotations

from pyhelm._dataclass import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessOptions:
    """Credentials and TLS of a repository; the secrets stay out of `repr`."""

    username: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    ca_file: str = ""
    cert_file: str = ""
    key_file: str = ""
    insecure_skip_tls_verify: bool = False
    pass_credentials: bool = False
    plain_http: bool = False
    timeout: float = 120


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

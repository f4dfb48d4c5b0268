"""How one API server is reached: its address, whom it must prove to be, and as whom we ask.

Kubeconfig files and in-cluster credentials end up as an Access; the transport and the credentials
read nothing else. What is secret stays out of `repr`.
"""

from __future__ import annotations

from pyhelm._dataclass import dataclass, field
from pyhelm._typing import Any, Mapping


@dataclass(frozen=True, slots=True)
class User:
    """One user's credentials, as a kubeconfig's `user` has them; paths are absolute."""

    name: str = ""
    token: str = field(default="", repr=False)
    token_file: str = ""
    username: str = ""
    password: str = field(default="", repr=False)
    certificate_file: str = ""
    certificate_data: bytes = field(default=b"", repr=False)
    key_file: str = ""
    key_data: bytes = field(default=b"", repr=False)
    exec: Mapping[str, Any] | None = field(default=None, repr=False)
    auth_provider: Mapping[str, Any] | None = field(default=None, repr=False)
    as_user: str = ""
    as_uid: str = ""
    as_groups: tuple[str, ...] = ()
    as_extra: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Access:
    """One server, and how to talk to it; `context` is empty when no kubeconfig was used.

    `cluster` is the kubeconfig's own entry, for credential plugins that ask for it, and
    `directory` the folder of the file that it stood in.
    """

    server: str
    namespace: str = "default"
    context: str = ""
    ca_file: str = ""
    ca_data: bytes = field(default=b"", repr=False)
    insecure: bool = False
    tls_server_name: str = ""
    proxy_url: str = field(default="", repr=False)
    disable_compression: bool = False
    user: User = field(default_factory=User)
    cluster: Mapping[str, Any] = field(default_factory=dict, repr=False)
    directory: str = ""

    @property
    def secure(self) -> bool:
        """Whether TLS is spoken; credentials go nowhere else (client-go's rule)."""
        return self.server.startswith("https://")

    @property
    def where(self) -> str:
        """Context and address, for people."""
        name = f'context "{self.context}" at ' if self.context else ""
        return f"{name}{self.server}"

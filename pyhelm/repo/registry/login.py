"""`registry login` and `logout`."""

from __future__ import annotations

from pyhelm._lazy import logger_of
from pyhelm.errors import RegistryError
from pyhelm.repo.options import AccessOptions
from pyhelm.repo.registry import docker_config
from pyhelm.repo.registry.docker_config import Credential
from pyhelm.repo.registry.reference import Reference, check_registry
from pyhelm.repo.registry.transport import Request, Transport, discard
from pyhelm.settings import Settings

logger = logger_of(__name__)


def login(settings: Settings, host: str, access: AccessOptions) -> None:
    """Try the credentials in `access` at a registry, and keep them; raises RegistryError."""
    _check(host)
    credential = Credential(access.username, access.password)
    asked = Reference(host, "").host
    try:
        with Transport(asked, access, lambda: credential) as transport:
            discard(transport.send(Request("GET", f"{transport.base}/v2/")))
    except RegistryError as exc:
        raise RegistryError(f'authenticating to "{host}": {exc}') from exc
    docker_config.store(settings.registry_config, host, credential)


def logout(settings: Settings, host: str) -> None:
    """Forget the credentials of a registry; raises RegistryError."""
    docker_config.erase(settings.registry_config, host)


def _check(host: str) -> None:
    bare = host.removeprefix("oci://").removeprefix("https://").removeprefix("http://")
    name = bare.partition("/")[0]
    if name != host:
        raise RegistryError(
            f'invalid reference: invalid registry "{host}"; credentials are kept by host: "{name}"'
        )
    check_registry(host)

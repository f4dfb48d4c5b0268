"""What the environment says: Helm's HELM_* and XDG variables, and Kubernetes' KUBECONFIG.

Only the CLI and `Client.from_env()` read the environment; everything else is given a Settings.
"""

from __future__ import annotations

import os
import sys

from pyhelm._dataclass import dataclass, field
from pyhelm._typing import TYPE_CHECKING, Mapping

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Budget:
    """What one render may use up, since charts come from strangers; docs/limits.md says more.

    `steps` are loop iterations and calls, `output` characters of rendered text in all, `memory`
    characters or items of any one value. `seconds` is the last resort, for what takes long without
    a step: it counts the processor's time, so a busy machine or a slow cluster uses up none of it.
    """

    steps: int = 20_000_000
    output: int = 100 * 1024 * 1024
    memory: int = 16 * 1024 * 1024
    seconds: float = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One user's settings, under the names of Helm's global flags.

    Paths are texts as Helm keeps them; `namespace` is empty where the kubeconfig decides;
    `docker_config` is where credentials are looked up that `registry_config` has not; `keyring` is
    GnuPG's own. The token stays out of `repr`.
    """

    config_home: str
    cache_home: str
    data_home: str
    namespace: str = ""
    kubeconfig: str = ""
    kube_context: str = ""
    kube_apiserver: str = ""
    kube_as_user: str = ""
    kube_as_groups: tuple[str, ...] = ()
    kube_ca_file: str = ""
    kube_insecure_skip_tls_verify: bool = False
    kube_tls_server_name: str = ""
    kube_token: str = field(default="", repr=False)
    burst_limit: int = 100
    qps: float = 0.0
    debug: bool = False
    color: str = "auto"
    driver: str = "secret"
    driver_sql_connection_string: str = field(default="", repr=False)
    max_history: int = 10
    plugins: str = ""
    registry_config: str = ""
    docker_config: str = ""
    keyring: str = ""
    repository_config: str = ""
    repository_cache: str = ""
    content_cache: str = ""
    no_cache: bool = False
    source_date_epoch: str = ""
    no_remote_schemas: bool = False
    """Whether what a chart's schema refers to at https addresses is refused, not fetched."""
    budget: Budget = field(default_factory=Budget)

    @property
    def render_cache(self) -> str:
        """The directory for compiled templates; empty when none are to be kept."""
        return "" if self.no_cache else _join(self.cache_home, "pyhelm")

    @property
    def simulator(self) -> str:
        """The directory of this user's simulator."""
        return _join(self.data_home, "pyhelm", "simulator")

    def __post_init__(self) -> None:
        """Fill the paths that follow from the homes."""
        defaults = {
            "plugins": _join(self.data_home, "plugins"),
            "registry_config": _join(self.config_home, "registry", "config.json"),
            "repository_config": _join(self.config_home, "repositories.yaml"),
            "repository_cache": _join(self.cache_home, "repository"),
            "content_cache": _join(self.cache_home, "content"),
        }
        for name, path in defaults.items():
            if not getattr(self, name):
                object.__setattr__(self, name, path)

    @classmethod
    def under(cls, directory: str | Path, namespace: str = "") -> Settings:
        """Settings that keep everything under one directory, for tests and isolated programs."""
        home = str(directory)
        return cls(
            config_home=_join(home, "config"),
            cache_home=_join(home, "cache"),
            data_home=_join(home, "data"),
            namespace=namespace,
        )

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> Settings:
        """Read Helm's variables; malformed numbers and booleans mean the default, as in Helm."""
        env = os.environ if env is None else env
        homes = _homes(env, sys.platform)
        return cls(
            config_home=homes["config"],
            cache_home=homes["cache"],
            data_home=homes["data"],
            namespace=env.get("HELM_NAMESPACE", ""),
            kubeconfig=env.get("KUBECONFIG", ""),
            kube_context=env.get("HELM_KUBECONTEXT", ""),
            kube_apiserver=env.get("HELM_KUBEAPISERVER", ""),
            kube_as_user=env.get("HELM_KUBEASUSER", ""),
            kube_as_groups=tuple(filter(None, env.get("HELM_KUBEASGROUPS", "").split(","))),
            kube_ca_file=env.get("HELM_KUBECAFILE", ""),
            kube_insecure_skip_tls_verify=_flag(env, "HELM_KUBEINSECURE_SKIP_TLS_VERIFY"),
            kube_tls_server_name=env.get("HELM_KUBETLS_SERVER_NAME", ""),
            kube_token=env.get("HELM_KUBETOKEN", ""),
            burst_limit=int(_number(env, "HELM_BURST_LIMIT", 100)),
            qps=_number(env, "HELM_QPS", 0.0),
            debug=_flag(env, "HELM_DEBUG"),
            color=_color(env),
            driver=env.get("HELM_DRIVER", "") or "secret",
            driver_sql_connection_string=env.get("HELM_DRIVER_SQL_CONNECTION_STRING", ""),
            max_history=int(_number(env, "HELM_MAX_HISTORY", 10)),
            plugins=env.get("HELM_PLUGINS", ""),
            registry_config=env.get("HELM_REGISTRY_CONFIG", ""),
            docker_config=_docker_config(env),
            keyring=_keyring(env),
            repository_config=env.get("HELM_REPOSITORY_CONFIG", ""),
            repository_cache=env.get("HELM_REPOSITORY_CACHE", ""),
            content_cache=env.get("HELM_CONTENT_CACHE", ""),
            no_cache=_flag(env, "PYHELM_NO_CACHE"),
            source_date_epoch=env.get("SOURCE_DATE_EPOCH", ""),
            no_remote_schemas=_flag(env, "PYHELM_NO_REMOTE_SCHEMAS"),
            budget=_budget(env),
        )


def _join(home: str, *parts: str) -> str:
    return os.path.join(home, *filter(None, parts))


def _homes(env: Mapping[str, str], platform: str) -> dict[str, str]:
    """Helm's precedence (pkg/helmpath): HELM_*_HOME, XDG_*_HOME/helm, the platform's own."""
    found = {}
    for kind in ("config", "cache", "data"):
        own = env.get(f"HELM_{kind.upper()}_HOME")
        xdg = env.get(f"XDG_{kind.upper()}_HOME")
        base = xdg or _platform_home(env, platform, kind)
        found[kind] = own or _join(base, "helm")
    return found


def _platform_home(env: Mapping[str, str], platform: str, kind: str) -> str:
    if platform == "win32":
        variable = "TEMP" if kind == "cache" else "APPDATA"
        return env.get(variable) or env.get("USERPROFILE") or os.path.expanduser("~")
    home = env.get("HOME") or os.path.expanduser("~")
    if platform == "darwin":
        folders = {"config": "Preferences", "cache": "Caches", "data": ""}
        return _join(home, "Library", folders[kind])
    folders = {"config": ".config", "cache": ".cache", "data": ".local/share"}
    return _join(home, folders[kind])


def _keyring(env: Mapping[str, str]) -> str:
    """GnuPG's public keys: the old file if there is one, else the keybox, as Helm chooses."""
    home = env.get("GNUPGHOME") or _join(_user_home(env), ".gnupg")
    keybox = _join(home, "pubring.kbx")
    legacy = _join(home, "pubring.gpg")
    return keybox if os.path.exists(keybox) and not os.path.exists(legacy) else legacy


def _user_home(env: Mapping[str, str]) -> str:
    return env.get("HOME") or env.get("USERPROFILE") or os.path.expanduser("~")


def _docker_config(env: Mapping[str, str]) -> str:
    """Docker's own file, whose credentials Helm uses too."""
    home = _user_home(env)
    return _join(env.get("DOCKER_CONFIG") or _join(home, ".docker"), "config.json")


def _flag(env: Mapping[str, str], name: str) -> bool:
    # Helm: strconv.ParseBool, and false for anything else.
    return env.get(name, "") in ("1", "t", "T", "true", "TRUE", "True")


def _number(env: Mapping[str, str], name: str, default: float) -> float:
    try:
        return float(env.get(name, ""))
    except ValueError:
        return default


def _budget(env: Mapping[str, str]) -> Budget:
    usual = Budget()
    return Budget(
        steps=int(_number(env, "PYHELM_RENDER_STEPS", usual.steps)),
        output=int(_number(env, "PYHELM_RENDER_OUTPUT", usual.output)),
        seconds=_number(env, "PYHELM_RENDER_SECONDS", usual.seconds),
    )


def _color(env: Mapping[str, str]) -> str:
    """NO_COLOR wins over HELM_COLOR, as in Helm; the CLI's `--color` wins over both."""
    if env.get("NO_COLOR"):
        return "never"
    asked = env.get("HELM_COLOR", "")
    return asked if asked in ("never", "auto", "always") else "auto"

"""Which cluster to talk to, by client-go's rules: kubeconfig files, flags, in-cluster credentials.

KUBECONFIG may list several files: the first that defines a cluster, user or context wins, missing
ones are ignored. Relative paths in a file are relative to it. `--kube-*` flags come on top.
"""

from __future__ import annotations

import os

from pyhelm._dataclass import replace
from pyhelm._lazy import logger_of
from pyhelm._typing import TYPE_CHECKING, Any, Mapping
from pyhelm.errors import ClusterUnreachable, CredentialsError
from pyhelm.kube.access import Access, User
from pyhelm.kube.entries import Entry, Kubeconfig, merge, read
from pyhelm.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from pyhelm.kube.cluster import Cluster

log = logger_of(__name__)

UNREACHABLE = "kubernetes cluster unreachable"
SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"


def connect(
    settings: Settings,
    *,
    home: str | Path | None = None,
    environ: Mapping[str, str] | None = None,
) -> Cluster:
    """The cluster that the settings select; no request is sent yet.

    `home` is the folder of `.kube/config`, `environ` the variables of in-cluster credentials and
    proxies; each defaults to the process's own. Where nothing names a cluster it is the simulator
    of the settings' data home, if that runs. Raises CredentialsError for a kubeconfig that can't be
    used, and ClusterUnreachable when there is no cluster at all.
    """
    from pyhelm.kube.client import KubeClient
    from pyhelm.kube.http import HTTPTransport
    from pyhelm.kube.kept import KeptDocuments
    from pyhelm.kube.simulated import offer

    environ = os.environ if environ is None else environ
    access = access_for(settings, home=home, environ=environ)
    # A user may stand before the host.
    server = access.server.rpartition("@")[2]
    log.debug("cluster", server=server, context=access.context, namespace=access.namespace)
    transport = HTTPTransport(access, environ=environ, last_resort=lambda: offer(settings))
    return KubeClient(
        transport,
        access.namespace,
        qps=settings.qps,
        burst=settings.burst_limit,
        where=access.where,
        kept=KeptDocuments(settings.render_cache, access.server),
    )


def configured(
    settings: Settings,
    *,
    home: str | Path | None = None,
    environ: Mapping[str, str] | None = None,
) -> bool:
    """Whether anything names a cluster: KUBECONFIG, a --kube-* flag, ~/.kube/config, a pod.

    A default file without clusters, as `minikube delete` leaves it, counts as none.
    """
    environ = os.environ if environ is None else environ
    if settings.kubeconfig or _flags(settings) or _in_cluster(environ):
        return True
    default = _default_file(home)
    return os.path.exists(default) and bool(read(default).clusters)


def contexts(settings: Settings, *, home: str | Path | None = None) -> dict[str, str]:
    """The contexts that may be chosen, by name, each with its cluster's name.

    Raises ClusterUnreachable and CredentialsError, as `connect` does.
    """
    found = _load(settings, home).contexts
    return {name: found[name].text("cluster") for name in sorted(found)}


def access_for(
    settings: Settings,
    *,
    home: str | Path | None = None,
    environ: Mapping[str, str] | None = None,
) -> Access:
    """How to reach the selected cluster; raises as `connect` does."""
    environ = os.environ if environ is None else environ
    config = _load(settings, home)
    if not config.clusters and not settings.kube_apiserver and not settings.kube_context:
        return _without_kubeconfig(settings, environ, config)
    access = _selected(config, settings)
    problems = _problems(access, config)
    if problems:
        raise CredentialsError(f"{UNREACHABLE}: invalid configuration: {_aggregate(problems)}")
    if access.insecure and (access.ca_data or access.ca_file):
        problem = "specifying a root certificates file with the insecure flag is not allowed"
        raise CredentialsError(f"{UNREACHABLE}: {problem} ({access.where})")
    return access


def namespace_for(
    settings: Settings,
    *,
    home: str | Path | None = None,
    environ: Mapping[str, str] | None = None,
) -> str:
    """The namespace alone, without a word about what else may be wrong (`pyhelm env`)."""
    if settings.namespace:
        return settings.namespace
    try:
        return access_for(settings, home=home, environ=environ).namespace
    except (ClusterUnreachable, CredentialsError):
        return "default"


def _flags(settings: Settings) -> bool:
    return any(
        (
            settings.kube_apiserver,
            settings.kube_context,
            settings.kube_token,
            settings.kube_ca_file,
            settings.kube_as_user,
            settings.kube_tls_server_name,
        )
    )


def _default_file(home: str | Path | None) -> str:
    return os.path.join(os.path.expanduser("~") if home is None else home, ".kube", "config")


def _load(settings: Settings, home: str | Path | None) -> Kubeconfig:
    named = _split(settings.kubeconfig)
    files = [path for path in named or [_default_file(home)] if os.path.exists(path)]
    if named and not files:
        missing = ", ".join(named)
        # Helm: a missing --kubeconfig stops with this text; we say it of KUBECONFIG too.
        raise ClusterUnreachable(
            f"{UNREACHABLE}: stat {missing}: no such file or directory; "
            "KUBECONFIG or --kubeconfig names a kubeconfig that does not exist"
        )
    return merge([read(path) for path in files])


def _split(paths: str) -> list[str]:
    """The files that KUBECONFIG lists, each once; one file whose name has a separator is that."""
    if paths and os.path.exists(paths):
        return [paths]
    return list(dict.fromkeys(filter(None, paths.split(os.pathsep))))


def _without_kubeconfig(
    settings: Settings, environ: Mapping[str, str], config: Kubeconfig
) -> Access:
    if _in_cluster(environ):
        return _pod_access(settings, environ)
    from pyhelm.kube.simulated import offer, simulator_of

    # What names a cluster without telling where it is must not end at another one.
    found = None if settings.kubeconfig or _flags(settings) else simulator_of(settings)
    if found is not None:
        return access_for(replace(settings, kubeconfig=found.kubeconfig), environ=environ)
    looked = f" ({', '.join(config.files)} has no clusters)" if config.files else ""
    raise ClusterUnreachable(
        f"{UNREACHABLE}: no cluster is configured{looked}; name a kubeconfig with KUBECONFIG or "
        f"--kubeconfig, or {offer(settings)}"
    )


def _in_cluster(environ: Mapping[str, str]) -> bool:
    names = ("KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT")
    token = os.path.join(SERVICE_ACCOUNT, "token")
    return all(environ.get(name) for name in names) and os.path.isfile(token)


def _pod_access(settings: Settings, environ: Mapping[str, str]) -> Access:
    """In-cluster credentials; flags for server, token and CA win, as in client-go."""
    host, port = environ["KUBERNETES_SERVICE_HOST"], environ["KUBERNETES_SERVICE_PORT"]
    address = f"[{host}]" if ":" in host else host
    account = SERVICE_ACCOUNT
    token_file = "" if settings.kube_token else os.path.join(account, "token")
    return Access(
        server=_address(settings.kube_apiserver or f"https://{address}:{port}"),
        namespace=settings.namespace or _pod_namespace(environ),
        ca_file=settings.kube_ca_file or os.path.join(account, "ca.crt"),
        user=User(token=settings.kube_token, token_file=token_file),
    )


def _pod_namespace(environ: Mapping[str, str]) -> str:
    file = os.path.join(SERVICE_ACCOUNT, "namespace")
    written = ""
    if os.path.isfile(file):
        with open(file, encoding="utf-8") as opened:
            written = opened.read().strip()
    return environ.get("POD_NAMESPACE") or written or "default"


def _selected(config: Kubeconfig, settings: Settings) -> Access:
    name = settings.kube_context or config.current_context
    context = config.contexts.get(name)
    if context is None and not settings.kube_apiserver:
        raise CredentialsError(_no_context(name, config, asked=bool(settings.kube_context)))
    context = context or Entry({}, "")
    cluster = config.clusters.get(context.text("cluster")) or Entry({}, "")
    user = config.users.get(context.text("user")) or Entry({}, "")
    access = replace(
        _cluster_access(cluster, settings),
        namespace=settings.namespace or context.text("namespace") or "default",
        context=name,
        user=_user(user, context.text("user"), settings),
    )
    if not access.server:
        raise CredentialsError(_no_server(context.text("cluster"), name, config))
    return access


def _no_context(name: str, config: Kubeconfig, *, asked: bool) -> str:
    known = ", ".join(sorted(config.contexts)) or "none"
    files = ", ".join(config.files) or "no kubeconfig"
    if asked:
        problem = f'context "{name}" does not exist'
    elif name:
        problem = f"invalid configuration: context was not found for specified context: {name}"
    else:
        problem = "no context chosen: the kubeconfig has no current-context"
    return f"{UNREACHABLE}: {problem}; contexts in {files}: {known} (choose with --kube-context)"


def _no_server(cluster: str, context: str, config: Kubeconfig) -> str:
    if cluster in config.clusters:
        problem = f'no server found for cluster "{cluster}"'
    else:
        problem = f'cluster "{cluster}" of context "{context}" does not exist'
    files = ", ".join(config.files)
    return f"{UNREACHABLE}: invalid configuration: {problem}; mend {files}, or use --kube-context"


def _cluster_access(entry: Entry, settings: Settings) -> Access:
    """The cluster's entry with the flags on top, by client-go's rules for contradictions."""
    access = Access(
        server=_address(settings.kube_apiserver or entry.text("server")),
        ca_file=entry.path("certificate-authority"),
        ca_data=entry.data("certificate-authority-data"),
        insecure=entry.flag("insecure-skip-tls-verify"),
        tls_server_name=entry.text("tls-server-name"),
        proxy_url=entry.text("proxy-url"),
        disable_compression=entry.flag("disable-compression"),
        cluster=entry.fields,
        directory=entry.directory,
    )
    if settings.kube_insecure_skip_tls_verify or settings.kube_ca_file:
        insecure = settings.kube_insecure_skip_tls_verify
        access = replace(access, insecure=insecure, ca_file=settings.kube_ca_file, ca_data=b"")
    if settings.kube_tls_server_name or settings.kube_apiserver:
        access = replace(access, tls_server_name=settings.kube_tls_server_name)
    return access


def _address(server: str) -> str:
    """A server's URL without a final slash; client-go takes a bare host for plain HTTP."""
    if server and "://" not in server:
        server = f"http://{server}"
    return server.rstrip("/")


def _user(entry: Entry, name: str, settings: Settings) -> User:
    user = User(
        name=name,
        token=entry.text("token"),
        token_file=entry.path("tokenFile"),
        username=entry.text("username"),
        password=entry.text("password"),
        certificate_file=entry.path("client-certificate"),
        certificate_data=entry.data("client-certificate-data"),
        key_file=entry.path("client-key"),
        key_data=entry.data("client-key-data"),
        exec=entry.mapping("exec"),
        auth_provider=entry.mapping("auth-provider"),
        as_user=settings.kube_as_user or entry.text("as"),
        as_uid=entry.text("as-uid"),
        as_groups=settings.kube_as_groups or entry.texts("as-groups"),
        as_extra=_extra(entry),
    )
    if settings.kube_token:
        user = replace(user, token=settings.kube_token, token_file="")
    return user


def _extra(entry: Entry) -> dict[str, tuple[str, ...]]:
    extra = entry.mapping("as-user-extra") or {}
    return {str(key): tuple(map(str, values or ())) for key, values in extra.items()}


def _problems(access: Access, config: Kubeconfig) -> list[str]:
    """What client-go's validation says of this choice."""
    cluster = config.contexts.get(access.context, Entry({}, "")).text("cluster")
    return [*_user_problems(access.user), *_cluster_problems(access, cluster)]


def _user_problems(user: User) -> list[str]:
    problems = []
    if user.certificate_file or user.certificate_data:
        problems += _certificate_problems(user)
    if user.exec is not None:
        problems += _exec_problems(user.exec, user)
    if user.token and (user.username or user.password):
        problems.append(
            f"more than one authentication method found for {user.name}; "
            "found [token basicAuth], only one is allowed"
        )
    if (user.as_uid or user.as_groups or user.as_extra) and not user.as_user:
        problems.append(
            f"requesting uid, groups or user-extra for {user.name} without impersonating a user"
        )
    return problems


def _certificate_problems(user: User) -> list[str]:
    problems = []
    if not user.key_file and not user.key_data:
        problems.append(
            f"client-key-data or client-key must be specified for {user.name} "
            "to use the clientCert authentication method."
        )
    if not user.certificate_data:
        problems += _unreadable("client-cert", user.certificate_file, user.name)
    if not user.key_data:
        problems += _unreadable("client-key", user.key_file, user.name)
    return problems


def _exec_problems(plugin: Mapping[str, Any], user: User) -> list[str]:
    problems = []
    if user.auth_provider is not None:
        problems.append(
            f"authProvider cannot be provided in combination with an exec plugin for {user.name}"
        )
    for name in ("command", "apiVersion"):
        if not plugin.get(name):
            problems.append(
                f"{name} must be specified for {user.name} to use exec authentication plugin"
            )
    return problems


def _cluster_problems(access: Access, cluster: str) -> list[str]:
    if access.ca_data or access.insecure:
        return []
    return _unreadable("certificate-authority", access.ca_file, cluster)


def _unreadable(what: str, path: str, owner: str) -> list[str]:
    if not path:
        return []
    try:
        with open(path, "rb"):
            return []
    except OSError as exc:
        reason = (exc.strerror or str(exc)).lower()
        return [f"unable to read {what} {path} for {owner} due to open {path}: {reason}"]


def _aggregate(problems: list[str]) -> str:
    """As Go's error aggregates print: one plain, several in brackets."""
    return problems[0] if len(problems) == 1 else f"[{', '.join(problems)}]"

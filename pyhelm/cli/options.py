"""What an option is, and the tables of those that several commands share.

An option stands here or in `commands.py` once, as plain data: the parser, the help and the
completion are all read from it. Texts and names are Helm's.
"""

from __future__ import annotations

from pyhelm._dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Option:
    """One option.

    `type` names a reader in `flag_values.py`; `default` is text as one would type it; `field` is
    the name under which commands find the value (the flag's own name where empty); `bare` is the
    value when the flag is given without one; `deprecated` hides the flag and is what is said when
    it is used; `group` is its panel in the help.
    """

    name: str
    type: str
    help: str
    short: str = ""
    default: str = ""
    field: str = ""
    bare: str = ""
    deprecated: str = ""
    group: str = "Flags"

    @property
    def key(self) -> str:
        """The name under which the value is kept."""
        return self.field or self.name.replace("-", "_")

    @property
    def bare_value(self) -> str:
        """What the flag means when no value is given; empty when it must have one."""
        return self.bare or ("true" if self.type == "bool" else "")

    @property
    def title(self) -> str:
        """How pflag names a flag in its errors."""
        return f"-{self.short}, --{self.name}" if self.short else f"--{self.name}"


def _group(title: str, *options: Option) -> tuple[Option, ...]:
    for option in options:
        # They are new, and nobody else's yet; copies of a hundred took a millisecond.
        object.__setattr__(option, "group", title)
    return options


HELP = Option("help", "bool", "show this help", "h")

GLOBAL = _group(
    "Global Flags",
    Option("burst-limit", "int", "client-side default throttling limit", default="100"),
    Option("color", "string", "use colored output (never, auto, always)", default="auto"),
    Option(
        "colour", "string", "use colored output (never, auto, always)", default="auto",
        field="color",
    ),
    Option(
        "content-cache", "string",
        "path to the directory containing cached content (e.g. charts)",
    ),
    Option("debug", "bool", "enable verbose output"),
    Option("v", "int", "the verbosity of the log; 6 and more are as --debug", "v"),
    Option(
        "kube-apiserver", "string", "the address and the port for the Kubernetes API server"
    ),
    Option(
        "kube-as-group", "stringArray",
        "group to impersonate for the operation, this flag can be repeated to specify multiple"
        " groups.",
        field="kube_as_groups",
    ),
    Option("kube-as-user", "string", "username to impersonate for the operation"),
    Option(
        "kube-ca-file", "string",
        "the certificate authority file for the Kubernetes API server connection",
    ),
    Option("kube-context", "string", "name of the kubeconfig context to use"),
    Option(
        "kube-insecure-skip-tls-verify", "bool",
        "if true, the Kubernetes API server's certificate will not be checked for validity. This"
        " will make your HTTPS connections insecure",
    ),
    Option(
        "kube-tls-server-name", "string",
        "server name to use for Kubernetes API server certificate validation. If it is not"
        " provided, the hostname used to contact the server is used",
    ),
    Option("kube-token", "string", "bearer token used for authentication"),
    Option("kubeconfig", "string", "path to the kubeconfig file"),
    Option("namespace", "string", "namespace scope for this request", "n"),
    Option("no-cache", "bool", "compile and read everything anew, and keep nothing of it"),
    Option(
        "qps", "float32",
        "queries per second used when communicating with the Kubernetes API, not including"
        " bursting",
    ),
    Option("registry-config", "string", "path to the registry config file"),
    Option(
        "repository-cache", "string",
        "path to the directory containing cached repository indexes",
    ),
    Option(
        "repository-config", "string",
        "path to the file containing repository names and URLs",
    ),
)  # fmt: skip

VALUES = _group(
    "Values",
    Option(
        "values", "strings", "specify values in a YAML file or a URL (can specify multiple)",
        "f", field="files",
    ),
    Option(
        "set", "stringArray",
        "set values on the command line (can specify multiple or separate values with commas:"
        " key1=val1,key2=val2)",
    ),
    Option(
        "set-file", "stringArray",
        "set values from respective files specified via the command line (can specify multiple or"
        " separate values with commas: key1=path1,key2=path2)",
    ),
    Option(
        "set-json", "stringArray",
        "set JSON values on the command line (can specify multiple or separate values with commas:"
        ' key1=jsonval1,key2=jsonval2 or using json format: {"key1": jsonval1, "key2":'
        ' "jsonval2"})',
    ),
    Option("set-literal", "stringArray", "set a literal STRING value on the command line"),
    Option(
        "set-string", "stringArray",
        "set STRING values on the command line (can specify multiple or separate values with"
        " commas: key1=val1,key2=val2)",
    ),
)  # fmt: skip


def access(what: str) -> tuple[Option, ...]:
    """Credentials and TLS of the place that `what` (`for the chart download`) comes from."""
    return _group(
        "Chart source",
        Option(
            "ca-file", "string",
            "verify certificates of HTTPS-enabled servers using this CA bundle",
        ),
        Option(
            "cert-file", "string", "identify HTTPS client using this SSL certificate file"
        ),
        Option(
            "insecure-skip-tls-verify", "bool", f"skip tls certificate checks for the {what}"
        ),
        Option("key-file", "string", "identify HTTPS client using this SSL key file"),
    )  # fmt: skip


def _login(where: str = "") -> tuple[Option, ...]:
    return _group(
        "Chart source",
        Option("password", "string", f"chart repository password{where}"),
        Option("username", "string", f"chart repository username{where}"),
    )


LOGIN = _login()


def transfer(what: str) -> tuple[Option, ...]:
    """All that reaching a chart's place may need; `what` is the `download` or `upload`."""
    return (
        *access(f"chart {what}"),
        *_group(
            "Chart source",
            Option("plain-http", "bool", f"use insecure HTTP connections for the chart {what}"),
        ),
        *_login(" where to locate the requested chart"),
    )


DOWNLOAD = transfer("download")

PASS_CREDENTIALS = _group(
    "Chart source", Option("pass-credentials", "bool", "pass credentials to all domains")
)

BEARER = _group(
    "Chart source",
    Option("bearer-token-file", "string", "a file whose token is sent instead of a password"),
)

KEYRING = Option(
    "keyring", "string", "location of a keyring (GnuPG's own unless given)", group="Chart source"
)

CHART = (
    *DOWNLOAD,
    *PASS_CREDENTIALS,
    *BEARER,
    *_group(
        "Chart source",
        Option(
            "devel", "bool",
            "use development versions, too. Equivalent to version '>0.0.0-0'. If --version is set,"
            " this is ignored",
        ),
        KEYRING,
        Option("repo", "string", "chart repository url where to locate the requested chart"),
        Option("verify", "bool", "verify the package before using it"),
        Option(
            "version", "string",
            "specify a version constraint for the chart version to use. This constraint can be a"
            " specific tag (e.g. 1.1.1) or it may reference a valid range (e.g. ^2.0.0). If this"
            " is not specified, the latest version is used",
        ),
    ),
)  # fmt: skip

OUTPUT = Option(
    "output",
    "format",
    "prints the output in the specified format. Allowed values: table, json, yaml",
    "o",
    default="table",
)

NO_HEADERS = Option(
    "no-headers", "bool", "don't print headers when using the default output format"
)

TIMEOUT = Option(
    "timeout",
    "duration",
    "time to wait for any individual Kubernetes operation (like Jobs for hooks)",
    default="5m0s",
    group="Waiting",
)

WAIT = (
    Option(
        "wait",
        "WaitStrategy",
        "wait until resources are ready (up to --timeout). Use '--wait' alone for 'watcher'"
        " strategy, or specify one of: 'watcher', 'hookOnly', 'legacy'. Default when flag is"
        " omitted: 'hookOnly'.",
        default="hookOnly",
        bare="watcher",
        group="Waiting",
    ),
    TIMEOUT,
)

PROGRESS = Option(
    "progress", "Progress",
    "what to show on standard error while waiting: live (a table), plain (lines), json (a JSON"
    " object a line) or none. auto is live on a terminal and plain elsewhere",
    default="auto", group="Waiting",
)  # fmt: skip

WATCHING = (
    PROGRESS,
    Option(
        "logs", "bool", "while waiting, show what containers that crash wrote last",
        field="crash_logs", group="Waiting",
    ),
)  # fmt: skip

WAIT_FOR_JOBS = Option(
    "wait-for-jobs",
    "bool",
    "if set and --wait enabled, will wait until all Jobs have been completed before marking the"
    " release as successful. It will wait for as long as --timeout",
    group="Waiting",
)

DRY_RUN = Option(
    "dry-run",
    "string",
    'simulates the operation without persisting changes. Must be one of: "none" (default),'
    ' "client", or "server". \'--dry-run=none\' executes the operation normally and persists'
    " changes (no simulation). '--dry-run=client' simulates the operation client-side only and"
    " avoids cluster connections. '--dry-run=server' simulates the operation on the server,"
    " requiring cluster connectivity.",
    default="none",
    bare="unset",
)

FORCE = (
    Option("force-replace", "bool", "force resource updates by replacement"),
    Option(
        "force",
        "bool",
        "deprecated",
        field="force_replace",
        deprecated="use --force-replace instead",
    ),
    Option(
        "force-conflicts",
        "bool",
        "if set server-side apply will force changes against conflicts",
    ),
)

FORCE_EXCLUSIVE = (("force-replace", "force-conflicts"), ("force", "force-conflicts"))

RECREATE_IMMUTABLE = Option(
    "recreate-immutable",
    "bool",
    "delete and create again what has a field that changed and can't be changed, but for what is"
    " to be kept, and for namespaces, CRDs and volumes, which need the annotation"
    " pyhelm/recreate-immutable",
)

SERVER_SIDE_AUTO = Option(
    "server-side",
    "string",
    'must be "true", "false" or "auto". Object updates run in the server instead of the client'
    ' ("auto" defaults the value from the previous chart release\'s method)',
    default="auto",
)

DIFF = _group(
    "Plan",
    Option(
        "context", "int", "lines of context around changes; -1 shows whole objects", "C", "3"
    ),
    Option(
        "exit-code", "bool", "exit with 2 where something would change, 1 for errors, else 0"
    ),
    Option("detailed-exitcode", "bool", "the same as --exit-code", field="exit_code"),
    Option("show-secrets", "bool", "show the values of Secrets"),
    Option(
        "suppress", "stringArray",
        "tell only that objects of a kind change, not how (can specify multiple)",
    ),
    Option("include-tests", "bool", "show hooks that are tests, too"),
    Option("no-color", "bool", "the same as --color never"),
)  # fmt: skip

DRIFT = (
    Option(
        "drift", "bool", "show what is not as the revision set it, field by field, and who did it"
    ),
    Option("exit-code", "bool", "with --drift, exit with 2 where something has drifted"),
    Option("show-secrets", "bool", "with --drift, show the values of Secrets"),
)  # fmt: skip

PLAN = _group(
    "Plan", Option("plan", "bool", "show what would change, object by object, and change nothing")
)

HISTORY_MAX = Option(
    "history-max",
    "int",
    "limit the maximum number of revisions saved per release. Use 0 for no limit",
    default="10",
)

DESCRIPTION = Option("description", "string", "add a custom description")

DEPENDENCY_UPDATE = Option(
    "dependency-update",
    "bool",
    "update dependencies if they are missing before installing the chart",
)


def revision(text: str = "get the named release with revision") -> tuple[Option, ...]:
    """`--revision`, as the commands that show a release have it."""
    return (Option("revision", "int", text),)


def rendering(process: str, notes: str) -> tuple[Option, ...]:
    """What `install`, `upgrade` and `template` share of rendering; `process` names it in texts."""
    return (
        Option(
            "disable-openapi-validation", "bool",
            f"if set, the {process} process will not validate rendered templates against the"
            " Kubernetes OpenAPI Schema",
        ),
        Option("enable-dns", "bool", "enable DNS lookups when rendering templates"),
        Option(
            "hide-notes", "bool",
            f"if set, do not show notes in {notes} output. Does not affect presence in chart"
            " metadata",
        ),
        Option(
            "render-subchart-notes", "bool", "if set, render subchart notes along with the parent"
        ),
        Option(
            "post-renderer", "string",
            "the name of a postrenderer type plugin to be used for post rendering, or the path of"
            " a program",
        ),
        Option(
            "post-renderer-args", "stringArray",
            "an argument to the post-renderer (can specify multiple)",
        ),
        Option(
            "skip-schema-validation", "bool", "if set, disables JSON schema validation"
        ),
        DEPENDENCY_UPDATE,
        DESCRIPTION,
    )  # fmt: skip


def ownership(verb: str) -> tuple[Option, ...]:
    """`--take-ownership` of `verb`."""
    return (
        Option(
            "take-ownership", "bool",
            f"if set, {verb} will ignore the check for helm annotations and take ownership of the"
            " existing resources",
        ),
    )  # fmt: skip


def rollback_on_failure(text: str) -> tuple[Option, ...]:
    """`--rollback-on-failure` and the name that it had before Helm 4."""
    return (
        Option("rollback-on-failure", "bool", text),
        Option(
            "atomic", "bool", "deprecated", field="rollback_on_failure",
            deprecated="use --rollback-on-failure instead",
        ),
    )  # fmt: skip

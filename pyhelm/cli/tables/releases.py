"""The commands that install, change and look at releases."""

from __future__ import annotations

from pyhelm.cli.command import Command
from pyhelm.cli.options import (
    CHART,
    DESCRIPTION,
    DIFF,
    DRIFT,
    DRY_RUN,
    FORCE,
    FORCE_EXCLUSIVE,
    HISTORY_MAX,
    NO_HEADERS,
    OUTPUT,
    PLAN,
    PROGRESS,
    RECREATE_IMMUTABLE,
    SERVER_SIDE_AUTO,
    TIMEOUT,
    VALUES,
    WAIT,
    WAIT_FOR_JOBS,
    WATCHING,
    Option,
    ownership,
    rendering,
    revision,
    rollback_on_failure,
)

_CRDS = Option(
    "crds", "CRDs",
    'what becomes of the chart\'s CRDs: "create" makes those that are missing, "apply" also brings'
    ' the others up to date, after showing what changes, "skip" neither. By default an installation'
    " brings them as helm does, and an upgrade leaves them alone",
)  # fmt: skip

_CRDS_EXCLUSIVE = ("crds", "skip-crds")

_INSTALLING = (
    Option("create-namespace", "bool", "create the release namespace if not present"),
    *FORCE,
    Option(
        "server-side", "bool", "object updates run in the server instead of the client",
        default="true",
    ),
    Option("no-hooks", "bool", "prevent hooks from running during install"),
    Option(
        "replace", "bool",
        "reuse the given name, only if that name is a deleted release which remains in the"
        " history. This is unsafe in production",
    ),
    Option(
        "generate-name", "bool", "generate the name (and omit the NAME parameter)", "g"
    ),
    Option("name-template", "string", "specify template used to name the release"),
    *rollback_on_failure(
        "if set, the installation is rolled back (uninstalled) upon failure. The --wait flag will"
        ' be default to "watcher" if --rollback-on-failure is set'
    ),
    Option(
        "skip-crds", "bool",
        "if set, no CRDs will be installed. By default, CRDs are installed if not already present",
    ),
    Option(
        "labels", "stringToString",
        "Labels that would be added to release metadata. Should be divided by comma.", "l",
    ),
    *ownership("install"),
    *rendering("installation", "install"),
    *WAIT,
    WAIT_FOR_JOBS,
    *VALUES,
    *CHART,
)  # fmt: skip

_NO_EFFECT = "this flag has no effect for 'pyhelm template' and will be removed in Helm 5"

_TEMPLATE_ONLY = (
    Option(
        "show-only", "stringArray", "only show manifests rendered from the given templates", "s"
    ),
    Option(
        "output-dir", "string",
        "writes the executed templates to files in output-dir instead of stdout",
    ),
    Option(
        "validate", "bool", "deprecated", deprecated="use '--dry-run=server' instead"
    ),
    Option("include-crds", "bool", "include CRDs in the templated output"),
    Option("skip-tests", "bool", "skip tests from templated output"),
    Option("is-upgrade", "bool", "set .Release.IsUpgrade instead of .Release.IsInstall"),
    Option("kube-version", "string", "Kubernetes version used for Capabilities.KubeVersion"),
    Option(
        "api-versions", "strings",
        "Kubernetes api versions used for Capabilities.APIVersions (multiple can be specified)",
        "a",
    ),
    Option("release-name", "bool", "use release name in the output-dir path."),
    Option(
        "dry-run", "string",
        'simulates the operation either client-side or server-side. Must be either: "client", or'
        " \"server\". '--dry-run=client' simulates the operation client-side only and avoids"
        " cluster connections. '--dry-run=server' simulates/validates the operation on the server,"
        " requiring cluster connectivity.",
        default="client", bare="unset",
    ),
)  # fmt: skip

UPGRADING = (
    Option(
        "create-namespace", "bool",
        "if --install is set, create the release namespace if not present",
    ),
    Option(
        "install", "bool", "if a release by this name doesn't already exist, run an install", "i"
    ),
    Option(
        "hide-secret", "bool", "hide Kubernetes Secrets when also using the --dry-run flag"
    ),
    *FORCE,
    RECREATE_IMMUTABLE,
    SERVER_SIDE_AUTO,
    Option("no-hooks", "bool", "disable pre/post upgrade hooks"),
    Option(
        "skip-crds", "bool",
        "if set, no CRDs will be installed when an upgrade is performed with install flag enabled."
        " By default, CRDs are installed if not already present, when an upgrade is performed with"
        " install flag enabled",
    ),
    Option(
        "reset-values", "bool",
        "when upgrading, reset the values to the ones built into the chart",
    ),
    Option(
        "reuse-values", "bool",
        "when upgrading, reuse the last release's values and merge in any overrides from the"
        " command line via --set and -f. If '--reset-values' is specified, this is ignored",
    ),
    Option(
        "reset-then-reuse-values", "bool",
        "when upgrading, reset the values to the ones built into the chart, apply the last"
        " release's values and merge in any overrides from the command line via --set and -f. If"
        " '--reset-values' or '--reuse-values' is specified, this is ignored",
    ),
    *rollback_on_failure(
        "if set, the upgrade is rolled back to the previous successful release upon failure. The"
        ' --wait flag will be defaulted to "watcher" if --rollback-on-failure is set'
    ),
    HISTORY_MAX,
    Option(
        "cleanup-on-fail", "bool",
        "allow deletion of new resources created in this upgrade when upgrade fails",
    ),
    Option(
        "labels", "stringToString",
        "Labels that would be added to release metadata. Should be separated by comma. Original"
        " release labels will be merged with upgrade labels. You can unset label using null.", "l",
    ),
    *ownership("upgrade"),
    *rendering("upgrade", "upgrade"),
    DRY_RUN,
    *WAIT,
    WAIT_FOR_JOBS,
    OUTPUT,
    *VALUES,
    *CHART,
)  # fmt: skip


def _hidden_in_template(options: tuple[Option, ...]) -> tuple[Option, ...]:
    hidden = ("hide-notes", "render-subchart-notes")
    return tuple(
        Option(o.name, o.type, o.help, deprecated=_NO_EFFECT) if o.name in hidden else o
        for o in options
    )


COMMANDS = (
    Command("get", "download extended information of a named release"),
    Command(
        "get all", "download all information for a named release", "pyhelm.cli.get:everything",
        "RELEASE_NAME",
        (
            Option(
                "template", "string",
                "go template for formatting the output, eg: {{.Release.Name}}",
            ),
            *revision(),
        ),
        1, 1, completes="release",
    ),
    Command(
        "get values", "download the values file for a named release", "pyhelm.cli.get:values",
        "RELEASE_NAME",
        (Option("all", "bool", "dump all (computed) values", "a"), OUTPUT, *revision()),
        1, 1, completes="release",
    ),
    Command(
        "get manifest", "download the manifest for a named release", "pyhelm.cli.get:manifest",
        "RELEASE_NAME", revision(), 1, 1, completes="release",
    ),
    Command(
        "get hooks", "download all hooks for a named release", "pyhelm.cli.get:hooks",
        "RELEASE_NAME", revision(), 1, 1, completes="release",
    ),
    Command(
        "get notes", "download the notes for a named release", "pyhelm.cli.get:notes",
        "RELEASE_NAME", revision(), 1, 1, completes="release",
    ),
    Command(
        "get metadata", "fetch the metadata of a given release", "pyhelm.cli.get:metadata",
        "RELEASE_NAME", (OUTPUT, *revision("specify release revision")), 1, 1,
        completes="release",
    ),
    Command(
        "history", "fetch release history", "pyhelm.cli.listing:history", "RELEASE_NAME",
        (
            Option(
                "max", "int", "maximum number of revision to include in history", default="256"
            ),
            Option(
                "show-rollback-revision", "bool",
                "show the rollback revision column in table output",
            ),
            OUTPUT,
        ),
        1, 1, ("hist",), completes="release",
    ),
    Command(
        "install", "install a chart", "pyhelm.cli.release:install", "[NAME] [CHART]",
        (
            Option(
                "hide-secret", "bool", "hide Kubernetes Secrets when also using the --dry-run flag"
            ),
            DRY_RUN, OUTPUT, _CRDS, *_INSTALLING, *WATCHING, *PLAN, *DIFF,
        ),
        1, None, exclusive=(*FORCE_EXCLUSIVE, _CRDS_EXCLUSIVE), completes="name chart",
    ),
    Command(
        "list", "list releases", "pyhelm.cli.listing:releases", "",
        (
            Option("short", "bool", "output short (quiet) listing format", "q"),
            NO_HEADERS,
            Option(
                "time-format", "string",
                "format time using golang time formatter. Example: --time-format"
                ' "2006-01-02 15:04:05Z0700"',
            ),
            Option("date", "bool", "sort by release date", "d", field="by_date"),
            Option("reverse", "bool", "reverse the sort order", "r"),
            Option(
                "uninstalled", "bool",
                "show uninstalled releases (if 'pyhelm uninstall --keep-history' was used)",
            ),
            Option("superseded", "bool", "show superseded releases"),
            Option(
                "uninstalling", "bool", "show releases that are currently being uninstalled"
            ),
            Option("deployed", "bool", "show deployed releases"),
            Option("failed", "bool", "show failed releases"),
            Option("pending", "bool", "show pending releases"),
            Option("all-namespaces", "bool", "list releases across all namespaces", "A"),
            Option("max", "int", "maximum number of releases to fetch", "m", "256"),
            Option(
                "offset", "int", "next release index in the list, used to offset from start value"
            ),
            Option(
                "filter", "string",
                "a regular expression (Perl compatible). Any releases that match the expression"
                " will be included in the results",
                "f",
            ),
            Option(
                "selector", "string",
                "Selector (label query) to filter on, supports '=', '==', and '!='.(e.g. -l"
                " key1=value1,key2=value2). Works only for secret(default) and configmap storage"
                " backends.",
                "l",
            ),
            OUTPUT,
        ),
        aliases=("ls",),
    ),
    Command(
        "test", "run tests for a release", "pyhelm.cli.release:test", "[RELEASE]",
        (
            TIMEOUT,
            PROGRESS,
            Option(
                "logs", "bool",
                "dump the logs from test pods (this runs after all tests are complete, but before"
                " any cleanup)",
            ),
            Option(
                "filter", "strings",
                'specify tests by attribute (currently "name") using attribute=value syntax or'
                " '!attribute=value' to exclude a test (can specify multiple or separate values"
                " with commas: name=test1,name=test2)",
                field="filters",
            ),
        ),
        1, 1, completes="release",
    ),
    Command(
        "recover", "explain and repair a release whose last operation died",
        "pyhelm.cli.recover:recover", "RELEASE_NAME",
        (
            Option("dry-run", "bool", "say what would be repaired, and change nothing"),
            Option(
                "clean-up", "bool",
                "delete the objects that only the revision that died has brought",
            ),
            Option(
                "force", "bool",
                "nobody is at work on the release, whatever it looks like: mark what is pending"
                " failed",
            ),
            TIMEOUT, OUTPUT,
        ),
        1, 1, completes="release",
    ),
    Command(
        "rollback", "roll back a release to a previous revision", "pyhelm.cli.release:rollback",
        "<RELEASE> [REVISION]",
        (
            Option(
                "description", "string",
                "add a custom description for the rollback (max 256 characters)",
            ),
            *FORCE,
            RECREATE_IMMUTABLE,
            SERVER_SIDE_AUTO,
            Option("no-hooks", "bool", "prevent hooks from running during rollback"),
            Option(
                "cleanup-on-fail", "bool",
                "allow deletion of new resources created in this rollback when rollback fails",
            ),
            HISTORY_MAX, DRY_RUN, OUTPUT, *WAIT, WAIT_FOR_JOBS, *WATCHING,
            *PLAN, *DIFF,
        ),
        1, None, exclusive=FORCE_EXCLUSIVE, completes="release revision",
    ),
    Command(
        "status", "display the status of the named release", "pyhelm.cli.listing:status",
        "RELEASE_NAME",
        (
            *revision("if set, display the status of the named release with revision"), OUTPUT,
            *DRIFT,
        ),
        1, 1, completes="release",
    ),
    Command(
        "template", "locally render templates", "pyhelm.cli.template:template", "[NAME] [CHART]",
        (*_TEMPLATE_ONLY, *_hidden_in_template(_INSTALLING)),
        1, None, exclusive=(*FORCE_EXCLUSIVE, ("validate", "dry-run")), completes="name chart",
    ),
    Command(
        "uninstall", "uninstall a release", "pyhelm.cli.release:uninstall", "RELEASE_NAME [...]",
        (
            Option("dry-run", "bool", "simulate a uninstall"),
            Option("no-hooks", "bool", "prevent hooks from running during uninstallation"),
            Option(
                "ignore-not-found", "bool",
                'Treat "release not found" as a successful uninstall',
            ),
            Option(
                "keep-history", "bool",
                "remove all associated resources and mark the release as deleted, but retain the"
                " release history",
            ),
            Option(
                "cascade", "string",
                'Must be "background", "orphan", or "foreground". Selects the deletion cascading'
                " strategy for the dependents. Defaults to background. Use \"foreground\" with"
                " --wait to ensure resources with finalizers are fully deleted before returning.",
                default="background",
            ),
            DESCRIPTION, *WAIT, PROGRESS,
        ),
        1, None, ("del", "delete", "un"), completes="release...",
    ),
    Command(
        "upgrade", "upgrade a release", "pyhelm.cli.release:upgrade", "[RELEASE] [CHART]",
        (*UPGRADING, _CRDS, *WATCHING, *PLAN, *DIFF), 2, 2,
        exclusive=(*FORCE_EXCLUSIVE, _CRDS_EXCLUSIVE), completes="release chart",
    ),
)  # fmt: skip

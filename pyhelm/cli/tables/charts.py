"""The commands that make, fetch and look at charts."""

from __future__ import annotations

from pyhelm.cli.command import Command
from pyhelm.cli.options import (
    CHART,
    DOWNLOAD,
    KEYRING,
    VALUES,
    Option,
)

_DEPENDENCY_UPDATING = (
    Option("skip-refresh", "bool", "do not refresh the local repository cache"),
    Option("verify", "bool", "verify the packages against signatures"),
    KEYRING,
    *DOWNLOAD,
)


def _show(what: str, summary: str, *options: Option) -> Command:
    run = f"pyhelm.cli.chart:show_{what}"
    own = (*options, *CHART)
    return Command(f"show {what}", summary, run, "[CHART]", own, 1, 1, completes="chart")


COMMANDS = (
    Command(
        "create", "create a new chart with the given name", "pyhelm.cli.chart:create", "NAME",
        (
            Option(
                "starter", "string", "the name or absolute path to a starter scaffold", "p"
            ),
            Option(
                "engine", "string", "the template engine of the new chart (jinja, gotpl)",
                default="jinja",
            ),
        ),
        1, 1, completes="path",
    ),
    Command(
        "dependency", "manage a chart's dependencies", aliases=("dep", "dependencies")
    ),
    Command(
        "dependency list", "list the dependencies for the given chart",
        "pyhelm.cli.dependency:show", "CHART",
        (
            Option(
                "max-col-width", "uint", "maximum column width for output table", default="80"
            ),
        ),
        0, 1, ("ls",), completes="path",
    ),
    Command(
        "dependency update", "update charts/ based on the contents of Chart.yaml",
        "pyhelm.cli.dependency:update", "CHART", _DEPENDENCY_UPDATING, 0, 1, ("up",),
        completes="path",
    ),
    Command(
        "dependency build", "rebuild the charts/ directory based on the Chart.lock file",
        "pyhelm.cli.dependency:build", "CHART", _DEPENDENCY_UPDATING, 0, 1, completes="path",
    ),
    Command(
        "pull",
        "download a chart from a repository and (optionally) unpack it in local directory",
        "pyhelm.cli.chart:pull", "[chart URL | repo/chartname] [...]",
        (
            Option("untar", "bool", "if set to true, will untar the chart after downloading it"),
            Option(
                "untardir", "string",
                "if untar is specified, this flag specifies the name of the directory into which"
                " the chart is expanded",
                default=".",
            ),
            Option(
                "destination", "string",
                "location to write the chart. If this and untardir are specified, untardir is"
                " appended to this",
                "d", ".",
            ),
            Option(
                "prov", "bool",
                "fetch the provenance file, but don't perform verification",
            ),
            *CHART,
        ),
        1, None, ("fetch",), completes="remote...",
    ),
    Command("show", "show information of a chart", aliases=("inspect",)),
    _show("all", "show all information of the chart"),
    _show("readme", "show the chart's README"),
    _show(
        "values", "show the chart's values",
        Option("jsonpath", "string", "supply a JSONPath expression to filter the output"),
    ),
    _show("chart", "show the chart's definition"),
    _show("crds", "show the chart's CRDs"),
    Command(
        "lint", "examine a chart for possible issues", "pyhelm.cli.chart:lint", "PATH",
        (
            Option("strict", "bool", "fail on lint warnings"),
            Option("with-subcharts", "bool", "lint dependent charts"),
            Option("quiet", "bool", "print only warnings and errors"),
            Option(
                "skip-schema-validation", "bool", "if set, disables JSON schema validation"
            ),
            Option(
                "kube-version", "string",
                "Kubernetes version used for capabilities and deprecation checks",
            ),
            *VALUES,
        ),
        1, None, completes="path...",
    ),
    Command(
        "package", "package a chart directory into a chart archive", "pyhelm.cli.chart:package",
        "[CHART_PATH] [...]",
        (
            Option("version", "string", "set the version on the chart to this semver version"),
            Option("app-version", "string", "set the appVersion on the chart to this version"),
            Option("destination", "string", "location to write the chart.", "d", "."),
            Option("sign", "bool", "use a PGP private key to sign this package"),
            Option(
                "key", "string", "name of the key to use when signing. Used if --sign is true"
            ),
            KEYRING,
            Option(
                "passphrase-file", "string",
                "location of a file which contains the passphrase for the signing key. Use \"-\" in"
                " order to read from stdin.",
            ),
            Option(
                "dependency-update", "bool",
                'update dependencies from "Chart.yaml" to dir "charts/" before packaging', "u",
            ),
            *DOWNLOAD,
        ),
        0, None, completes="path...",
    ),
    Command(
        "verify", "verify that a chart at the given path has been signed and is valid",
        "pyhelm.cli.chart:verify", "PATH", (KEYRING,), 1, 1, completes="path",
    ),
)  # fmt: skip

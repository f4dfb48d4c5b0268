"""The long texts of the help; a paragraph after `\\b` keeps its lines."""

from __future__ import annotations

OVERVIEW = """
The package manager for Kubernetes, in Python

Common actions for PyHelm:

- pyhelm search:    search for charts
- pyhelm pull:      download a chart to your local directory to view
- pyhelm install:   upload the chart to Kubernetes
- pyhelm list:      list releases of charts

New here, and no cluster at hand? 'pyhelm demo' shows a first installation on the simulator.

Environment variables, which are Helm's:

{variables}

PyHelm stores cache, configuration, and data where Helm does:

- If a HELM_*_HOME environment variable is set, it will be used
- Otherwise, on systems supporting the XDG base directory specification, the XDG variables are used
- When no other location is set a default location will be used based on the operating system

{directories}
"""

VARIABLES = (
    ("Name", "Description"),
    ("$HELM_CACHE_HOME", "set an alternative location for storing cached files."),
    ("$HELM_CONFIG_HOME", "set an alternative location for storing configuration."),
    ("$HELM_DATA_HOME", "set an alternative location for storing data."),
    ("$HELM_DEBUG", "indicate whether or not PyHelm is running in Debug mode"),
    ("$HELM_DRIVER", "set the backend storage driver. Values are: configmap, secret, memory."),
    ("$HELM_MAX_HISTORY", "set the maximum number of release history."),
    ("$HELM_NAMESPACE", "set the namespace used for the operations."),
    ("$HELM_NO_PLUGINS", "disable plugins. Set HELM_NO_PLUGINS=1 to disable plugins."),
    ("$HELM_PLUGINS", "set the path to the plugins directory"),
    ("$HELM_REGISTRY_CONFIG", "set the path to the registry config file."),
    ("$HELM_REPOSITORY_CACHE", "set the path to the repository cache directory"),
    ("$HELM_REPOSITORY_CONFIG", "set the path to the repositories file."),
    ("$KUBECONFIG", 'set an alternative Kubernetes configuration file (default "~/.kube/config")'),
    ("$HELM_KUBEAPISERVER", "set the Kubernetes API Server Endpoint for authentication"),
    ("$HELM_KUBECAFILE", "set the Kubernetes certificate authority file."),
    (
        "$HELM_KUBEASGROUPS",
        "set the Groups to use for impersonation using a comma-separated list.",
    ),
    ("$HELM_KUBEASUSER", "set the Username to impersonate for the operation."),
    ("$HELM_KUBECONTEXT", "set the name of the kubeconfig context."),
    ("$HELM_KUBETOKEN", "set the Bearer KubeToken used for authentication."),
    (
        "$HELM_KUBEINSECURE_SKIP_TLS_VERIFY",
        "indicate if the Kubernetes API server's certificate validation should be"
        " skipped (insecure)",
    ),
    (
        "$HELM_KUBETLS_SERVER_NAME",
        "set the server name used to validate the Kubernetes API server certificate",
    ),
    (
        "$HELM_BURST_LIMIT",
        "set the default burst limit in the case the server contains many CRDs (default"
        " 100, -1 to disable)",
    ),
    (
        "$HELM_QPS",
        "set the Queries Per Second in cases where a high number of calls exceed the"
        " option for higher burst values",
    ),
    ("$HELM_COLOR", "set color output mode. Allowed values: never, always, auto (default: auto)"),
    (
        "$NO_COLOR",
        "set to any non-empty value to disable all colored output (overrides $HELM_COLOR)",
    ),
    ("$SOURCE_DATE_EPOCH", "set a Unix timestamp for reproducible chart archives"),
)

DIRECTORIES = (
    ("Operating System", "Cache Path", "Configuration Path", "Data Path"),
    ("Linux", "$HOME/.cache/helm", "$HOME/.config/helm", "$HOME/.local/share/helm"),
    ("macOS", "$HOME/Library/Caches/helm", "$HOME/Library/Preferences/helm", "$HOME/Library/helm"),
    ("Windows", r"%TEMP%\helm", r"%APPDATA%\helm", r"%APPDATA%\helm"),
)

MANUAL = {
    "diff": """
Show what an upgrade or a rollback would change, or how revisions and releases differ. Nothing is
changed.

The flags are those of the helm-diff plugin. What would be stored is asked of the API server, object
by object, in dry runs; what it can't answer is shown from the manifests, with a note that says why.
""",
    "diff upgrade": """
Show what an upgrade would create, change, replace, delete and adopt, and what people have changed
since the last revision. All flags of `pyhelm upgrade` mean what they mean there.

\b
    pyhelm diff upgrade web ./web -f values.yaml            for people
    pyhelm diff upgrade web ./web --exit-code               2 where something would change
    pyhelm diff upgrade web ./web -o json                   for programs
""",
    "diff revision": """
Show how the manifests of two revisions differ; without the second, the last one is meant. No
objects are looked at.
""",
    "create": """
Create a chart directory with the files that a chart usually has.

The templates of the new chart are Jinja; `--engine gotpl` makes a chart with Go templates. NAME
may be a path: directories that don't exist are made, files that do are overwritten.

\b
    mychart/
      .helmignore     patterns of files to leave out when packaging
      Chart.yaml      what the chart is
      values.yaml     the default values for the templates
      charts/         charts that this chart depends on
      templates/      the templates, with their tests in tests/
""",
    "dependency": """
Manage the dependencies of a chart: the charts that Chart.yaml names under `dependencies`, and
that are kept in its charts/ directory.
""",
    "dependency update": """
Bring charts/ in line with Chart.yaml: resolve the versions, download what is missing, remove what
is no longer wanted, and write Chart.lock.
""",
    "dependency build": """
Fill charts/ with exactly the versions that Chart.lock names. Without a Chart.lock this does what
`dependency update` does.
""",
    "pull": """
Download a chart from a repository, and optionally unpack it.

\b
    pyhelm pull demo/mysql
    pyhelm pull demo/mysql --version ^1.0 --untar
    pyhelm pull https://example.com/charts/mysql-1.0.0.tgz
""",
    "show": "Show information about a chart: a directory, an archive, a URL or repo/name.",
    "lint": """
Examine a chart for possible issues.

What would make an installation fail is an [ERROR], what breaks with convention or recommendation
a [WARNING].
""",
    "package": """
Package a chart directory into a versioned archive, the form in which repositories hold charts.

The same files give the same bytes; $SOURCE_DATE_EPOCH sets the times in the archive.
""",
    "repo": "Add, list, remove, update and index chart repositories.",
    "repo update": """
Get the latest information about charts from the repositories; it is kept locally, where
`pyhelm search repo` finds it. Name repositories to update only those.
""",
    "repo index": """
Write an index.yaml for the packaged charts of a directory, which makes the directory a chart
repository once a web server shows it.

With --merge the charts found are added to an existing index, and win over its entries.
""",
    "search": "Search for charts.",
    "search repo": """
Search the repositories that were added, by the information kept locally.

The latest stable versions are shown; --devel includes pre-releases, --versions shows all.

\b
    pyhelm search repo mysql
    pyhelm search repo mysql --devel
    pyhelm search repo mysql --version ^1.0.0
""",
    "get": "Show what a release was made from and what it made.",
    "history": """
Show the revisions of a release, the newest last.
""",
    "install": """
Install a chart.

The chart is a directory, an archive, a URL, repo/name, or a name in the repository --repo.

\b
    pyhelm install db demo/mysql
    pyhelm install demo/mysql --generate-name --wait
    pyhelm install db ./mysql -f my.yaml --set imageTag=8.4.3
    pyhelm install db mysql --repo https://example.com/charts

Values come from -f files and then from the --set flags; the last one wins. To see what would be
installed, use --dry-run=client, or --dry-run=server to let the cluster check it; it shows Secrets
too, unless --hide-secret is given.
""",
    "list": """
List the releases of a namespace, or of all with -A.

Releases of every state are shown but for superseded revisions; the state flags choose, and can be
combined. --filter takes a regular expression.

\b
    pyhelm list --filter 'ara[a-z]+'
    pyhelm list -A --failed --pending
""",
    "test": "Run the tests of a release: the hooks `test` of its chart.",
    "rollback": """
Roll back a release to an earlier revision; to the one before when none is given.

See the revisions with `pyhelm history`.
""",
    "status": """
Show the status of a release: when it was deployed and where, its state and revision, the
resources it consists of, the last run of its tests, and the chart's notes.
""",
    "template": """
Render the templates of a chart and print them, without a cluster.

What a template would look up in the cluster is empty, unless --dry-run=server is given.

\b
    pyhelm template db ./mysql --set imageTag=8.4.3
    pyhelm template ./mysql -s templates/service.yaml
    pyhelm template ./mysql --api-versions monitoring.coreos.com/v1 --kube-version 1.31
""",
    "uninstall": """
Uninstall releases: their resources, and their history unless --keep-history is given.

Use --cascade foreground with --wait to return only when resources with finalizers are gone.
""",
    "upgrade": """
Upgrade a release to a new version of its chart, or to new values.

\b
    pyhelm upgrade db demo/mysql --set imageTag=8.4.3
    pyhelm upgrade db demo/mysql --reuse-values -f more.yaml
    pyhelm upgrade --install db demo/mysql

Values that were given before are kept only when no values are given now; --reuse-values keeps
and merges them, --reset-values forgets them.
""",
    "completion": """
Print a script that makes a shell complete commands, flags, releases and charts.
""",
    "completion bash": """
Print the completion script for bash.

\b
    source <(pyhelm completion bash)
    pyhelm completion bash > /etc/bash_completion.d/pyhelm
""",
    "completion zsh": """
Print the completion script for zsh.

\b
    source <(pyhelm completion zsh)
    pyhelm completion zsh > "${fpath[1]}/_pyhelm"
""",
    "completion fish": """
Print the completion script for fish.

\b
    pyhelm completion fish | source
    pyhelm completion fish > ~/.config/fish/completions/pyhelm.fish
""",
    "completion powershell": """
Print the completion script for PowerShell; add it to the profile to keep it.

\b
    pyhelm completion powershell | Out-String | Invoke-Expression
""",
    "env": "Print the settings in force; name one to print its value alone.",
    "version": "Print PyHelm's version, and the version of Helm that it matches.",
    "simulator": """
A small Kubernetes API in the background: charts can be installed, upgraded and looked at without
a cluster. No container runs in it; Pods become ready by themselves.
""",
    "simulator start": """
Start the simulator in the background, on the loopback interface only. What was in it before is
there again.
""",
    "simulator env": """
Print the line that points kubectl, helm and others at the simulator, for sh (the default), fish,
powershell or cmd.

\b
    eval "$(pyhelm simulator env)"
    pyhelm simulator env powershell | Invoke-Expression
""",
    "demo": """
Shows a first installation, each command as it is typed with its real output: a repository is
added and searched, MySQL is installed on the simulator, upgraded and rolled back.

The demo has a simulator and homes of its own, and touches neither your repositories nor a cluster.
At its end it prints what points a shell at them.
""",
}

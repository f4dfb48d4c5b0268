"""One run of one command: what it was given, and its way to the Client."""

from __future__ import annotations

from pyhelm._dataclass import names
from pyhelm._lazy import log_to
from pyhelm._typing import TYPE_CHECKING, Any, Callable, Mapping, TypeVar
from pyhelm.cli.command import Command
from pyhelm.cli.terminal import Terminal
from pyhelm.settings import Settings

if TYPE_CHECKING:
    from pyhelm.actions.session import Progress, Reporter
    from pyhelm.chart.sources import ValueSources
    from pyhelm.client import Client
    from pyhelm.repo.options import ChartOptions

Connect = Callable[[Settings, "Reporter"], "Client"]
"""Makes the Client; tests hand in one on a simulated cluster."""

Options = TypeVar("Options")


class Call:
    """The arguments of a command, its flags' values and where it prints."""

    def __init__(
        self,
        command: Command,
        args: list[str],
        values: Mapping[str, Any],
        given: frozenset[str],
        settings: Settings,
        terminal: Terminal,
        connect: Connect,
    ) -> None:
        self.command = command
        self.args = args
        self.values = values
        self.given = given
        self.settings = settings
        self.terminal = terminal
        self._connect = connect
        self._client: Client | None = None
        self.logs: list[Progress] = []
        """What test Pods wrote."""

        self.installs = False
        """Whether an upgrade found nothing to upgrade."""

    @property
    def client(self) -> Client:
        """The Client on these settings; connects to the cluster on first use."""
        if self._client is None:
            from pyhelm.cli.log import printer
            from pyhelm.cli.progress import reporter

            log_to(printer(self.terminal, debug=self.settings.debug))
            crashes = bool(self.values.get("crash_logs"))
            mode = str(self.values.get("progress", "auto"))
            report = reporter(
                self.terminal,
                self.logs,
                mode,
                crashes=crashes,
                registry=self._registry_line,
                absent=self._installs,
            )
            self._client = self._connect(self.settings, report)
        return self._client

    def close(self) -> None:
        """Close the Client's connections, if it was asked for."""
        if self._client is not None:
            self._client.close()

    def _installs(self, line: str) -> None:
        self.installs = True
        if self.output == "table":
            self.terminal.line(line)

    def _registry_line(self, line: str) -> None:
        """Helm: pulled charts are told of on standard output, but where that is a chart's text.

        Unlike Helm's, our JSON and YAML stay readable.
        """
        texts = self.command.path == "template" or self.command.parent == "show"
        data = self.values.get("output", "table") != "table"
        (self.terminal.note if texts or data else self.terminal.line)(line)

    @property
    def output(self) -> str:
        """`table`, `json` or `yaml`."""
        return str(self.values["output"])

    def options(self, kind: type[Options], **own: Any) -> Options:
        """An options dataclass filled from the flags of the same names, and from `own`."""
        known = names(kind)
        found = {name: value for name, value in self.values.items() if name in known}
        return kind(**{**found, **own})

    def value_sources(self) -> ValueSources:
        """The VALUES group of flags."""
        from pyhelm.chart.sources import ValueSources

        return self.options(ValueSources)

    def chart_options(self) -> ChartOptions:
        """The CHART group of flags."""
        from pyhelm.repo.options import ChartOptions

        # `--timeout` is the operation's; a download has its own.
        return self.options(ChartOptions, timeout=ChartOptions().timeout)

"""`pyhelm simulator …`, and the simulator as the cluster of last resort."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path

from pyhelm._dataclass import replace
from pyhelm._typing import TYPE_CHECKING, Iterator
from pyhelm.cli.call import Call
from pyhelm.cli.output import encoded
from pyhelm.cli.shells import assignment, own_shell
from pyhelm.cli.terminal import Terminal
from pyhelm.errors import ClusterUnreachable, SimulatorError
from pyhelm.settings import Settings

if TYPE_CHECKING:
    from pyhelm.simulator import Running

NO_CONTAINERS = "No container runs in it: Pods become ready by themselves."


def start(call: Call) -> None:
    """`pyhelm simulator start`."""
    from pyhelm import simulator

    with _faults():
        foreground = bool(call.values["foreground"])
        running = simulator.start(
            directory(call.settings), port=call.values["port"], foreground=foreground
        )
    if foreground:
        return
    call.terminal.line(f"The simulator runs at {running.url}. {NO_CONTAINERS}")
    call.terminal.line(
        "pyhelm uses it where no other cluster is configured; 'pyhelm simulator env' points kubectl"
        " and others at it."
    )


def status(call: Call) -> int:
    """`pyhelm simulator status`; the exit code is 1 when it doesn't run."""
    found = running(call.settings)
    if call.output != "table":
        call.terminal.write(encoded(_facts(found), call.output))
    elif found is None:
        call.terminal.line("The simulator does not run; 'pyhelm simulator start' starts it.")
    else:
        for name, value in _facts(found).items():
            call.terminal.line(f"{name.upper()}: {value}")
        call.terminal.line(NO_CONTAINERS)
    return 0 if found else 1


def stop(call: Call) -> None:
    """`pyhelm simulator stop`."""
    from pyhelm import simulator

    with _faults():
        stopped = simulator.stop(directory(call.settings))
    call.terminal.line(
        "The simulator has stopped; its objects are kept."
        if stopped
        else "The simulator does not run."
    )


def reset(call: Call) -> None:
    """`pyhelm simulator reset`."""
    from pyhelm import simulator

    with _faults():
        simulator.reset(directory(call.settings))
    call.terminal.line("The simulator has stopped, and all its objects are gone.")


def env(call: Call) -> None:
    """`pyhelm simulator env [SHELL]`."""
    shell = call.args[0] if call.args else own_shell()
    assignment(shell, "KUBECONFIG", "")  # An unknown shell is told of first.
    found = running(call.settings)
    if found is None:
        raise SimulatorError("the simulator does not run; start it with 'pyhelm simulator start'")
    call.terminal.line(assignment(shell, "KUBECONFIG", str(found.kubeconfig)))


def directory(settings: Settings) -> Path:
    """Where the simulator of a user keeps its files."""
    return Path(settings.simulator)


def running(settings: Settings) -> Running | None:
    """The user's simulator, when it runs."""
    if not directory(settings).is_dir():
        return None
    from pyhelm import simulator

    return simulator.status(directory(settings))


def settings_of_simulator(settings: Settings, terminal: Terminal) -> Settings:
    """The settings, turned to the simulator, because no cluster is configured at all.

    Raises ClusterUnreachable when there is no simulator either.
    """
    from pyhelm.kube.simulated import simulator_of

    found = simulator_of(settings)
    if found is None:
        raise ClusterUnreachable(
            "no cluster is configured: set KUBECONFIG or --kube-context, or start the simulator"
            " with 'pyhelm simulator start'"
        )
    terminal.note(f"No cluster is configured: using the simulator at {found.url}.")
    return replace(settings, kubeconfig=found.kubeconfig)


def _facts(found: Running | None) -> dict[str, object]:
    if found is None:
        return {"status": "stopped"}
    return {
        "status": "running",
        "address": found.url,
        "process": found.pid,
        "kubeconfig": str(found.kubeconfig),
        "database": str(found.database),
        "log": str(found.log),
    }


@contextmanager
def _faults() -> Iterator[None]:
    from pyhelm.simulator import SimulatorFault

    try:
        yield
    except SimulatorFault as exc:
        raise SimulatorError(str(exc)) from exc

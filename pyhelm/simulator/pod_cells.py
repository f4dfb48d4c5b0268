"""What stands in the columns of a table for Pods."""

from __future__ import annotations

from typing import Any

from pyhelm.simulator.cells import (
    NONE,
    Object,
    age,
    conditions_of,
    is_going,
    is_true,
    since,
    spec_of,
    status_of,
)

PHASES = {"Succeeded": "The pod has completed successfully.", "Failed": "The pod failed."}
"""What the server says of the rows of Pods that are done."""


def pod(obj: Object) -> list[Any]:
    """Pods."""
    status, spec = status_of(obj), spec_of(obj)
    addresses = status.get("podIPs") or [{}]
    return [
        f"{_ready(obj)}/{len(spec.get('containers') or ()) + len(_sidecars(obj))}",
        pod_phase(obj),
        _restarts(obj),
        age(obj),
        addresses[0].get("ip") or NONE,
        spec.get("nodeName") or NONE,
        status.get("nominatedNodeName") or NONE,
        _gates(obj),
    ]


def row_conditions(obj: Object) -> list[Object]:
    """That a Pod is done, which `kubectl get` takes from the row."""
    phase = str(status_of(obj).get("phase") or "")
    if phase not in PHASES:
        return []
    return [
        {"type": "Completed", "status": "True", "reason": phase, "message": PHASES[phase]},
    ]


def pod_phase(obj: Object) -> str:
    """The word in a Pod's STATUS column: a container's reason where there is one."""
    status = status_of(obj)
    phase = str(status.get("phase") or "")
    if is_going(obj) and status.get("reason") == "NodeLost":
        return "Unknown"
    if is_going(obj) and phase not in PHASES:
        return "Terminating"
    reason = str(status.get("reason") or phase)
    scheduled = conditions_of(obj).get("PodScheduled", {})
    if scheduled.get("reason") == "SchedulingGated":
        reason = "SchedulingGated"
    starting = _initializing(obj)
    return _started(obj, starting or reason) if _is_past_init(obj) else starting


def _started(obj: Object, reason: str) -> str:
    """The reason once the init containers are through: the first container's word is the last."""
    failure, is_running = "", False
    for each in reversed(status_of(obj).get("containerStatuses") or ()):
        state = each.get("state") or {}
        ended = state.get("terminated")
        if _waiting_for(each):
            reason = _waiting_for(each)
        elif ended is not None:
            reason = _ending(ended)
            failure = reason if ended.get("exitCode") else failure
        elif _is_ready(each):
            is_running = True
    if reason != "Completed":
        return reason
    if is_running and is_true(obj, "Ready"):
        return "Running"
    return failure or ("NotReady" if is_running else reason)


def _waiting_for(status: Object) -> str:
    return str(((status.get("state") or {}).get("waiting") or {}).get("reason") or "")


def _ending(ended: Object) -> str:
    if ended.get("reason"):
        return str(ended["reason"])
    if ended.get("signal"):
        return f"Signal:{ended['signal']}"
    return f"ExitCode:{ended.get('exitCode', 0)}"


def _is_ready(status: Object) -> bool:
    state = status.get("state") or {}
    is_running = state.get("running") is not None and state.get("terminated") is None
    return is_running and not _waiting_for(status) and bool(status.get("ready"))


def _initializing(obj: Object) -> str:
    """What holds up a Pod's init containers; empty when nothing does."""
    reached = _reached(obj)
    if not reached or _is_through(obj, reached[-1]):
        return ""
    ended = (reached[-1].get("state") or {}).get("terminated")
    if ended is not None:
        return f"Init:{_ending(ended)}"
    if _waiting_for(reached[-1]) not in ("", "PodInitializing"):
        return f"Init:{_waiting_for(reached[-1])}"
    return f"Init:{len(reached) - 1}/{len(spec_of(obj).get('initContainers') or ())}"


def _reached(obj: Object) -> list[Object]:
    """The statuses of the init containers up to the one that holds up the others."""
    reached: list[Object] = []
    for each in status_of(obj).get("initContainerStatuses") or ():
        reached.append(each)
        if not _is_through(obj, each):
            break
    return reached


def _is_through(obj: Object, status: Object) -> bool:
    """Whether the next init container may start: this one ended well, or is a sidecar that runs."""
    return _ended_well(status) or (
        status.get("name") in _sidecars(obj) and bool(status.get("started"))
    )


def _ended_well(status: Object) -> bool:
    ended = (status.get("state") or {}).get("terminated")
    return ended is not None and not ended.get("exitCode")


def _is_past_init(obj: Object) -> bool:
    return not _initializing(obj) or is_true(obj, "Initialized")


def _sidecars(obj: Object) -> list[str]:
    """Init containers that run as long as the Pod."""
    init = spec_of(obj).get("initContainers") or ()
    return [each["name"] for each in init if each.get("restartPolicy") == "Always"]


def _ready(obj: Object) -> int:
    running = [each for each in _reached(obj) if _is_through(obj, each) and not _ended_well(each)]
    ready = sum(bool(each.get("ready")) for each in running)
    if _is_past_init(obj):
        ready += sum(_is_ready(each) for each in status_of(obj).get("containerStatuses") or ())
    return ready


def _restarts(obj: Object) -> str:
    """How often containers were restarted, and when the last one was."""
    counted = _counted(obj)
    restarts = sum(each.get("restartCount", 0) for each in counted)
    ended = ((each.get("lastState") or {}).get("terminated") or {} for each in counted)
    last = max((each.get("finishedAt") or "" for each in ended), default="")
    return f"{restarts} ({since(last)} ago)" if restarts and last else str(restarts)


def _counted(obj: Object) -> list[Object]:
    """The containers whose restarts count: until a Pod is initialized, its init containers."""
    reached = _reached(obj)
    if not _is_past_init(obj):
        return reached
    sidecars = _sidecars(obj)
    running = [each for each in reached if each.get("name") in sidecars]
    return [*running, *(status_of(obj).get("containerStatuses") or ())]


def _gates(obj: Object) -> str:
    gates = spec_of(obj).get("readinessGates") or ()
    holding = sum(is_true(obj, gate["conditionType"]) for gate in gates)
    return f"{holding}/{len(gates)}" if gates else NONE

"""Scheduler and kubelet in one: Pods get the node, then start, run and finish; no container does.

A Pod waits for what it mounts and reads, as it would anywhere. The annotation `pyhelm/simulate`
(on the Pod, or its template) makes one fare worse: `pending`, `image-pull-error`, `never-ready`
or `fail`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from pyhelm.simulator import events
from pyhelm.simulator.bootstrap import NODE_ADDRESS, NODE_NAME
from pyhelm.simulator.clock import parse, stamp
from pyhelm.simulator.controllers import writes
from pyhelm.simulator.controllers.needs import containers, missing_environment, missing_volume
from pyhelm.simulator.store import Change, Stored

if TYPE_CHECKING:
    from pyhelm.simulator.simulator import Simulator

Object = dict[str, Any]

SCHEDULER = "default-scheduler"
KUBELET = "kubelet"
SIMULATE = "pyhelm/simulate"


def reconcile(sim: Simulator, namespace: str, name: str) -> None:
    """Take a Pod one step further."""
    stored = sim.store.get("pods", namespace, name)
    if stored is None:
        return
    pod = stored.obj
    if pod["metadata"].get("deletionTimestamp"):
        _stop(sim, stored)
    elif not pod["spec"].get("nodeName"):
        _schedule(sim, stored)
    elif (pod.get("status") or {}).get("phase", "Pending") == "Pending":
        _start(sim, stored)
    elif (pod.get("status") or {}).get("phase") == "Running":
        _finish(sim, stored)


def waiting_pods(sim: Simulator, change: Change) -> Iterable[tuple[str, str]]:
    """The Pods of a namespace that haven't started: something that they wait for may be there."""
    return [
        (change.namespace, stored.obj["metadata"]["name"])
        for stored in sim.store.list("pods", change.namespace)
        if (stored.obj.get("status") or {}).get("phase", "Pending") == "Pending"
    ]


def _wish(pod: Object) -> str:
    return str((pod["metadata"].get("annotations") or {}).get(SIMULATE, ""))


def _stop(sim: Simulator, stored: Stored) -> None:
    pod = stored.copy()
    if pod["metadata"].get("deletionGracePeriodSeconds"):
        for container in pod["spec"]["containers"]:
            _event(sim, pod, "Killing", f"Stopping container {container['name']}", container)
        pod["metadata"]["deletionGracePeriodSeconds"] = 0
        stored = sim.store.put("pods", pod)
    if not stored.obj["metadata"].get("finalizers"):
        metadata = stored.obj["metadata"]
        sim.store.delete("pods", metadata["namespace"], metadata["name"])


def _schedule(sim: Simulator, stored: Stored) -> None:
    pod = stored.obj
    trouble = _unschedulable(sim, pod)
    now = stamp(sim.clock())
    if trouble:
        conditions = writes.with_condition(
            (pod.get("status") or {}).get("conditions") or [],
            "PodScheduled",
            "False",
            now=now,
            reason="Unschedulable",
            message=trouble,
        )
        status = {"phase": "Pending", "conditions": conditions, "qosClass": qos_class(pod)}
        if pod.get("status") != status:
            writes.update_status(sim, stored, status, by="kube-scheduler")
            events.record(sim, pod, "FailedScheduling", trouble, component=SCHEDULER, warning=True)
        return
    bound = stored.copy()
    bound["spec"]["nodeName"] = NODE_NAME
    conditions = writes.with_condition([], "PodScheduled", "True", now=now)
    bound["status"] = {"phase": "Pending", "conditions": conditions, "qosClass": qos_class(pod)}
    sim.store.put("pods", bound)
    where = f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"
    message = f"Successfully assigned {where} to {NODE_NAME}"
    events.record(sim, pod, "Scheduled", message, component=SCHEDULER)


def _unschedulable(sim: Simulator, pod: Object) -> str:
    if _wish(pod) == "pending":
        return "0/1 nodes are available: 1 Insufficient cpu."
    namespace = pod["metadata"]["namespace"]
    for volume in pod["spec"].get("volumes") or ():
        source = volume.get("persistentVolumeClaim")
        if source is None:
            continue
        claim = sim.store.get("persistentvolumeclaims", namespace, source.get("claimName", ""))
        if claim is None:
            return f'persistentvolumeclaim "{source.get("claimName")}" not found'
        if (claim.obj.get("status") or {}).get("phase") != "Bound":
            return (
                "0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. "
                "not found"
            )
    selector = pod["spec"].get("nodeSelector") or {}
    node = sim.store.get("nodes", "", NODE_NAME)
    labels = {} if node is None else node.obj["metadata"].get("labels") or {}
    if any(labels.get(key) != value for key, value in selector.items()):
        return (
            "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector. "
            "no new claims to deallocate, preemption: 0/1 nodes are available: "
            "1 Preemption is not helpful for scheduling."
        )
    return ""


def _start(sim: Simulator, stored: Stored) -> None:
    pod = stored.obj
    trouble = missing_volume(sim, pod)
    if trouble:
        _wait(sim, stored, "ContainerCreating", "", pod["spec"]["containers"][0])
        _warn(sim, pod, "FailedMount", trouble)
        return
    missing = missing_environment(sim, pod)
    if missing is not None:
        container, message = missing
        _wait(sim, stored, "CreateContainerConfigError", message, container)
        _warn(sim, pod, "Failed", f"Error: {message}", container)
        return
    if _wish(pod) == "image-pull-error":
        _fail_to_pull(sim, stored)
        return
    ready_at = parse(pod["metadata"]["creationTimestamp"]) + sim.ready_after
    if sim.ready_after and sim.clock() < ready_at:
        _wait(sim, stored, "ContainerCreating", "", pod["spec"]["containers"][0])
        key = (pod["metadata"]["namespace"], pod["metadata"]["name"])
        sim.controllers.later(ready_at - sim.clock(), "pods", key)
        return
    _run(sim, stored)


def _fail_to_pull(sim: Simulator, stored: Stored) -> None:
    pod = stored.obj
    container = pod["spec"]["containers"][0]
    image = container["image"]
    _event(sim, pod, "Pulling", f'Pulling image "{image}"', container)
    message = f'Back-off pulling image "{image}"'
    _wait(sim, stored, "ImagePullBackOff", message, container)
    _warn(sim, pod, "Failed", f'Failed to pull image "{image}": not found', container)
    _warn(sim, pod, "Failed", "Error: ErrImagePull", container)


def _warn(
    sim: Simulator, pod: Object, reason: str, message: str, container: Object | None = None
) -> None:
    _event(sim, pod, reason, message, container, warning=True)


def _event(
    sim: Simulator,
    pod: Object,
    reason: str,
    message: str,
    container: Object | None = None,
    *,
    warning: bool = False,
) -> None:
    path = f"spec.containers{{{container['name']}}}" if container else ""
    if container and container not in (pod["spec"].get("containers") or ()):
        path = f"spec.initContainers{{{container['name']}}}"
    events.record(
        sim,
        pod,
        reason,
        message,
        component=KUBELET,
        warning=warning,
        field_path=path,
        host=NODE_NAME,
    )


def _base_status(sim: Simulator, pod: Object) -> Object:
    old = pod.get("status") or {}
    return {
        "phase": "Pending",
        "qosClass": qos_class(pod),
        "hostIP": NODE_ADDRESS,
        "hostIPs": [{"ip": NODE_ADDRESS}],
        "startTime": old.get("startTime") or stamp(sim.clock()),
        "conditions": old.get("conditions") or [],
        "observedGeneration": pod["metadata"].get("generation", 1),
    }


def _conditions(
    sim: Simulator, status: Object, *, ready: bool, why: Mapping[str, str] | None = None
) -> list[Object]:
    now = stamp(sim.clock())
    conditions: list[Object] = status["conditions"]
    state = "True" if ready else "False"
    more = dict(why or {})
    for kind in ("PodReadyToStartContainers", "Initialized"):
        conditions = writes.with_condition(conditions, kind, "True", now=now)
    for kind in ("Ready", "ContainersReady"):
        conditions = writes.with_condition(conditions, kind, state, now=now, **more)
    return conditions


def _container_status(container: Object, state: Object, *, ready: bool, started: bool) -> Object:
    running = "waiting" not in state
    return {
        "name": container["name"],
        "image": container["image"],
        "imageID": f"simulated://{container['image']}" if running else "",
        "containerID": f"simulated://{container['name']}" if running else "",
        "lastState": {},
        "ready": ready,
        "restartCount": 0,
        "started": started,
        "state": state,
    }


def _wait(sim: Simulator, stored: Stored, reason: str, message: str, container: Object) -> None:
    pod = stored.obj
    status = _base_status(sim, pod)
    names = [each["name"] for each in pod["spec"]["containers"]]
    told = f"containers with unready status: [{' '.join(names)}]"
    why = {"reason": "ContainersNotReady", "message": told}
    status["conditions"] = _conditions(sim, status, ready=False, why=why)
    statuses = []
    for each in pod["spec"]["containers"]:
        waiting = {"reason": "ContainerCreating"}
        if each["name"] == container["name"]:
            waiting = {"reason": reason, **({"message": message} if message else {})}
        state = {"waiting": waiting}
        statuses.append(_container_status(each, state, ready=False, started=False))
    status["containerStatuses"] = statuses
    writes.update_status(sim, stored, status, by=KUBELET)


def _run(sim: Simulator, stored: Stored) -> None:
    pod = stored.obj
    now = stamp(sim.clock())
    for container in (*(pod["spec"].get("initContainers") or ()), *pod["spec"]["containers"]):
        _tell_start(sim, pod, container)
    finishing = pod["spec"].get("restartPolicy") in ("Never", "OnFailure")
    wish = _wish(pod)
    failing = wish == "fail"
    ready = not failing and wish != "never-ready"
    status = _base_status(sim, pod)
    address = _address(sim, pod)
    status.update({"phase": "Running", "podIP": address, "podIPs": [{"ip": address}]})
    names = " ".join(each["name"] for each in pod["spec"]["containers"])
    why = None
    if not ready:
        told = f"containers with unready status: [{names}]"
        why = {"reason": "ContainersNotReady", "message": told}
    status["conditions"] = _conditions(sim, status, ready=ready, why=why)
    running: Object = {"running": {"startedAt": now}}
    status["containerStatuses"] = [
        _container_status(each, running, ready=ready, started=True)
        for each in pod["spec"]["containers"]
    ]
    done = {"exitCode": 0, "reason": "Completed", "startedAt": now, "finishedAt": now}
    if pod["spec"].get("initContainers"):
        status["initContainerStatuses"] = [
            _container_status(each, {"terminated": done}, ready=True, started=False)
            for each in pod["spec"]["initContainers"]
        ]
    writes.update_status(sim, stored, status, by=KUBELET)
    if wish == "never-ready":
        container = pod["spec"]["containers"][0]
        _warn(sim, pod, "Unhealthy", "Readiness probe failed: simulated", container)
    if finishing or failing:
        key = (pod["metadata"]["namespace"], pod["metadata"]["name"])
        sim.controllers.enqueue("pods", key)


def _tell_start(sim: Simulator, pod: Object, container: Object) -> None:
    image = container["image"]
    if container.get("imagePullPolicy") == "Always":
        _event(sim, pod, "Pulling", f'Pulling image "{image}"', container)
        took = "1ms (1ms including waiting). Image size: 0 bytes."
        pulled = f'Successfully pulled image "{image}" in {took}'
    else:
        pulled = (
            f'Container image "{image}" already present on machine and can be accessed by the pod'
        )
    _event(sim, pod, "Pulled", pulled, container)
    _event(sim, pod, "Created", "Container created", container)
    _event(sim, pod, "Started", "Container started", container)


def _address(sim: Simulator, pod: Object) -> str:
    if pod["spec"].get("hostNetwork"):
        return NODE_ADDRESS
    number = int(sim.store.meta("pod-addresses") or 0) + 1
    sim.store.set_meta("pod-addresses", str(number))
    number %= 65_000
    return f"10.244.{number // 254}.{number % 254 + 1}"


def _finish(sim: Simulator, stored: Stored) -> None:
    """Containers that aren't to be restarted are done at once."""
    pod = stored.obj
    failing = _wish(pod) == "fail"
    if pod["spec"].get("restartPolicy") == "Always":
        if failing:
            _crash(sim, stored)
        return
    now = stamp(sim.clock())
    status = stored.copy()["status"]
    reason, code = ("Error", 1) if failing else ("Completed", 0)
    status["phase"] = "Failed" if failing else "Succeeded"
    why = {"reason": "PodFailed" if failing else "PodCompleted"}
    status["conditions"] = _conditions(sim, status, ready=False, why=why)
    for each in status.get("containerStatuses") or ():
        started = (each["state"].get("running") or {}).get("startedAt", now)
        done = {"exitCode": code, "reason": reason, "startedAt": started, "finishedAt": now}
        each.update({"ready": False, "started": False, "state": {"terminated": done}})
    writes.update_status(sim, stored, status, by=KUBELET)


def _crash(sim: Simulator, stored: Stored) -> None:
    pod = stored.obj
    status = stored.copy()["status"]
    container = pod["spec"]["containers"][0]
    message = (
        f"back-off 10s restarting failed container={container['name']} "
        f"pod={pod['metadata']['name']}_{pod['metadata']['namespace']}"
        f"({pod['metadata']['uid']})"
    )
    now = stamp(sim.clock())
    for each in status.get("containerStatuses") or ():
        if each["restartCount"]:
            return
        last = {"exitCode": 1, "reason": "Error", "startedAt": now, "finishedAt": now}
        each["lastState"] = {"terminated": last}
        waiting = {"reason": "CrashLoopBackOff", "message": message}
        each.update({"ready": False, "restartCount": 1, "state": {"waiting": waiting}})
    writes.update_status(sim, stored, status, by=KUBELET)
    _warn(sim, pod, "BackOff", message.replace("back-off 10s", "Back-off"), container)


def qos_class(pod: Object) -> str:
    """Guaranteed, Burstable or BestEffort."""
    all_containers = containers(pod)
    limits = [(each.get("resources") or {}).get("limits") or {} for each in all_containers]
    requests = [(each.get("resources") or {}).get("requests") or {} for each in all_containers]
    if not any(limits) and not any(requests):
        return "BestEffort"
    guaranteed = all(
        {"cpu", "memory"} <= set(limit) and {**limit, **request} == limit
        for limit, request in zip(limits, requests, strict=True)
    )
    return "Guaranteed" if guaranteed else "Burstable"

"""What the API server refuses, and its words. Each row was said by a real one."""

from __future__ import annotations

import pytest

from tests.simulator.objects import (
    TEMPLATE,
    config_map,
    deployment,
    secret,
    service,
    with_container,
)

pytestmark = pytest.mark.verified

STRICT = 'Deployment in version "v1" cannot be handled as a Deployment: '
INVALID = 'Deployment.apps "d" is invalid: '
CONTAINER = "spec.template.spec.containers[0]"
TYPED = "failed to create typed patch object (/d; apps/v1, Kind=Deployment): "
SUBDOMAIN = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or "
    "'.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used "
    "for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)

CREATES = {
    "unknown field": (
        deployment(foo=1),
        400,
        STRICT + 'strict decoding error: unknown field "spec.foo"',
    ),
    "unknown fields in lists": (
        deployment(template=with_container(imag="x", ports=[{"containerport": 1}])),
        400,
        STRICT + f'strict decoding error: unknown field "{CONTAINER}.imag", '
        f'unknown field "{CONTAINER}.ports[0].containerport"',
    ),
    "text for a number": (
        deployment(replicas="x"),
        400,
        STRICT + "json: cannot unmarshal string into Go struct field "
        "DeploymentSpec.spec.replicas of type int32",
    ),
    "boolean for text": (
        deployment(template=with_container(env=[{"name": "a", "value": True}])),
        400,
        STRICT + "json: cannot unmarshal bool into Go struct field "
        "EnvVar.spec.template.spec.containers.env.value of type string",
    ),
    "list for an object": (
        {**deployment(), "spec": {"template": []}},
        400,
        STRICT + "json: cannot unmarshal array into Go struct field "
        "DeploymentSpec.spec.template of type v1.PodTemplateSpec",
    ),
    "quantity": (
        deployment(template=with_container(resources={"limits": {"cpu": "abc"}})),
        400,
        STRICT + "quantities must match the regular expression "
        "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    ),
    "base64": (
        secret(data={"a": "!!"}),
        400,
        'Secret in version "v1" cannot be handled as a Secret: illegal base64 data at input byte 0',
    ),
    "negative replicas": (
        deployment(replicas=-1),
        422,
        INVALID + "spec.replicas: Invalid value: -1: must be greater than or equal to 0",
    ),
    "no selector": (
        deployment(selector=None),
        422,
        INVALID + "[spec.selector: Required value, spec.template.metadata.labels: Invalid "
        'value: {"a":"b"}: `selector` does not match template `labels`]',
    ),
    "selector that misses the template": (
        deployment(selector={"matchLabels": {"z": "b"}}),
        422,
        INVALID + 'spec.template.metadata.labels: Invalid value: {"a":"b"}: '
        "`selector` does not match template `labels`",
    ),
    "no containers": (
        deployment(template={**TEMPLATE, "spec": {"containers": []}}),
        422,
        INVALID + "spec.template.spec.containers: Required value",
    ),
    "no image": (
        deployment(template={**TEMPLATE, "spec": {"containers": [{"name": "c"}]}}),
        422,
        INVALID + f"{CONTAINER}.image: Required value",
    ),
    "volume that isn't there": (
        deployment(template=with_container(volumeMounts=[{"name": "v", "mountPath": "/x"}])),
        422,
        INVALID + f'{CONTAINER}.volumeMounts[0].name: Not found: "v"',
    ),
    "restart policy": (
        deployment(template={**TEMPLATE, "spec": {**TEMPLATE["spec"], "restartPolicy": "Never"}}),
        422,
        INVALID + 'spec.template.spec.restartPolicy: Unsupported value: "Never": '
        'supported values: "Always"',
    ),
    "port": (
        deployment(template=with_container(ports=[{"containerPort": 99999}])),
        422,
        INVALID + f"{CONTAINER}.ports[0].containerPort: Invalid value: 99999: "
        "must be between 1 and 65535, inclusive",
    ),
    "name": (
        config_map("Bad_Name"),
        422,
        f'ConfigMap "Bad_Name" is invalid: metadata.name: Invalid value: "Bad_Name": {SUBDOMAIN}',
    ),
    "no name": (
        config_map(""),
        422,
        'ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required',
    ),
    "config key": (
        config_map(**{"a b": "x"}),
        422,
        'ConfigMap "c" is invalid: data[a b]: Invalid value: "a b": a valid config key must '
        "consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  "
        "or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
    ),
    "address outside": (
        service(clusterIP="1.2.3.4"),
        422,
        'Service "s" is invalid: spec.clusterIPs: Invalid value: ["1.2.3.4"]: failed to allocate '
        "IP 1.2.3.4: the provided network does not match the current range",
    ),
    "address in use": (
        service(clusterIP="10.96.0.1"),
        422,
        'Service "s" is invalid: spec.clusterIPs: Invalid value: ["10.96.0.1"]: failed to '
        "allocate IP 10.96.0.1: provided IP is already allocated",
    ),
    "node port outside": (
        service(type="NodePort", ports=[{"port": 81, "nodePort": 80}]),
        422,
        'Service "s" is invalid: spec.ports[0].nodePort: Invalid value: 80: provided port is not '
        "in the valid range. The range of valid ports is 30000-32767",
    ),
    "version on create": (
        {**config_map(), "metadata": {"name": "c", "resourceVersion": "1"}},
        500,
        "resourceVersion should not be set on objects to be created",
    ),
    "other namespace": (
        {**config_map(), "metadata": {"name": "c", "namespace": "other"}},
        400,
        "the namespace of the provided object does not match the namespace sent on the request",
    ),
}


@pytest.mark.parametrize("case", CREATES)
def test_create(api, case):
    obj, code, message = CREATES[case]
    answered, status = api.create(obj, fieldValidation="Strict")
    assert (answered, status["message"]) == (code, message)
    assert (status["kind"], status["status"], status["code"]) == ("Status", "Failure", code)


APPLIES = {
    "unknown field": (deployment(foo=1), 500, TYPED + ".spec.foo: field not declared in schema"),
    "text for a number": (
        deployment(replicas="x"),
        500,
        TYPED + ".spec.replicas: expected numeric (int or float), got string",
    ),
    "boolean for text": (
        deployment(template=with_container(env=[{"name": "a", "value": True}])),
        500,
        TYPED + '.spec.template.spec.containers[name="c"].env[name="a"].value: expected string, '
        "got &value.valueUnstructured{Value:true}",
    ),
    "duplicates": (
        deployment(
            template={**TEMPLATE, "spec": {"containers": [{"name": "c", "image": "x"}] * 2}}
        ),
        500,
        TYPED + '.spec.template.spec.containers: duplicate entries for key [name="c"]',
    ),
    "invalid": (
        deployment(replicas=-1),
        422,
        INVALID + "spec.replicas: Invalid value: -1: must be greater than or equal to 0",
    ),
}


@pytest.mark.parametrize("case", APPLIES)
def test_apply(api, case):
    obj, code, message = APPLIES[case]
    answered, status = api.apply(obj)
    assert (answered, status["message"]) == (code, message)


def test_apply_needs_a_manager_and_the_right_name(api):
    media = "application/apply-patch+yaml"
    path = api.path("ConfigMap", "c")
    code, status = api("PATCH", path, config_map(), media=media)
    assert (code, status["message"]) == (
        422,
        'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for '
        "apply patch",
    )
    code, status = api("PATCH", path, config_map("other"), media=media, fieldManager="a")
    assert (code, status["message"]) == (
        400,
        "the name of the object (other) does not match the name on the URL (c)",
    )


CHANGES = {
    "Deployment": (
        deployment(),
        {"spec": {"selector": {"matchLabels": {"x": "y"}}}},
        INVALID + '[spec.template.metadata.labels: Invalid value: {"a":"b"}: `selector` does not '
        'match template `labels`, spec.selector: Invalid value: {"matchLabels":'
        '{"a":"b","x":"y"}}: field is immutable]',
    ),
    "Service": (
        service(clusterIP="10.96.200.7"),
        {"spec": {"clusterIP": "10.96.77.77"}},
        'Service "s" is invalid: spec.clusterIPs[0]: Invalid value: ["10.96.77.77"]: '
        "may not change once set",
    ),
    "Secret": (
        secret(),
        {"type": "foo"},
        'Secret "s" is invalid: type: Invalid value: "foo": field is immutable',
    ),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_immutable(api, kind):
    obj, change, message = CHANGES[kind]
    assert api.create(obj)[0] == 201
    code, status = api.merge(kind, obj["metadata"]["name"], change)
    assert (code, status["message"]) == (422, message)


def test_conflicts_and_missing_objects(api):
    api.create(config_map())
    code, status = api.create(config_map())
    assert (code, status["message"]) == (409, 'configmaps "c" already exists')
    assert status["details"] == {"name": "c", "kind": "configmaps"}
    stale = {**config_map(), "metadata": {"name": "c", "resourceVersion": "1"}}
    code, status = api("PUT", api.path("ConfigMap", "c"), stale)
    assert (code, status["message"]) == (
        409,
        'Operation cannot be fulfilled on configmaps "c": the object has been modified; please '
        "apply your changes to the latest version and try again",
    )
    code, status = api("GET", api.path("Deployment", "x"))
    assert (code, status["message"]) == (404, 'deployments.apps "x" not found')
    assert status["details"] == {"name": "x", "group": "apps", "kind": "deployments"}
    code, status = api("DELETE", "/api/v1/namespaces/default")
    assert (code, status["reason"]) == (403, "Forbidden")
    code, status = api("POST", "/api/v1/namespaces/none-such/configmaps", config_map())
    assert (code, status["message"]) == (404, 'namespaces "none-such" not found')


BAD = {
    "no media type": (b"{}", "text/plain", 415),
    "broken JSON": (b"{", "application/json", 400),
    "a list": (b"[]", "application/json", 400),
    "broken protobuf": (b"k8s\0\xff\xff", "application/vnd.kubernetes.protobuf", 400),
    "other kind": (b'{"kind":"Pod","apiVersion":"v1"}', "application/json", 400),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_bodies(api, case):
    body, media, code = BAD[case]
    answered, status = api("POST", api.path("ConfigMap"), body, media=media)
    assert (answered, status["kind"]) == (code, "Status")


def test_bad_patches(api):
    api.create(config_map())
    path = api.path("ConfigMap", "c")
    remove = [{"op": "remove", "path": "/data/none"}]
    code, status = api("PATCH", path, remove, media="application/json-patch+json")
    message = "the server rejected our request due to an error in our request"
    assert (code, status["message"]) == (422, message)
    code, status = api("PATCH", path, {}, media="application/json")
    assert (code, status["message"]) == (415, "415: Unsupported Media Type")
    code, status = api(
        "PATCH", path, b"a: [b", media="application/apply-patch+yaml", fieldManager="a"
    )
    assert (code, status["reason"]) == (400, "BadRequest")

"""The built-in kinds, as a real API server of the same version described them."""

from pyhelm import openapi


def resource(api_version, kind):
    found = openapi.resource_for(api_version, kind)
    assert found is not None
    return found


def inside(schema, *fields):
    """The schema of a field of a field."""
    for name in fields:
        schema = schema and schema.field(name)
    assert schema is not None, fields
    return schema


def test_resource_for_core_and_grouped_kinds():
    pod = resource("v1", "Pod")
    assert (pod.plural, pod.path, pod.namespaced) == ("pods", "/api/v1", True)
    assert "log" in [sub.name for sub in pod.subresources]
    deployment = resource("apps/v1", "Deployment")
    assert deployment.qualified_name == "deployments.apps"
    assert deployment.short_names == ("deploy",)
    assert openapi.resource_for("extensions/v1beta1", "Deployment") is None


def test_schema_merge_keys_and_defaults():
    spec = inside(openapi.schema_for("v1", "Service"), "spec")
    ports = inside(spec, "ports")
    assert ports.list_type == "map"
    assert ports.list_map_keys == ("port", "protocol")
    assert (ports.merge_key, ports.merge_strategies) == ("port", ("merge",))
    assert inside(ports.items, "protocol").default == "TCP"
    assert inside(spec, "selector").map_type == "atomic"
    assert inside(spec, "clusterIPs").list_type == "atomic"
    assert spec.field("no-such-field") is None


def test_schema_of_maps_and_odd_types():
    container = openapi.type_named("core.v1.Container")
    assert inside(container, "resources", "limits", "cpu").format == "quantity"
    port = inside(openapi.type_named("core.v1.HTTPGetAction"), "port")
    assert port.format == "int-or-string"
    assert inside(openapi.schema_for("apps/v1", "Deployment"), "status").default == {}
    assert inside(container, "image").default is openapi.MISSING
    assert openapi.type_named("meta.v1.FieldsV1").is_open
    assert not container.is_open


def test_what_releases_are_kept_in_is_as_the_table_has_it():
    for key, known in openapi.STORED.items():
        listed = openapi.resource_for(*key)
        assert listed is not None
        for name in ("api_version", "kind", "plural", "singular", "namespaced", "path"):
            assert getattr(known, name) == getattr(listed, name)

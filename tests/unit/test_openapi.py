"""The built-in kinds, as a real API server of the same version described them."""

from pyhelm import openapi


def test_resource_for_core_and_grouped_kinds():
    pod = openapi.resource_for("v1", "Pod")
    assert (pod.plural, pod.path, pod.namespaced) == ("pods", "/api/v1", True)
    assert "log" in [sub.name for sub in pod.subresources]
    deployment = openapi.resource_for("apps/v1", "Deployment")
    assert deployment.qualified_name == "deployments.apps"
    assert deployment.short_names == ("deploy",)
    assert openapi.resource_for("extensions/v1beta1", "Deployment") is None


def test_schema_merge_keys_and_defaults():
    spec = openapi.schema_for("v1", "Service").field("spec")
    ports = spec.field("ports")
    assert ports.list_type == "map"
    assert ports.list_map_keys == ("port", "protocol")
    assert (ports.merge_key, ports.merge_strategies) == ("port", ("merge",))
    assert ports.items.field("protocol").default == "TCP"
    assert spec.field("selector").map_type == "atomic"
    assert spec.field("clusterIPs").list_type == "atomic"
    assert spec.field("no-such-field") is None


def test_schema_of_maps_and_odd_types():
    container = openapi.type_named("core.v1.Container")
    limits = container.field("resources").field("limits")
    assert limits.field("cpu").format == "quantity"
    port = openapi.type_named("core.v1.HTTPGetAction").field("port")
    assert port.format == "int-or-string"
    assert openapi.schema_for("apps/v1", "Deployment").field("status").default == {}
    assert container.field("image").default is openapi.MISSING
    assert openapi.type_named("meta.v1.FieldsV1").is_open
    assert not container.is_open


def test_what_releases_are_kept_in_is_as_the_table_has_it():
    for key, known in openapi.STORED.items():
        listed = openapi.resource_for(*key)
        assert listed is not None
        for name in ("api_version", "kind", "plural", "singular", "namespaced", "path"):
            assert getattr(known, name) == getattr(listed, name)

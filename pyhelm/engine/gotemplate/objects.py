"""The objects that Go templates see: Helm's structs and maps with methods, under Go's names."""

from __future__ import annotations

from pyhelm import _yaml
from pyhelm._dataclass import dataclass
from pyhelm._typing import TYPE_CHECKING, Any, Callable, ClassVar, Iterator, Mapping
from pyhelm.engine.functions import FunctionError
from pyhelm.engine.gotemplate.errors import Fault
from pyhelm.engine.gotemplate.quoting import quote
from pyhelm.engine.gotypes import Strings, TemplateValues, type_name

if TYPE_CHECKING:
    from pyhelm.chart.capabilities import Capabilities
    from pyhelm.engine import objects

ANY = "interface {}"

Given = tuple[tuple[int, str], ...]
"""What a method is called with: for each argument the node to blame, and its text if it is a
literal."""


@dataclass(frozen=True, slots=True)
class Method:
    """A method: the types of its parameters, and what it does with the receiver."""

    parameters: str
    function: Callable[..., Any]


class GoObject:
    """A value with methods and fields of its own."""

    go_type: ClassVar[str]
    go_kind: ClassVar[str] = "struct"
    methods: ClassVar[Mapping[str, Method]] = {}

    @property
    def fields(self) -> Mapping[str, Any]:
        """The struct's exported fields."""
        return {}

    def member(self, name: str, shown: str) -> Any:
        """A field, or what a method without arguments returns."""
        if name in self.methods:
            return bound_method(self.methods[name], self, name, ())()
        if name in self.fields:
            return self.fields[name]
        raise Fault(f"can't evaluate field {name} in type {shown}")

    def method(self, name: str, given: Given) -> Callable[..., Any]:
        """A method that is given such arguments."""
        if name in self.methods:
            return bound_method(self.methods[name], self, name, given)
        if name in self.fields:
            raise Fault(f"{name} has arguments but cannot be invoked as function")
        raise Fault(f"can't evaluate field {name} in type {self.go_type}")


def bound_method(method: Method, receiver: Any, name: str, given: Given) -> Callable[..., Any]:
    """A method as a function of its arguments, which are checked as those of functions are."""
    from pyhelm.engine.gotemplate.signatures import of

    takes = of(method.parameters)
    message = takes.refuses(name, len(given), has_final=False)
    if message:
        raise Fault(message)

    def call(*args: Any) -> Any:
        for index, (value, (last, literal)) in enumerate(zip(args, given, strict=True)):
            _check(value, takes.at(index), last, literal)
        return method.function(receiver, *args)

    return call


def _check(value: Any, wanted: str, last: int, literal: str) -> None:
    """Refuse what is not of a parameter's type; pointers may be nil."""
    from pyhelm.engine.gotemplate.signatures import INTEGERS, literal_refused

    if wanted == "any" or (value is None and wanted[0] in "*["):
        return
    if value is not None and type_name(value) == wanted:
        return
    if literal and (wanted not in INTEGERS or type(value) is not int):
        raise Fault(literal_refused(literal, wanted), last)
    if not literal:
        got = ANY if value is None else type_name(value)
        raise Fault(f"wrong type for value; expected {wanted}; got {got}", last)


class Files(GoObject, Mapping[str, bytes]):
    """`.Files`"""

    go_type = "engine.files"
    go_kind = "map"

    def __init__(self, files: objects.Files) -> None:
        self._files = files
        self._data = dict(files)

    def __getitem__(self, name: str) -> bytes:
        return self._data[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._data)

    def __len__(self) -> int:
        return len(self._data)

    def __hash__(self) -> int:
        return id(self)

    def member(self, name: str, shown: str) -> Any:
        """A method's result, or a file that has such a name."""
        if name in self.methods:
            return super().member(name, shown)
        return self._data.get(name, b"")

    methods: ClassVar[Mapping[str, Method]] = {
        "Get": Method("string", lambda self, name: _text(self._data.get(name, b""))),
        "GetBytes": Method("string", lambda self, name: self._data.get(name, b"")),
        "Glob": Method("string", lambda self, pattern: Files(self._files.glob(pattern))),
        "Lines": Method("string", lambda self, name: Strings(self._files.lines(name))),
        "AsConfig": Method("", lambda self: self._files.as_config()),
        "AsSecrets": Method("", lambda self: self._files.as_secrets()),
    }


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


class VersionSet(GoObject, Strings):
    """`.Capabilities.APIVersions`"""

    go_type = "common.VersionSet"
    go_kind = "slice"
    methods: ClassVar[Mapping[str, Method]] = {
        "Has": Method("string", lambda self, version: version in self)
    }


class KubeVersion(GoObject):
    """`.Capabilities.KubeVersion`"""

    go_type = "common.KubeVersion"

    def __init__(self, capabilities: Capabilities) -> None:
        kube = capabilities.kube_version
        self._fields = {"Version": kube.version, "Major": kube.major, "Minor": kube.minor}
        self._text, self._normalized = str(kube), kube.normalized

    def __str__(self) -> str:
        return self._text

    @property
    def fields(self) -> Mapping[str, Any]:
        """The struct's exported fields."""
        return self._fields

    methods: ClassVar[Mapping[str, Method]] = {
        "String": Method("", lambda self: self._text),
        "GitVersion": Method("", lambda self: self._fields["Version"]),
    }

    def go_fields(self) -> list[tuple[str, Any]]:
        """As %v prints the struct; an action prints its `String`."""
        version, *rest = self._fields.items()
        return [version, ("normalizedVersion", self._normalized), *rest]

    def go_json(self) -> Any:
        """What toJson and toYaml write."""
        return dict(self._fields)


class Struct(GoObject):
    """A struct with fields and no methods."""

    def __init__(
        self, go_type: str, fields: Mapping[str, Any], json: Mapping[str, Any] | None = None
    ) -> None:
        self._type, self._fields = go_type, dict(fields)
        self._json = dict(json or fields)

    @property
    def go_type(self) -> str:  # type: ignore[override]
        """Go's name of the type."""
        return self._type

    @property
    def go_kind(self) -> str:  # type: ignore[override]
        """Whether it is a pointer to a struct, or the struct."""
        return "ptr" if self._type.startswith("*") else "struct"

    @property
    def fields(self) -> Mapping[str, Any]:
        """The struct's exported fields."""
        return self._fields

    def go_fields(self) -> list[tuple[str, Any]]:
        """As %v prints it."""
        return list(self._fields.items())

    def go_json(self) -> Any:
        """What toJson and toYaml write."""
        return dict(self._json)


def capabilities_object(capabilities: Capabilities) -> Struct:
    """`.Capabilities`"""
    helm = {
        "Version": capabilities.helm_version,
        "GitCommit": "",
        "GitTreeState": "",
        "GoVersion": "go1.26.8",
        "KubeClientVersion": "v1.37",
    }
    return Struct(
        "*common.Capabilities",
        {
            "KubeVersion": KubeVersion(capabilities),
            "APIVersions": VersionSet(capabilities.api_versions),
            "HelmVersion": Struct("version.BuildInfo", helm, _build_info(helm)),
        },
    )


def _build_info(fields: Mapping[str, str]) -> dict[str, str]:
    """The fields under their names in JSON; empty ones are left out."""
    return {_snake_case(each): text for each, text in fields.items() if text}


def _snake_case(name: str) -> str:
    words = "".join(f"_{char.lower()}" if char.isupper() else char for char in name)
    return words.removeprefix("_")


def _table(values: TemplateValues, name: str) -> Any:
    table: Any = values.map
    for part in name.split("."):
        table = table.get(part) if isinstance(table, dict) else None
        if not isinstance(table, dict):
            raise FunctionError(f"{quote(part)} is not a table")
    return table if isinstance(table, TemplateValues) else TemplateValues(table)


def _path_value(values: TemplateValues, path: str) -> Any:
    if not path:
        raise FunctionError("YAML path cannot be empty")
    *tables, key = path.split(".")
    table: Any = values.map
    for part in tables:
        table = table.get(part) if isinstance(table, dict) else None
    if not isinstance(table, dict) or isinstance(table.get(key), dict) or key not in table:
        raise FunctionError(f"{quote(key)} is not a value")
    return table[key]


METHODS: Mapping[str, Method] = {
    "AsMap": Method("", lambda values: values.map),
    "Encode": Method("io.Writer", lambda values, writer: None),
    "PathValue": Method("string", _path_value),
    "Table": Method("string", _table),
    "YAML": Method("", lambda values: _yaml.dump(values.map)),
}
"""The methods of common.Values."""

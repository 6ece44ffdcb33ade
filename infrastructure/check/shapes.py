"""Shapes of Azure's resources, read off the types that Microsoft's own management packages ship."""

import importlib
from dataclasses import dataclass, field
from enum import Enum
from types import ModuleType
from typing import Any, Literal, Required, TypeAlias, Union, get_args, get_origin

from typing_extensions import get_type_hints, is_typeddict

Shape: TypeAlias = "Scalar | ListOf | MapOf | Struct | OneOf | Tagged"


@dataclass(frozen=True, slots=True)
class Scalar:
    """A plain value: text, number, truth, or anything; `choices` are the texts it may be, where they are listed."""

    kind: str
    choices: frozenset[str] = frozenset()
    is_duration: bool = False


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of equal things."""

    item: Shape


@dataclass(frozen=True, slots=True)
class MapOf:
    """An object with keys of one's own."""

    value: Shape


@dataclass(frozen=True, slots=True)
class OneOf:
    """An object of one of several shapes."""

    options: tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class Tagged:
    """An object of the shape that the text under `key` names."""

    key: str
    options: dict[str, Shape]


@dataclass(slots=True)
class Struct:
    """An object with known keys; those in `required` must be there, `open` ones may have more."""

    name: str
    fields: dict[str, Shape] = field(default_factory=dict)
    required: set[str] = field(default_factory=set)
    open: bool = False


ANYTHING = Scalar("anything")


def shape_of(module: str, name: str) -> Shape:
    """The shape of a class of a management package, whichever of their three styles it is written in."""
    return _Reader(importlib.import_module(module)).read(name)


class _Reader:
    """Reads classes of one module; a shape that contains itself is read once."""

    def __init__(self, module: ModuleType) -> None:
        package = module.__name__.removesuffix(".types").removesuffix(".models")
        models = importlib.import_module(f"{package}.models")
        self._names: dict[str, Any] = {**vars(models), **vars(module), "_models": models}
        self._read: dict[str, Struct] = {}

    def read(self, name: str) -> Shape:
        """The shape of the class of that name."""
        kind = self._names[name]
        if is_typeddict(kind):
            return self._typed_dictionary(kind)
        return self._serialized(kind) if hasattr(kind, "_attribute_map") else self._rest_fields(kind)

    def _typed_dictionary(self, kind: type) -> Struct:
        if kind.__name__ in self._read:
            return self._read[kind.__name__]
        struct = self._read[kind.__name__] = Struct(kind.__name__)
        for name, hint in get_type_hints(kind, self._names, include_extras=True).items():
            origin: Any = get_origin(hint)
            is_required = origin is Required
            if is_required:
                struct.required.add(name)
            struct.fields[name] = self._hint(get_args(hint)[0] if is_required else hint)
        return struct

    def _rest_fields(self, kind: type) -> Struct:
        if kind.__name__ in self._read:
            return self._read[kind.__name__]
        struct = self._read[kind.__name__] = Struct(kind.__name__)
        kind()  # the fields are gathered when the first one is made
        hints = get_type_hints(kind, self._names)
        for attribute, rest in kind._attr_to_rest_field.items():  # type: ignore[attr-defined]
            struct.fields[rest._rest_name] = self._hint(hints[attribute])
        return struct

    def _hint(self, hint: Any) -> Shape:
        if is_typeddict(hint):
            return self._typed_dictionary(hint)
        if isinstance(hint, type) and getattr(hint, "_is_model", False):
            return self._rest_fields(hint)
        arguments = [one for one in get_args(hint) if one is not type(None)]
        match get_origin(hint):
            case origin if origin is list:
                shape: Shape = ListOf(self._hint(arguments[0]))
            case origin if origin is dict:
                shape = MapOf(self._hint(arguments[1]))
            case origin if origin is Literal:
                shape = Scalar("text", frozenset(_choices(arguments)))
            case origin if origin is Union:
                shape = self._union(arguments)
            case _:
                shape = Scalar(_KINDS.get(hint, "anything"))
        return shape

    def _union(self, options: list[Any]) -> Shape:
        listed = [one for one in options if isinstance(one, type) and issubclass(one, Enum)]
        if listed:
            return Scalar("text", frozenset(choice for one in listed for choice in _choices(one)))
        shapes = tuple(self._hint(one) for one in options)
        return shapes[0] if len(shapes) == 1 else OneOf(shapes)

    def _serialized(self, kind: Any) -> Struct:
        if kind.__name__ in self._read:
            return self._read[kind.__name__]
        struct = self._read[kind.__name__] = Struct(kind.__name__)
        hints = get_type_hints(kind.__init__, self._names)
        for attribute, place in kind._attribute_map.items():
            if not place["key"]:
                struct.open = True
                continue
            rules = kind._validation.get(attribute, {})
            shape = self._wire(place["type"])
            if place["type"] == "str" and attribute in hints:
                shape = self._hint(hints[attribute])  # where the choices stand
            _put(struct, _path(place["key"]), shape, required=bool(rules.get("required")))
        return struct

    def _wire(self, text: str) -> Shape:
        if text.startswith("["):
            return ListOf(self._wire(text[1:-1]))
        if text.startswith("{"):
            return MapOf(self._wire(text[1:-1]))
        if text in _WIRE_KINDS:
            return Scalar(_WIRE_KINDS[text], is_duration=text == "duration")
        kind = self._names.get(text)
        if kind is None or not hasattr(kind, "_attribute_map"):
            return ANYTHING
        for attribute, kinds in vars(kind).get("_subtype_map", {}).items():  # its own, not its parent's
            (key,) = _path(kind._attribute_map[attribute]["key"])
            return Tagged(key, {told: self._wire(one) for told, one in kinds.items()})
        return self._serialized(kind)


def _put(struct: Struct, path: list[str], shape: Shape, *, required: bool) -> None:
    """Put a field where its dotted wire name says, making the objects on the way."""
    for key in path[:-1]:
        inner = struct.fields.setdefault(key, Struct(f"{struct.name}.{key}"))
        assert isinstance(inner, Struct)  # noqa: S101 - a dotted name leads through objects
        struct = inner
    struct.fields[path[-1]] = shape
    if required:
        struct.required.add(path[-1])


def _path(key: str) -> list[str]:
    """The parts of a wire name; a dot that belongs to a name is escaped there."""
    return [part.replace("\0", ".") for part in key.replace("\\.", "\0").split(".")]


def _choices(options: Any) -> list[str]:
    return [str(one.value if isinstance(one, Enum) else one) for one in options]


_KINDS: dict[Any, str] = {str: "text", int: "number", float: "number", bool: "truth"}
_WIRE_KINDS = {
    "str": "text",
    "duration": "text",
    "iso-8601": "text",
    "int": "number",
    "long": "number",
    "float": "number",
}
_WIRE_KINDS |= {"bool": "truth", "object": "anything"}

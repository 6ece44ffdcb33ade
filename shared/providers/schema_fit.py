"""Whether a value has the structure a JSON schema asks for; ranges, enums and lengths are left to who can mend them."""

from collections.abc import Mapping
from typing import Any

_TYPES: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}

DEEPEST = 32
"""Levels a reply may nest; ours have five."""


def misfit(value: object, schema: Mapping[str, Any]) -> str | None:
    """Where and how `value` departs from the schema's structure, by JSON pointer; None where it fits.

    Understood: type (also a list of types), properties, required, items, anyOf, and $ref into $defs.
    """
    return _misfit(value, schema, schema, "", 0)


def _misfit(value: object, schema: Mapping[str, Any], root: Mapping[str, Any], path: str, depth: int) -> str | None:
    if depth > DEEPEST:
        return f"{path or '/'} nests too deep"
    schema = _resolved(schema, root)
    choices = schema.get("anyOf")
    if isinstance(choices, list):
        wrongs = [_misfit(value, choice, root, path, depth + 1) for choice in choices]
        return None if None in wrongs else next(iter(wrongs), None)
    if not _is_of_type(value, schema.get("type")):
        return f"{path or '/'} is not {schema['type']}"
    if isinstance(value, dict):
        return _misfit_of_object(value, schema, root, path, depth)
    if isinstance(value, list) and isinstance(schema.get("items"), dict):
        wrongs = [_misfit(item, schema["items"], root, f"{path}/{at}", depth + 1) for at, item in enumerate(value)]
        return next((wrong for wrong in wrongs if wrong), None)
    return None


def _misfit_of_object(
    value: Mapping[str, object], schema: Mapping[str, Any], root: Mapping[str, Any], path: str, depth: int
) -> str | None:
    missing = [key for key in schema.get("required", ()) if key not in value]
    if missing:
        return f"{path}/{missing[0]} is missing"
    known = schema.get("properties", {})
    wrongs = (
        _misfit(item, known[key], root, f"{path}/{key}", depth + 1) for key, item in value.items() if key in known
    )
    return next((wrong for wrong in wrongs if wrong), None)


def _resolved(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema itself, or what its `$ref` (`#` or `#/$defs/Name`) stands for."""
    reference = schema.get("$ref")
    if not isinstance(reference, str):
        return schema
    found: Any = root
    for part in reference.removeprefix("#").split("/")[1:]:
        found = found[part]
    return found if isinstance(found, Mapping) else {}


def _is_of_type(value: object, wanted: object) -> bool:
    if wanted is None:
        return True
    names = wanted if isinstance(wanted, list) else [wanted]
    if isinstance(value, bool):
        return "boolean" in names
    if isinstance(value, float) and value.is_integer() and "integer" in names:
        return True
    return any(isinstance(value, _TYPES.get(str(name), ())) for name in names)

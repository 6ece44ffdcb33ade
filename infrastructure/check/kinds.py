"""Kinds of expressions: text, number, truth, list or object, as far as they can be told without deploying."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from tree_sitter import Node

from infrastructure.check.bicep import BicepFile, Expression, Value

KindOf: TypeAlias = Callable[[Value], str | None]
"""The kind of a value: text, number, truth, list, object; None for null and where it cannot be told."""

FUNCTIONS: dict[str, str | None] = {
    **dict.fromkeys(("string", "replace", "toLower", "guid", "uniqueString"), "text"),
    **dict.fromkeys(("loadTextContent", "readEnvironmentVariable", "subscriptionResourceId"), "text"),
    **dict.fromkeys(("contains", "empty"), "truth"),
    **dict.fromkeys(("environment", "resourceGroup", "subscription"), "object"),
    **dict.fromkeys(("concat", "union"), "first argument"),
    "items": "list",
    "json": None,
    "length": "number",
}
"""The functions of Bicep that this deployment may use, and the kind of what they answer. listKeys and its like are left
out on purpose, and so are utcNow and newGuid, with which no deployment would equal the one before."""

_DECLARED = {"string": "text", "int": "number", "bool": "truth", "array": "list", "object": "object"}
_LITERAL = {str: "text", int: "number", bool: "truth", list: "list", dict: "object"}
_NODES = {
    "string": "text",
    "number": "number",
    "boolean": "truth",
    "array": "list",
    "for_statement": "list",
    "object": "object",
}
_OPERATORS = {**dict.fromkeys("+-*/%", "number"), **dict.fromkeys(("==", "!=", "=~", "!~"), "truth")}
_OPERATORS |= dict.fromkeys(("<", "<=", ">", ">=", "&&", "||", "!"), "truth")


def declared_kind(name: str) -> str | None:
    """The kind that a declaration asks for: `string` is text."""
    return _DECLARED.get(name)


def kinds_in(file: BicepFile, files: Mapping[str, BicepFile]) -> KindOf:
    """What tells the kinds of the values of one file, whose modules are among `files`."""

    def of_value(value: Value) -> str | None:
        if isinstance(value.data, Expression):
            return of_node(value.data.node)
        return _LITERAL.get(type(value.data))

    def of_node(node: Node) -> str | None:
        parts = [child for child in node.named_children if child.type != "comment"]
        match node.type:
            case "identifier":
                kind = of_name(_text(node))
            case "parenthesized_expression":
                kind = of_node(parts[0])
            case "ternary_expression":
                kind = of_node(parts[1]) if of_node(parts[1]) == of_node(parts[2]) else None
            case "binary_expression" | "unary_expression":
                kind = _OPERATORS.get(next(_text(child) for child in node.children if not child.is_named))
            case "call_expression":
                answer = FUNCTIONS.get(_text(parts[0]))
                kind = of_node(parts[1].named_children[0]) if answer == "first argument" else answer
            case "member_expression":
                kind = of_output(*_text(node).split("."))
            case _:
                kind = _NODES.get(node.type)
        return kind

    def of_name(name: str) -> str | None:
        if name in file.parameters:
            return declared_kind(file.parameters[name].kind)
        return of_value(file.variables[name]) if name in file.variables else None

    def of_output(symbol: str, *path: str) -> str | None:
        module = next((one for one in file.modules if one.symbol == symbol), None)
        target = files.get(module.path) if module is not None else None
        if target is None or len(path) != 2 or path[1] not in target.outputs:
            return None
        return declared_kind(target.outputs[path[1]].kind)

    return of_value


def _text(node: Node) -> str:
    return (node.text or b"").decode()

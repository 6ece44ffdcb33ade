"""Reads: what is read off a name with a dot is there, and what is compared with a parameter is something it can be."""

from collections.abc import Iterator, Mapping

from tree_sitter import Node

from infrastructure.check.bicep import BicepFile, Expression, Fault, Value, chain, value_of, walk

_ANSWERS = {
    "resourceGroup": {"id", "name", "type", "location", "tags", "managedBy", "properties"},
    "subscription": {"id", "displayName", "subscriptionId", "tenantId"},
}
"""What Bicep's functions for the place of a deployment tell."""


def check_reads(files: Mapping[str, BicepFile]) -> Iterator[Fault]:
    """Outputs, fields and choices that do not exist; what resources answer is judged with their shapes."""
    for file in files.values():
        for node in walk(file.root):
            inside = node.parent is not None and node.parent.type == "member_expression"
            if node.type == "member_expression" and not (inside and node.parent and node.parent.children[0] == node):
                yield from _read(file, node, files)
            elif node.type == "binary_expression":
                yield from _comparison(file, node)


def resolved(file: BicepFile, value: Value) -> Value:
    """A field of a variable or of a loop's element as a choice between what it may be; other values as they are."""
    if not isinstance(value.data, Expression) or value.data.arms:
        return value
    base, path = chain(value.data.node)
    objects = _objects(file, base) if len(path) == 1 else []
    arms = tuple(one[path[0]] for one in objects if path[0] in one)
    return Value(value.line, Expression(value.data.text, value.data.node, arms)) if arms else value


def _read(file: BicepFile, node: Node, files: Mapping[str, BicepFile]) -> Iterator[Fault]:
    base, path = chain(node)
    line, name = node.start_point[0] + 1, _text(base)
    module = next((one for one in file.modules if one.symbol == name), None)
    if module is not None:
        target = files.get(module.path)
        if path[0] != "outputs" or len(path) < 2:
            yield file.fault(line, f"of the module {name} only outputs can be read")
        elif target is not None and path[1] not in target.outputs:
            yield file.fault(line, f"{module.path} has no output {path[1]}")
    elif base.type == "call_expression":
        function = _text(base.named_children[0])
        if path[0] not in _ANSWERS.get(function, {path[0]}):
            yield file.fault(line, f"{function}() does not tell {path[0]}")
    elif any(path[0] not in one for one in _objects(file, base)):
        yield file.fault(line, f"{name} does not always have {path[0]}")


def _comparison(file: BicepFile, node: Node) -> Iterator[Fault]:
    sides = [value_of(one) for one in node.named_children]
    names = [one.data.text for one in sides if isinstance(one.data, Expression)]
    texts = [one.data for one in sides if isinstance(one.data, str)]
    parameter = file.parameters.get(names[0]) if len(names) == len(texts) == 1 else None
    if parameter is not None and parameter.allowed and texts[0] not in parameter.allowed:
        yield file.fault(node.start_point[0] + 1, f"{parameter.name} is never {texts[0]!r}")


def _objects(file: BicepFile, base: Node) -> list[dict[str, Value]]:
    """The objects that a name may stand for, where they are written down: a variable's, or those a loop goes through."""
    if base.type != "identifier":
        return []
    loop = _loop_of(base)
    if loop is None:
        found = _possible(file, value_of(base))
    else:
        lists = [one.data for one in _possible(file, value_of(loop)) if isinstance(one.data, list)]
        found = [item for rows in lists for item in rows]
    return [one.data for one in found if isinstance(one.data, dict)]


def _loop_of(name: Node) -> Node | None:
    """What the loop goes through whose variable a name is."""
    here = name.parent
    while here is not None:
        if here.type == "for_statement":
            variable, rows = here.named_children[:2]
            if _text(variable) == _text(name) or _text(name) in {_text(one) for one in variable.named_children[:1]}:
                return rows
        here = here.parent
    return None


def _possible(file: BicepFile, value: Value) -> list[Value]:
    """The literals that a value may be; empty where only a deployment can tell."""
    if not isinstance(value.data, Expression):
        return [value]
    if value.data.arms:
        return [one for arm in value.data.arms for one in _possible(file, arm)]
    node = value.data.node
    if node.type == "identifier" and _text(node) in file.variables:
        return _possible(file, file.variables[_text(node)])
    if node.type == "call_expression" and _text(node.named_children[0]) in {"concat", "union"}:
        parts = [one for given in node.named_children[1].named_children for one in _possible(file, value_of(given))]
        return [_joined(value.line, parts)]
    return []


def _joined(line: int, parts: list[Value]) -> Value:
    """Lists end to end, or objects laid over each other; what is not written down can only add to them."""
    if parts and isinstance(parts[0].data, list):
        return Value(line, [item for one in parts if isinstance(one.data, list) for item in one.data])
    return Value(line, {key: item for one in parts if isinstance(one.data, dict) for key, item in one.data.items()})


def _text(node: Node) -> str:
    return (node.text or b"").decode()

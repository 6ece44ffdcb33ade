"""Names: every one used is declared, every one declared is used and described, and modules get what they ask for."""

import posixpath
from collections.abc import Iterator, Mapping

from tree_sitter import Node

from infrastructure.check.bicep import BicepFile, Expression, Fault, Module, Output, Parameter, Value
from infrastructure.check.kinds import FUNCTIONS, KindOf, declared_kind, kinds_in


def check_names(files: Mapping[str, BicepFile]) -> Iterator[Fault]:
    """What is wrong with names, file by file."""
    for file in files.values():
        yield from file.faults
        yield from _undeclared_and_unused(file)
        yield from _undescribed(file)
        kind_of = kinds_in(file, files)
        for parameter in file.parameters.values():
            if parameter.default is not None:
                yield from _misfits(file, parameter, parameter.default, kind_of=kind_of)
        for output in file.outputs.values():
            kind = kind_of(output.value)
            if kind not in {None, declared_kind(output.kind)}:
                yield file.fault(output.line, f"the output {output.name} must be {output.kind}, and is a {kind}")
        for module in file.modules:
            yield from _module(file, module, files)
    used = {posixpath.normpath(module.path) for file in files.values() for module in file.modules}
    for name in files:
        if name != "main.bicep" and name not in used:
            yield Fault(name, 0, "no module names this file")


def check_assignments(given: BicepFile, main: BicepFile) -> Iterator[Fault]:
    """What is wrong with a parameter file for `main`."""
    yield from given.faults
    kind_of = kinds_in(given, {})
    for name, value in given.variables.items():
        if name not in main.parameters:
            yield given.fault(value.line, f"main.bicep has no parameter {name}")
        else:
            yield from _misfits(given, main.parameters[name], value, kind_of=kind_of)
    for name, parameter in main.parameters.items():
        if parameter.default is None and name not in given.variables:
            yield given.fault(0, f"the parameter {name} is not given")


def _undeclared_and_unused(file: BicepFile) -> Iterator[Fault]:
    declared: dict[str, int] = {}
    for node in file.root.named_children:
        if node.type in {"parameter_declaration", "variable_declaration", "resource_declaration", "module_declaration"}:
            name = _text(node.named_children[0])
            if name in declared:
                yield file.fault(node.start_point[0] + 1, f"{name} is declared twice")
            declared[name] = node.start_point[0] + 1
    used: set[str] = set()
    for node, bound in _references(file.root, frozenset()):
        name = _text(node)
        is_call = node.parent is not None and node.parent.type == "call_expression" and node.parent.children[0] == node
        if is_call and not _is_in_decorator(node) and name not in FUNCTIONS:
            yield file.fault(node.start_point[0] + 1, f"there is no function {name} here")
        elif not is_call and name not in bound and name not in declared:
            yield file.fault(node.start_point[0] + 1, f"{name} is not declared")
        used.add(name)
    made = {one.symbol for one in file.resources if not one.existing} | {one.symbol for one in file.modules}
    for name, line in declared.items():
        if name not in used and name not in made:
            yield file.fault(line, f"{name} is declared and never used")


def _references(node: Node, bound: frozenset[str]) -> Iterator[tuple[Node, frozenset[str]]]:
    """Identifiers that refer to something, each with the loop variables in reach there."""
    children = [child for child in node.named_children if child.type != "comment"]
    match node.type:
        case "identifier":
            yield node, bound
            return
        case "parameter_declaration" | "variable_declaration" | "resource_declaration" | "module_declaration":
            children = children[1:]
        case "output_declaration":
            children = children[1:]
        case "object_property" if children[0].type == "identifier":
            children = children[1:]
        case "for_statement":
            loop, *children = children
            bound = bound | ({_text(one) for one in loop.named_children} or {_text(loop)})
    for child in children:
        yield from _references(child, bound)


def _is_in_decorator(node: Node) -> bool:
    here: Node | None = node
    while here is not None and here.type != "decorator":
        here = here.parent
    return here is not None


def _undescribed(file: BicepFile) -> Iterator[Fault]:
    described: list[Parameter | Output] = [*file.parameters.values(), *file.outputs.values()]
    for one in described:
        texts = [value.data for value in one.decorators.get("description", ())]
        if not any(isinstance(text, str) and text.strip() for text in texts):
            yield file.fault(one.line, f"{one.name} has no description")


def _module(file: BicepFile, module: Module, files: Mapping[str, BicepFile]) -> Iterator[Fault]:
    target = files.get(posixpath.normpath(posixpath.join(posixpath.dirname(file.name), module.path)))
    if target is None:
        yield file.fault(module.line, f"there is no file {module.path}")
        return
    for key in sorted(_module_keys(module) ^ {"name", "params"}):
        what = "needs" if key in {"name", "params"} else "cannot have"
        yield file.fault(module.line, f"the module {module.symbol} {what} {key}")
    given = module.body.at("params")
    handed = given.data if given is not None and isinstance(given.data, dict) else {}
    for name, value in handed.items():
        if name not in target.parameters:
            yield file.fault(value.line, f"{module.path} has no parameter {name}")
        else:
            yield from _misfits(file, target.parameters[name], value, kind_of=kinds_in(file, files))
    for name, parameter in target.parameters.items():
        if parameter.default is None and name not in handed:
            yield file.fault(module.line, f"{module.path} is not given its parameter {name}")


def _module_keys(module: Module) -> set[str]:
    return set(module.body.data) - {"dependsOn"} if isinstance(module.body.data, dict) else set()


def _misfits(file: BicepFile, parameter: Parameter, value: Value, *, kind_of: KindOf) -> Iterator[Fault]:
    """Values that a parameter cannot take; a choice is judged by the values it chooses between."""
    if isinstance(value.data, Expression) and value.data.arms:
        for arm in value.data.arms:
            yield from _misfits(file, parameter, arm, kind_of=kind_of)
        return
    kind, wanted = kind_of(value), declared_kind(parameter.kind)
    if kind not in {None, wanted}:
        yield file.fault(value.line, f"{parameter.name} must be {parameter.kind}, and is given a {kind}")
    elif isinstance(value.data, Expression):
        return
    elif parameter.allowed and value.data not in parameter.allowed:
        yield file.fault(value.line, f"{parameter.name} cannot be {value.data!r}")
    elif isinstance(value.data, int) and not isinstance(value.data, bool):
        low, high = (_bound(parameter, name) for name in ("minValue", "maxValue"))
        if (low is not None and value.data < low) or (high is not None and value.data > high):
            yield file.fault(value.line, f"{parameter.name} cannot be {value.data}")


def _bound(parameter: Parameter, decorator: str) -> int | None:
    (value, *_) = parameter.decorators.get(decorator, (Value(0, None),))
    return value.data if isinstance(value.data, int) else None


def _text(node: Node) -> str:
    return (node.text or b"").decode()

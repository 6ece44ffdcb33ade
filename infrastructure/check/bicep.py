"""Bicep files as data: parameters, variables, resources, modules and outputs, with the lines they stand on."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import tree_sitter_bicep
from tree_sitter import Language, Node, Parser


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """Something wrong in a file, in a sentence; line 0 is the file as a whole."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"


@dataclass(frozen=True, slots=True)
class Expression:
    """What only a deployment can work out; `arms` are the values it may choose between."""

    text: str
    node: Node
    arms: tuple["Value", ...] = ()


@dataclass(frozen=True, slots=True)
class Value:
    """A value as far as it can be read: text, number, truth, None, an object, a list, or an expression."""

    line: int
    data: "str | int | bool | dict[str, Value] | list[Value] | Expression | None"

    def at(self, path: str) -> "Value | None":
        """What lies under a dotted path of keys, and of 0 for the first of a list; None where there is nothing."""
        here: Value | None = self
        for key in path.split("."):
            data = here.data if here is not None else None
            if isinstance(data, list):
                here = data[0] if key == "0" and data else None
            else:
                here = data.get(key) if isinstance(data, dict) else None
        return here

    def plain(self, path: str) -> object:
        """The literal under a dotted path; None where there is none."""
        found = self.at(path)
        return None if found is None or isinstance(found.data, dict | list | Expression) else found.data


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a file asks for."""

    name: str
    kind: str
    default: Value | None
    decorators: dict[str, tuple[Value, ...]]
    line: int

    @property
    def allowed(self) -> tuple[object, ...]:
        """The literals it may take; empty where any will do."""
        (listed, *_) = self.decorators.get("allowed", (Value(0, []),))
        return tuple(one.data for one in listed.data) if isinstance(listed.data, list) else ()


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource that a file makes, or looks up when `existing`."""

    symbol: str
    type: str
    version: str
    existing: bool
    body: Value
    line: int


@dataclass(frozen=True, slots=True)
class Module:
    """Another file that a file deploys."""

    symbol: str
    path: str
    body: Value
    line: int


@dataclass(frozen=True, slots=True)
class Output:
    """What a file gives back."""

    name: str
    kind: str
    value: Value
    decorators: dict[str, tuple[Value, ...]]
    line: int


@dataclass(slots=True)
class BicepFile:
    """One file; `name` is its path below infrastructure/, `root` its syntax tree."""

    name: str
    root: Node
    parameters: dict[str, Parameter] = field(default_factory=dict)
    variables: dict[str, Value] = field(default_factory=dict)
    resources: list[Resource] = field(default_factory=list)
    modules: list[Module] = field(default_factory=list)
    outputs: dict[str, Output] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, line: int, text: str) -> Fault:
        """A fault in this file."""
        return Fault(self.name, line, text)


def read_folder(folder: Path) -> dict[str, BicepFile]:
    """Every Bicep file below a folder by its path there; files that cannot be parsed carry their faults."""
    found = sorted(path for path in folder.rglob("*.bicep"))
    return {(name := path.relative_to(folder).as_posix()): read_text(name, path.read_text("utf-8")) for path in found}


def read_text(name: str, text: str) -> BicepFile:
    """A file from its text."""
    file = BicepFile(name, _PARSER.parse(text.encode()).root_node)
    for node in walk(file.root):
        if node.is_missing or node.type == "ERROR":
            file.faults.append(file.fault(_line(node), f"this is not Bicep: {_text(node)[:60] or node.type!r}"))
    decorators: dict[str, tuple[Value, ...]] = {}
    for node in file.root.named_children:
        if node.type == "decorators":
            decorators = dict(_decorator(one) for one in node.named_children)
            continue
        _declare(file, node, decorators)
        decorators = {}
    return file


def read_assignments(name: str, text: str) -> BicepFile:
    """A parameter file: its `using` is dropped and its assignments are read as variables."""
    lines = ["" if line.startswith("using ") else line for line in text.split("\n")]
    return read_text(name, "\n".join("var " + line[6:] if line.startswith("param ") else line for line in lines))


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it."""
    yield node
    for child in node.children:
        yield from walk(child)


def chain(node: Node) -> tuple[Node, tuple[str, ...]]:
    """What stands before the first dot of `a.b.c`, and the names after it.

    The grammar gives the dots of a choice's last value to the choice as a whole; here they are that value's.
    """
    path: list[str] = []
    while node.type == "member_expression":
        path.insert(0, _text(node.children[-1]))
        node = node.children[0]
        if node.type == "ternary_expression":
            node = node.named_children[-1]
    return node, tuple(path)


def value_of(node: Node) -> Value:
    """The value that a node of an expression stands for."""
    match node.type:
        case "if_statement" | "parenthesized_expression":
            return value_of(node.named_children[-1])
        case "for_statement":
            return Value(_line(node), [value_of(node.named_children[-1])])
        case "object":
            pairs = [child for child in node.named_children if child.type == "object_property"]
            read = {_key(pair.named_children[0]): value_of(pair.named_children[-1]) for pair in pairs}
            return Value(_line(node), read)
        case "array":
            listed = [value_of(child) for child in node.named_children if child.type != "comment"]
            return Value(_line(node), listed)
        case "ternary_expression" | "member_expression" if (choice := _choice_below(node)) is not None:
            last = value_of(choice.named_children[-1]) if choice == node else Value(_line(node), _tail_of(node))
            return Value(_line(node), Expression(_text(node), node, (value_of(choice.named_children[1]), last)))
        case _:
            return Value(_line(node), _literal(node))


def _tail_of(node: Node) -> Expression:
    """The last value of a choice with the dots that the grammar gives to all of it."""
    base, path = chain(node)
    return Expression(".".join((_text(base), *path)), node)


def _choice_below(node: Node) -> Node | None:
    while node.type == "member_expression":
        node = node.children[0]
    return node if node.type == "ternary_expression" else None


def _literal(node: Node) -> str | int | bool | Expression | None:
    text = _text(node)
    match node.type:
        case "string" if all(child.type != "interpolation" for child in node.named_children):
            return _string(node)
        case "number":
            return int(text)
        case "boolean":
            return text == "true"
        case "null":
            return None
        case _:
            return Expression(text, node)


_PARSER = Parser(Language(tree_sitter_bicep.language()))


def _declare(file: BicepFile, node: Node, decorators: dict[str, tuple[Value, ...]]) -> None:
    parts = [child for child in node.named_children if child.type != "comment"]
    name, line = (_text(parts[0]) if parts else ""), _line(node)
    match node.type:
        case "parameter_declaration":
            default = value_of(parts[2]) if len(parts) > 2 else None
            file.parameters[name] = Parameter(name, _text(parts[1]), default, decorators, line)
        case "variable_declaration":
            file.variables[name] = value_of(parts[-1])
        case "resource_declaration":
            kind, _, version = _string(parts[1]).partition("@")
            existing = any(child.type == "existing" for child in node.children)
            file.resources.append(Resource(name, kind, version, existing, _body(parts[-1]), line))
        case "module_declaration":
            file.modules.append(Module(name, _string(parts[1]), _body(parts[-1]), line))
        case "output_declaration":
            file.outputs[name] = Output(name, _text(parts[1]), value_of(parts[-1]), decorators, line)


def _body(node: Node) -> Value:
    """The object of a declaration, under its condition or loop."""
    value = value_of(node)
    return value.data[0] if isinstance(value.data, list) else value


def _decorator(node: Node) -> tuple[str, tuple[Value, ...]]:
    call = node.named_children[0]
    function, *rest = call.named_children
    return _text(function), tuple(value_of(argument) for holder in rest for argument in holder.named_children)


def _key(node: Node) -> str:
    if node.type == "string":
        return "".join(_text(child) for child in node.named_children)
    return _text(node)


def _string(node: Node) -> str:
    return "".join(
        _text(child).removeprefix("\\") if child.type == "escape_sequence" else _text(child)
        for child in node.named_children
    )


def _text(node: Node) -> str:
    return (node.text or b"").decode()


def _line(node: Node) -> int:
    return node.start_point[0] + 1

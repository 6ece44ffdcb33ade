"""Route templates as the Functions host reads them: literals, {parameters}, constraints, defaults and catch-alls."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from local_host.constraints import Constraint, constraint
from local_host.errors import CannotStart

_PARAMETER = re.compile(r"(?P<star>\*{0,2})(?P<name>[^:=?*{}()/]+)(?P<rest>.*)", re.S)
_CONSTRAINT = re.compile(r":(?P<name>[A-Za-z]+)(?P<arguments>\()?")


@dataclass(frozen=True, slots=True)
class Literal:
    """A fixed segment, matched without regard to case; `folded` is in lower case."""

    folded: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """A segment in braces; a catch-all takes everything that is left."""

    name: str
    constraints: tuple[Constraint, ...]
    default: str | None
    is_optional: bool
    is_catch_all: bool

    @property
    def may_be_absent(self) -> bool:
        return self.is_optional or self.is_catch_all or self.default is not None


@dataclass(frozen=True, slots=True)
class RouteTemplate:
    """A whole template, prefix included."""

    text: str
    segments: tuple[Literal | Parameter, ...]

    def match(self, path: Sequence[str]) -> dict[str, str] | None:
        """The route values of a path given as decoded segments (see `split_path`), or None where it does not match.

        A value that is absent and has no default is not in the result.
        """
        values: dict[str, str] = {}
        for position, segment in enumerate(self.segments):
            if isinstance(segment, Parameter) and segment.is_catch_all:
                rest = "/".join(path[position:]) or segment.default
                return self._constrained(values | ({} if rest is None else {segment.name: rest}))
            given = path[position] if position < len(path) else None
            if given == "":
                return None
            if isinstance(segment, Literal):
                if given is None or given.lower() != segment.folded:
                    return None
            elif given is not None or segment.default is not None:
                values[segment.name] = given if given is not None else segment.default or ""
            elif not segment.is_optional:
                return None
        return self._constrained(values) if len(path) <= len(self.segments) else None

    def _constrained(self, values: dict[str, str]) -> dict[str, str] | None:
        for segment in self.segments:
            if isinstance(segment, Parameter) and segment.name in values:
                value = values[segment.name]
                if not all(accepts(value) for accepts in segment.constraints):
                    return None
        return values


def split_path(raw_path: str) -> list[str]:
    """The decoded segments of a percent-encoded path; an encoded slash stays encoded, one trailing slash is ignored."""
    segments = raw_path.removeprefix("/").split("/")
    if segments[-1] == "":
        segments.pop()
    return [_decode(segment) if "%" in segment else segment for segment in segments]


def parse_route(text: str) -> RouteTemplate:
    """The template written `text`; raises `CannotStart` where the real host would refuse it."""
    segments = tuple(_segment(segment, route=text) for segment in _split_template(text))
    names = [segment.name.lower() for segment in segments if isinstance(segment, Parameter)]
    if len(set(names)) != len(names):
        raise CannotStart(f"Route {text!r} names a parameter twice.")
    for segment in segments[:-1]:
        if isinstance(segment, Parameter) and (segment.is_catch_all or segment.is_optional):
            raise CannotStart(f"Route {text!r}: {segment.name!r} may stand only at the end.")
    return RouteTemplate(text, segments)


def _split_template(text: str) -> list[str]:
    """Split at slashes outside braces, because a regex constraint may hold one."""
    segments, depth, start = [], 0, 0
    for index, character in enumerate(text):
        depth += (character == "{") - (character == "}")
        if character == "/" and depth == 0:
            segments.append(text[start:index])
            start = index + 1
    if depth != 0:
        raise CannotStart(f"Route {text!r} opens a brace it does not close.")
    segments.append(text[start:])
    trimmed = segments if segments != [""] else []
    if "" in trimmed:
        raise CannotStart(f"Route {text!r} has an empty segment.")
    return trimmed


def _segment(text: str, *, route: str) -> Literal | Parameter:
    if "{" not in text and "}" not in text:
        return Literal(text.lower())
    if not (text.startswith("{") and text.endswith("}")) or _mixes_parts(text):
        raise CannotStart(f"Route {route!r}: {text!r} mixes text and parameters, which the local host does not serve.")
    inside = text[1:-1].replace("{{", "{").replace("}}", "}")
    parts = _PARAMETER.fullmatch(inside)
    if parts is None:
        raise CannotStart(f"Route {route!r}: {text!r} is not a parameter.")
    constraints, rest = _constraints(parts["rest"], route=route)
    is_optional = rest == "?"
    if rest and not is_optional and not rest.startswith("="):
        raise CannotStart(f"Route {route!r}: {rest!r} cannot be read.")
    if parts["star"] and is_optional:
        raise CannotStart(f"Route {route!r}: a catch-all cannot be optional.")
    return Parameter(
        name=parts["name"].strip(),
        constraints=tuple(constraints),
        default=rest[1:] if rest.startswith("=") else None,
        is_optional=is_optional,
        is_catch_all=bool(parts["star"]),
    )


def _mixes_parts(text: str) -> bool:
    """Whether a segment that starts and ends with braces is more than one parameter; {{ and }} are escaped braces."""
    return re.search(r"[{}]", text[1:-1].replace("{{", "").replace("}}", "")) is not None


def _constraints(text: str, *, route: str) -> tuple[list[Constraint], str]:
    """The constraints at the start of `text`, and what follows them."""
    found: list[Constraint] = []
    while named := _CONSTRAINT.match(text):
        if named["arguments"] is None:
            arguments, end = None, named.end()
        else:
            close = _closing_parenthesis(text, named.end(), route=route)
            arguments, end = text[named.end() : close], close + 1
        found.append(constraint(named["name"].lower(), arguments, route=route))
        text = text[end:]
    return found, text


def _closing_parenthesis(text: str, start: int, *, route: str) -> int:
    """Where the argument list ends: the last parenthesis before the end, a default, a question mark or a constraint."""
    for index in range(start, len(text)):
        if text[index] == ")" and (index + 1 == len(text) or text[index + 1] in ":=?"):
            return index
    raise CannotStart(f"Route {route!r} opens a parenthesis it does not close.")


def _decode(segment: str) -> str:
    kept = segment.replace("%2F", "%252F").replace("%2f", "%252f")
    try:
        return unquote_to_bytes(kept).decode()
    except UnicodeDecodeError:
        return segment

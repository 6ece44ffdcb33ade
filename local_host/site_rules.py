"""Reads staticwebapp.config.json: which rule a path falls under, and what Azure Static Web Apps would do with it."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from local_host.errors import CannotStart

CONFIG_NAME = "staticwebapp.config.json"
_LARGEST_CONFIG = 20 * 1024
_NOT_SERVED = ("trailingSlash",)


@dataclass(frozen=True, slots=True)
class Rule:
    """One entry of `routes`; the first that fits path and method counts."""

    route: str
    methods: frozenset[str]
    roles: frozenset[str]
    redirect: str | None
    rewrite: str | None
    status: int | None
    headers: Mapping[str, str]

    def fits(self, path: str, method: str) -> bool:
        return (not self.methods or method in self.methods) and matches(self.route, path)

    @property
    def is_open(self) -> bool:
        """Whether a visitor who has not signed in with the platform may pass; no other visitor exists locally."""
        return not self.roles or "anonymous" in self.roles


@dataclass(frozen=True, slots=True)
class Override:
    """What is shown instead of the platform's own page for a status."""

    redirect: str | None
    rewrite: str | None
    status: int | None


@dataclass(frozen=True, slots=True)
class SiteRules:
    """The whole configuration; the default is that of a site without one."""

    rules: tuple[Rule, ...] = ()
    fallback: str | None = None
    fallback_exclude: tuple[str, ...] = ()
    global_headers: Mapping[str, str] = field(default_factory=dict)
    overrides: Mapping[int, Override] = field(default_factory=dict)
    mime_types: Mapping[str, str] = field(default_factory=dict)

    def rule_for(self, path: str, method: str) -> Rule | None:
        return next((rule for rule in self.rules if rule.fits(path, method)), None)

    def falls_back(self, path: str) -> bool:
        """Whether a path without a file is answered with the fallback page."""
        return self.fallback is not None and not any(matches(glob, path) for glob in self.fallback_exclude)


def matches(glob: str, path: str) -> bool:
    """Whether `path` fits a route or an exclusion: `/a`, `/a/*`, `/a/*.{png,jpg}` or `*.png`."""
    return _compiled(glob).fullmatch(path) is not None


def read_rules(file: Path) -> SiteRules:
    """The rules in `file`; raises `CannotStart` for what Azure would refuse or the local host does not know."""
    if not file.is_file():
        return SiteRules()
    content = file.read_bytes()
    if len(content) > _LARGEST_CONFIG:
        raise CannotStart(f"{file} has {len(content)} bytes; Azure Static Web Apps takes at most {_LARGEST_CONFIG}.")
    try:
        config = json.loads(content)
        return _rules(config)
    except (ValueError, TypeError, KeyError, AttributeError) as refused:
        raise CannotStart(f"{file} cannot be read: {refused}.") from refused


def _rules(config: Mapping[str, Any]) -> SiteRules:
    for name in _NOT_SERVED:
        if config.get(name, "auto") != "auto":
            raise ValueError(f"the local host does not serve {name}")
    fallback = config.get("navigationFallback", {})
    excluded = tuple(fallback.get("exclude", ()))
    rules = tuple(_rule(entry) for entry in config.get("routes", ()))
    for glob in (*excluded, *(rule.route for rule in rules)):
        _compiled(glob)
    return SiteRules(
        rules=rules,
        fallback=fallback.get("rewrite"),
        fallback_exclude=excluded,
        global_headers=dict(config.get("globalHeaders", {})),
        overrides={int(status): _override(entry) for status, entry in config.get("responseOverrides", {}).items()},
        mime_types={suffix.lower(): kind for suffix, kind in config.get("mimeTypes", {}).items()},
    )


def _rule(entry: Mapping[str, Any]) -> Rule:
    route = str(entry["route"])
    redirect, rewrite = entry.get("redirect"), entry.get("rewrite")
    if redirect and rewrite:
        raise ValueError(f"the route {route} has both a redirect and a rewrite")
    if rewrite and route.startswith("/api/"):
        raise ValueError(f"the route {route} rewrites, which routes of the API may not")
    return Rule(
        route=route,
        methods=frozenset(method.upper() for method in entry.get("methods", ())),
        roles=frozenset(entry.get("allowedRoles", ())),
        redirect=redirect,
        rewrite=rewrite,
        status=entry.get("statusCode"),
        headers=dict(entry.get("headers", {})),
    )


def _override(entry: Mapping[str, Any]) -> Override:
    return Override(entry.get("redirect"), entry.get("rewrite"), entry.get("statusCode"))


@lru_cache(maxsize=512)
def _compiled(glob: str) -> re.Pattern[str]:
    before, star, after = glob.partition("*")
    if not star:
        return re.compile(re.escape(glob))
    suffixes = re.fullmatch(r"\.(?:\{(?P<several>[\w.,-]+)\}|(?P<one>[\w.-]+))", after)
    if after and suffixes is None:
        raise ValueError(f"{glob} has a wildcard that is not at the end")
    ending = "" if suffixes is None else rf"\.(?:{_alternatives(suffixes)})"
    return re.compile(rf"{re.escape(before)}.*{ending}", re.DOTALL)


def _alternatives(suffixes: re.Match[str]) -> str:
    names: Sequence[str] = (suffixes["several"] or suffixes["one"]).split(",")
    return "|".join(re.escape(name) for name in names)

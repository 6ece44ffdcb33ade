"""Serves the built web client by its staticwebapp.config.json, as Azure Static Web Apps would."""

import asyncio
import gzip
import hashlib
import logging
import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web
from multidict import CIMultiDict

from local_host.routes import split_path
from local_host.site_rules import CONFIG_NAME, Rule, SiteRules, read_rules

_TYPES = mimetypes.MimeTypes()
for _suffix, _kind in {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".json": "application/json",
    ".map": "application/json",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".ico": "image/x-icon",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".wasm": "application/wasm",
}.items():
    _TYPES.add_type(_kind, _suffix)

_COMPRESSIBLE = ("text/", "application/json", "application/manifest+json", "image/svg+xml", "application/wasm")
_WORTH_COMPRESSING = 512
_GZIP = re.compile(r"(?:^|[\s,])(?:gzip|\*)\s*(?:$|,|;\s*q=(?!0(?:\.0*)?\s*(?:$|,)))", re.IGNORECASE)
_DEFAULT_CACHE = "public, must-revalidate, max-age=30"
"""What Azure Static Web Apps says where the configuration says nothing."""
_NOT_BUILT = (
    "The web client is not built yet. Build it, then start again:\n\n"
    "  npm --prefix static_web_app ci\n  npm --prefix static_web_app run build\n"
)
_UNREADABLE = "This file cannot be read just now. Try again in a second.\n"
_log = logging.getLogger("local_host.static_site")


@dataclass(frozen=True, slots=True)
class Asset:
    """A file in memory; `gzipped` is None where compressing does not pay."""

    stamp: tuple[int, int]
    content: bytes
    gzipped: bytes | None
    kind: str
    digest: str


class StaticSite:
    """The files under `folder`; files are read when first asked for and again when they change on disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        beside = self.folder.parent / CONFIG_NAME
        inside = self.folder / CONFIG_NAME
        self.rules: SiteRules = read_rules(inside if inside.is_file() else beside)
        self._assets: dict[Path, Asset] = {}

    @property
    def is_built(self) -> bool:
        return (self.folder / "index.html").is_file()

    def gate(self, request: web.BaseRequest) -> web.Response | None:
        """What the rules answer before the API is asked: a redirect or a refusal, or None to go on."""
        rule = self.rules.rule_for(request.rel_url.path, request.method)
        if rule is None:
            return None
        if not rule.is_open:
            return web.Response(status=401)
        return _redirect(rule.redirect, rule.status) if rule.redirect else None

    async def serve(self, request: web.BaseRequest) -> web.Response:
        """The answer to a request that is not for the API."""
        if not self.is_built:
            return web.Response(status=503, text=_NOT_BUILT)
        path = request.rel_url.path
        rule = self.rules.rule_for(path, request.method)
        try:
            response = await self._by_rule(request, path, rule)
        except OSError as unreadable:  # no descriptor is left, or a new build takes the file's place this moment
            _log.warning("A file of the site could not be read: %s.", unreadable)
            response = web.Response(status=503, headers={"Retry-After": "1"}, text=_UNREADABLE)
        return self._with_headers(response, rule)

    async def _by_rule(self, request: web.BaseRequest, path: str, rule: Rule | None) -> web.Response:
        if rule is not None:
            if not rule.is_open:
                return await self._refuse(request, 401)
            if rule.redirect:
                return _redirect(rule.redirect, rule.status)
            if rule.status is not None and not rule.rewrite:
                return await self._refuse(request, rule.status)
        if request.method not in {"GET", "HEAD"}:
            return web.Response(status=405, headers={"Allow": "GET, HEAD"})
        if rule is not None and rule.rewrite:
            asset = await self._find(rule.rewrite)
            return await self._refuse(request, 404) if asset is None else _answer(request, asset, rule.status or 200)
        asset = await self._find(request.rel_url.raw_path)
        if asset is None and self.rules.fallback and self.rules.falls_back(path) and not _is_platform(path):
            asset = await self._find(self.rules.fallback)
        return await self._refuse(request, 404) if asset is None else _answer(request, asset, 200)

    async def _refuse(self, request: web.BaseRequest, status: int) -> web.Response:
        """The bare status, or what `responseOverrides` puts in its place."""
        override = self.rules.overrides.get(status)
        if override is None:
            return web.Response(status=status)
        if override.redirect:
            return _redirect(override.redirect, override.status)
        asset = await self._find(override.rewrite) if override.rewrite else None
        shown = override.status or status
        return web.Response(status=shown) if asset is None else _answer(request, asset, shown)

    def _with_headers(self, response: web.Response, rule: Rule | None) -> web.Response:
        configured = CIMultiDict(self.rules.global_headers)
        configured.update(rule.headers if rule is not None else {})
        for name, value in configured.items():
            if value:
                response.headers[name] = value
            else:
                response.headers.popall(name, None)
        return response

    async def _find(self, raw_path: str) -> Asset | None:
        """The file a path names: itself, the index of a folder, or the page without its `.html`."""
        segments = split_path(raw_path.partition("?")[0])
        if not all(_is_plain(segment) for segment in segments) or segments in [[CONFIG_NAME], ["routes.json"]]:
            return None
        named = self.folder.joinpath(*segments)
        candidates = [named / "index.html"] if raw_path.endswith("/") or not segments else []
        if segments:
            candidates += [named, named / "index.html", named.with_name(named.name + ".html")]
        for candidate in candidates:
            if (stamp := _stamp(candidate, within=self.folder)) is not None:
                return await self._asset(candidate, stamp)
        return None

    async def _asset(self, file: Path, stamp: tuple[int, int]) -> Asset:
        kept = self._assets.get(file)
        if kept is None or kept.stamp != stamp:
            kept = self._assets[file] = await asyncio.to_thread(_read, file, stamp, self.rules.mime_types)
        return kept


def _read(file: Path, stamp: tuple[int, int], mime_types: Mapping[str, str]) -> Asset:
    content = file.read_bytes()
    suffix = file.suffix.lower()
    kind = mime_types.get(suffix) or _TYPES.guess_type(f"x{suffix}")[0] or "application/octet-stream"
    gzipped = None
    if kind.startswith(_COMPRESSIBLE) and len(content) >= _WORTH_COMPRESSING:
        squeezed = gzip.compress(content, mtime=0)
        gzipped = squeezed if len(squeezed) < len(content) else None
    return Asset(stamp, content, gzipped, kind, hashlib.sha256(content).hexdigest()[:24])


def _stamp(file: Path, *, within: Path) -> tuple[int, int] | None:
    """Time of change and size of a regular file that truly lies within the folder, else None."""
    try:
        if not file.is_file() or not file.resolve().is_relative_to(within):
            return None
        state = file.stat()
    except (OSError, ValueError):
        return None
    return state.st_mtime_ns, state.st_size


def _is_plain(segment: str) -> bool:
    """Whether a segment names something in its folder: no way up, no hidden file, no second separator."""
    is_hidden = segment.startswith(".") and segment != ".well-known"
    return bool(segment) and not is_hidden and not any(character in segment for character in "\\/\0:")


def _is_platform(path: str) -> bool:
    """Whether the platform's own sign-in would answer here; the local host has none, so nothing does."""
    return path == "/.auth" or path.startswith("/.auth/")


def _redirect(to: str, status: int | None) -> web.Response:
    return web.Response(status=status or 302, headers={"Location": to})


def _answer(request: web.BaseRequest, asset: Asset, status: int) -> web.Response:
    """The asset, or only word that the caller's copy is still good (304), or that a wish cannot hold (412)."""
    is_gzipped = asset.gzipped is not None and _GZIP.search(request.headers.get("Accept-Encoding", "")) is not None
    etag = f'"{asset.digest}-gz"' if is_gzipped else f'"{asset.digest}"'
    headers = {"ETag": etag, "Cache-Control": _DEFAULT_CACHE, "Content-Type": asset.kind}
    if asset.gzipped is not None:
        headers["Vary"] = "Accept-Encoding"
    if status == 200:
        wanted = request.headers.get("If-Match")
        if wanted is not None and not _names(wanted, asset, weakly=False):
            return web.Response(status=412)
        known = request.headers.get("If-None-Match")
        if known is not None and _names(known, asset, weakly=True):
            del headers["Content-Type"]
            return web.Response(status=304, headers=headers)
    if is_gzipped:
        headers["Content-Encoding"] = "gzip"
    return web.Response(status=status, headers=headers, body=asset.gzipped if is_gzipped else asset.content)


def _names(header: str, asset: Asset, *, weakly: bool) -> bool:
    """Whether a list of entity tags names this asset, in either encoding."""
    tags = [tag.strip() for tag in header.split(",")]
    if weakly:
        tags = [tag.removeprefix("W/") for tag in tags]
    return "*" in tags or f'"{asset.digest}"' in tags or f'"{asset.digest}-gz"' in tags

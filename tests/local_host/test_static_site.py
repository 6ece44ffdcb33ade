"""The built web client is served by its staticwebapp.config.json, as on Azure."""

import gzip
import json
import resource
import sys
from pathlib import Path
from typing import Any

import azure.functions as func
import pytest

from local_host.errors import CannotStart
from local_host.site_rules import matches, read_rules

Serve = Any
"""The `serve` fixture of conftest.py."""

CONFIG = {
    "navigationFallback": {"rewrite": "/index.html", "exclude": ["/assets/*", "*.{png,svg}", "/api/*"]},
    "globalHeaders": {"X-Global": "yes", "X-Frame-Options": "DENY"},
    "routes": [
        {"route": "/old", "redirect": "/new"},
        {"route": "/moved/*", "redirect": "https://elsewhere.example/", "statusCode": 301},
        {"route": "/assets/*", "headers": {"Cache-Control": "public, max-age=31536000, immutable", "X-Global": "no"}},
        {"route": "/members/*", "allowedRoles": ["authenticated"]},
        {"route": "/open", "allowedRoles": ["anonymous", "authenticated"], "rewrite": "/page.html"},
        {"route": "/gone", "statusCode": 410},
        {"route": "/secret.txt", "statusCode": 404},
        {"route": "/form", "methods": ["POST"], "statusCode": 403},
        {"route": "/plain.txt", "headers": {"X-Frame-Options": ""}},
        {"route": "/api/hidden", "allowedRoles": ["administrator"]},
        {"route": "/api/v0/*", "redirect": "/api/ping"},
    ],
    "responseOverrides": {
        "401": {"redirect": "/sign-in", "statusCode": 302},
        "404": {"rewrite": "/404.html"},
    },
    "mimeTypes": {".vigor": "application/x-vigor"},
}
SCRIPT = "console.log('Vigor');\n" * 100


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    folder = tmp_path / "dist"
    files = {
        "index.html": "<title>home</title>",
        "page.html": "<title>page</title>",
        "404.html": "<title>lost</title>",
        "plain.txt": "plain",
        "secret.txt": "secret",
        "assets/app.js": SCRIPT,
        "assets/dot.png": "not really",
        "guide/index.html": "<title>guide</title>",
        "data.vigor": "data",
        ".env": "hidden",
        ".well-known/security.txt": "Contact: us",
        "staticwebapp.config.json": json.dumps(CONFIG),
    }
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    (tmp_path / "outside.txt").write_text("outside")
    return folder


@pytest.mark.parametrize(
    ("path", "status", "holds"),
    [
        ("/", 200, "home"),
        ("/index.html", 200, "home"),
        ("/plain.txt", 200, "plain"),
        ("/guide", 200, "guide"),
        ("/guide/", 200, "guide"),
        ("/page", 200, "page"),
        ("/open", 200, "page"),
        ("/log/today", 200, "home"),
        ("/log.missing", 200, "home"),
        ("/assets/missing.js", 404, "lost"),
        ("/missing.png", 404, "lost"),
        ("/secret.txt", 404, "lost"),
        ("/gone", 410, ""),
        ("/.env", 200, "home"),
        ("/.well-known/security.txt", 200, "Contact"),
        ("/.auth/me", 404, "lost"),
        ("/staticwebapp.config.json", 200, "home"),
        ("/%73taticwebapp.config.json", 200, "home"),
        ("/form", 200, "home"),
    ],
)
async def test_a_path_finds_its_page(serve: Serve, dist: Path, path: str, status: int, holds: str) -> None:
    host = await serve(site=dist)
    async with host.client.get(path, allow_redirects=False) as response:
        assert response.status == status
        assert holds in await response.text()
        assert response.headers["X-Global"] == ("no" if path.startswith("/assets/") else "yes")


@pytest.mark.parametrize(
    ("path", "status", "location"),
    [("/old", 302, "/new"), ("/moved/on", 301, "https://elsewhere.example/"), ("/members/x", 302, "/sign-in")],
)
async def test_a_redirect_carries_the_global_headers(
    serve: Serve, dist: Path, path: str, status: int, location: str
) -> None:
    host = await serve(site=dist)
    async with host.client.get(path, allow_redirects=False) as response:
        assert (response.status, response.headers["Location"]) == (status, location)
        assert response.headers["X-Frame-Options"] == "DENY"


async def test_an_empty_header_of_a_route_takes_the_global_one_away(serve: Serve, dist: Path) -> None:
    host = await serve(site=dist)
    async with host.client.get("/plain.txt") as response:
        assert "X-Frame-Options" not in response.headers
        assert response.headers["Cache-Control"] == "public, must-revalidate, max-age=30"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
async def test_files_are_only_read(serve: Serve, dist: Path, method: str) -> None:
    host = await serve(site=dist)
    async with host.client.request(method, "/plain.txt") as response:
        assert (response.status, response.headers["Allow"]) == (405, "GET, HEAD")


async def test_a_rule_for_a_method_holds_for_that_method_only(serve: Serve, dist: Path) -> None:
    host = await serve(site=dist)
    async with host.client.post("/form") as response:
        assert response.status == 403


async def test_head_answers_as_get_without_the_body(serve: Serve, dist: Path) -> None:
    host = await serve(site=dist)
    async with host.client.get("/plain.txt") as got, host.client.head("/plain.txt") as headed:
        assert (headed.status, await headed.read()) == (200, b"")
        for name in ("ETag", "Content-Length", "Content-Type"):
            assert headed.headers[name] == got.headers[name]


@pytest.mark.parametrize(
    ("accepts", "is_gzipped"),
    [
        *(("gzip, br", True), ("*", True), ("gzip;q=0.5", True), ("br, GZIP", True), ("identity", False)),
        *(("br", False), ("gzip;q=0", False), ("gzip; q=0.0, br", False), ("xgzip", False)),
    ],
)
async def test_scripts_are_compressed_for_who_can_read_it(
    serve: Serve, dist: Path, accepts: str, is_gzipped: bool
) -> None:
    host = await serve(site=dist)
    async with host.client.get("/assets/app.js", headers={"Accept-Encoding": accepts}) as response:
        body = await response.read()
        assert response.headers["Vary"] == "Accept-Encoding"
        assert response.headers["Content-Type"] == "text/javascript"
        assert (response.headers.get("Content-Encoding") == "gzip") is is_gzipped
        assert (gzip.decompress(body) if is_gzipped else body).decode() == SCRIPT


async def test_a_copy_that_is_still_good_is_not_sent_again(serve: Serve, dist: Path) -> None:
    host = await serve(site=dist)
    async with host.client.get("/assets/app.js", headers={"Accept-Encoding": "gzip"}) as response:
        etag = response.headers["ETag"]
    for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        async with host.client.get("/assets/app.js", headers={"If-None-Match": known}) as response:
            assert (response.status, await response.read()) == (304, b"")
            assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    async with host.client.get("/assets/app.js", headers={"If-None-Match": '"other"'}) as response:
        assert response.status == 200


async def test_a_stale_if_match_fails(serve: Serve, dist: Path) -> None:
    host = await serve(site=dist)
    async with host.client.get("/plain.txt") as response:
        etag = response.headers["ETag"]
    for wanted, status in ((etag, 200), ("*", 200), ('"stale"', 412), (f"W/{etag}", 412)):
        async with host.client.get("/plain.txt", headers={"If-Match": wanted}) as response:
            assert response.status == status


async def test_a_file_that_changed_on_disk_is_served_anew(serve: Serve, dist: Path) -> None:
    host = await serve(site=dist)
    async with host.client.get("/plain.txt") as response:
        before = response.headers["ETag"]
    (dist / "plain.txt").write_text("another text")
    async with host.client.get("/plain.txt") as response:
        assert await response.text() == "another text"
        assert response.headers["ETag"] != before


@pytest.mark.parametrize(
    "path",
    [
        "/../outside.txt",
        "/assets/../../outside.txt",
        "/%2e%2e/outside.txt",
        "/..%2foutside.txt",
        "/..%5coutside.txt",
        "/assets/%2e%2e/%2e%2e/outside.txt",
        "//../outside.txt",
        "/plain.txt%00.png",
        "/link.txt",
    ],
)
async def test_no_path_leads_out_of_the_folder(serve: Serve, dist: Path, path: str) -> None:
    (dist / "link.txt").symlink_to(dist.parent / "outside.txt")
    host = await serve(site=dist)
    answer = await host.raw(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    assert answer.startswith((b"HTTP/1.1 200", b"HTTP/1.1 404", b"HTTP/1.1 400"))
    assert b"outside" not in answer


async def test_mime_types_of_the_configuration_count(serve: Serve, dist: Path) -> None:
    host = await serve(site=dist)
    async with host.client.get("/data.vigor") as response:
        assert response.headers["Content-Type"] == "application/x-vigor"


async def test_the_api_is_for_functions_and_only_redirects_and_roles_reach_it(serve: Serve, dist: Path) -> None:
    host = await serve(site=dist)
    async with host.client.get("/api/ping") as response:
        assert await response.text() == "pong"
        assert "X-Global" not in response.headers
    async with host.client.get("/api/nothing") as response:
        assert (response.status, await response.read()) == (404, b"")
    async with host.client.get("/api/hidden") as response:
        assert response.status == 401
    async with host.client.get("/api/v0/ping", allow_redirects=False) as response:
        assert (response.status, response.headers["Location"]) == (302, "/api/ping")


@pytest.mark.skipif(sys.platform != "linux", reason="the limit is set as Linux has it")
async def test_a_file_that_cannot_be_opened_for_want_of_descriptors_is_asked_for_again(
    serve: Serve, dist: Path
) -> None:
    client = (await serve(site=dist)).client
    async with client.get("/plain.txt") as answer:  # opens the connection that the next request uses
        assert await answer.text() == "plain"
    most, most_of_all = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, most_of_all))
    try:
        async with client.get("/page") as refused:
            told = (refused.status, refused.headers.get("Retry-After"), refused.headers.get("X-Global"))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most_of_all))
    assert told == (503, "1", "yes")
    async with client.get("/page") as answer:
        assert answer.status == 200


async def test_a_site_that_is_not_built_says_how_to_build_it(serve: Serve, tmp_path: Path) -> None:
    host = await serve(site=tmp_path / "dist")
    async with host.client.get("/") as response:
        assert response.status == 503
        assert "npm --prefix static_web_app run build" in await response.text()
    async with host.client.get("/api/ping") as response:
        assert response.status == 200


async def test_a_site_without_a_configuration_serves_its_files(serve: Serve, dist: Path) -> None:
    (dist / "staticwebapp.config.json").unlink()
    host = await serve(site=dist)
    async with host.client.get("/page") as found, host.client.get("/nothing") as missing:
        assert (found.status, missing.status) == (200, 404)


async def test_a_configuration_beside_the_folder_counts_where_none_is_inside(serve: Serve, dist: Path) -> None:
    (dist / "staticwebapp.config.json").rename(dist.parent / "staticwebapp.config.json")
    host = await serve(site=dist)
    async with host.client.get("/log/today") as response:
        assert response.status == 200


async def test_an_empty_prefix_gives_functions_the_first_word(serve: Serve, dist: Path) -> None:
    app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

    @app.route("plain.txt")
    async def plain(req: func.HttpRequest) -> func.HttpResponse:
        return func.HttpResponse("from a function")

    host = await serve(app, site=dist, prefix="")
    async with host.client.get("/plain.txt") as first, host.client.get("/page") as second:
        assert (await first.text(), second.status) == ("from a function", 200)


@pytest.mark.parametrize(
    ("glob", "path", "fits"),
    [
        ("/a", "/a", True),
        ("/a", "/a/b", False),
        ("/a/*", "/a/b/c", True),
        ("/a/*", "/a", False),
        ("/a*", "/abc", True),
        ("/*", "/", True),
        ("*.{png,jpg}", "/x/y.jpg", True),
        ("/i/*.{png}", "/i/y.jpg", False),
        ("/i/*.svg", "/i/a/b.svg", True),
        ("/a.b", "/aXb", False),
    ],
)
def test_a_glob_fits_what_it_should(glob: str, path: str, fits: bool) -> None:
    assert matches(glob, path) is fits


@pytest.mark.parametrize(
    ("config", "about"),
    [
        ("{", "cannot be read"),
        ("[]", "cannot be read"),
        ({"routes": [{"route": "/a/*/b"}]}, "not at the end"),
        ({"routes": [{"rewrite": "/x"}]}, "route"),
        ({"routes": [{"route": "/a", "redirect": "/b", "rewrite": "/c"}]}, "both"),
        ({"routes": [{"route": "/api/x", "rewrite": "/c"}]}, "API"),
        ({"trailingSlash": "always"}, "trailingSlash"),
        ({"globalHeaders": {"X": "x" * 20_480}}, "20480"),
    ],
)
def test_a_configuration_azure_would_refuse_stops_the_start(tmp_path: Path, config: Any, about: str) -> None:
    file = tmp_path / "staticwebapp.config.json"
    file.write_text(config if isinstance(config, str) else json.dumps(config))
    with pytest.raises(CannotStart, match=about):
        read_rules(file)

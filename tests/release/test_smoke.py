"""The smoke script is green against Vigor as `make run` starts it, and red for whatever is not Vigor as it should be."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from release import smoke
from release.smoke import STEPS, Failed, Visitor
from tests.emulators.servers import free_port

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("processes")]


def test_every_step_holds_and_no_account_is_left(vigor: str, tmp_path: Path) -> None:
    took = tmp_path / "took.json"
    assert smoke.main([vigor, "--save", str(took), "--against", str(tmp_path / "none.json")]) == 0
    assert list(json.loads(took.read_text())) == [step.__name__ for step in STEPS]


def test_a_step_that_became_far_slower_fails(vigor: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert smoke.slower({"generate": 5000.0}, {"generate": 100.0}) == ["generate: 5000 ms, 100 ms before"]
    assert smoke.slower({"generate": 900.0}, {"generate": 100.0}) == []
    assert smoke.main([vigor, "--against", str(_saved(tmp_path, -2000.0))]) == 1
    assert "FAILED alive" in capsys.readouterr().err


def _saved(folder: Path, ms: float) -> Path:
    file = folder / "before.json"
    file.write_text(json.dumps({step.__name__: ms for step in STEPS}))
    return file


def test_after_a_failure_the_account_is_still_erased(vigor: str) -> None:
    who = Visitor(vigor, vigor)
    smoke.register(who)
    with pytest.raises(Failed, match="422"):
        who.ask("POST", "workouts/logs", {"id": "x"}, expect=201)
    smoke.erase(who)
    assert who.access_token == ""


@pytest.fixture
async def something_else() -> AsyncIterator[str]:
    async def answer(request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    async with TestServer(app) as server:
        yield f"http://127.0.0.1:{server.port}"


async def test_what_answers_everything_is_not_vigor(something_else: str) -> None:
    took, wrong = await asyncio.to_thread(smoke.run, something_else)
    assert list(took) == ["alive"]
    assert len(wrong) == 1
    assert wrong[0].startswith("site: GET /: 200 with content-security-policy")


@pytest.fixture
async def half_vigor() -> AsyncIterator[tuple[str, list[str]]]:
    """Comes up at the third time of asking, makes accounts, answers everything else with nothing in it; and what was asked."""
    asked: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(f"{request.method} {request.path}")
        if request.path == "/api/health/ready" and asked.count(asked[-1]) < 3:
            return web.json_response({}, status=503)
        body = {"access_token": "x"} if request.path.startswith("/api/auth") else {}
        status = 201 if request.path in {"/api/auth/register", "/api/workouts/generate"} else 200
        cookie = "vigor_refresh=x; HttpOnly; SameSite=Strict; Path=/api/auth; Secure"
        refused = request.path == "/api/auth/refresh" and "X-Vigor-Client" not in request.headers
        return web.json_response(
            body, status=403 if refused else status, headers={**smoke.HEADERS, "Set-Cookie": cookie}
        )

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    async with TestServer(app) as server:
        yield f"http://127.0.0.1:{server.port}", asked


async def test_a_reply_of_another_shape_is_said_and_the_account_is_still_erased(
    half_vigor: tuple[str, list[str]],
) -> None:
    address, asked = half_vigor
    assert await asyncio.to_thread(smoke.awake, address, 60, pause_s=0)
    _, wrong = await asyncio.to_thread(smoke.run, address, api_only=True)
    assert wrong[0] == "generate: a reply of another shape came (KeyError('plan'))"
    assert asked[-1] == "DELETE /api/me"


async def test_it_is_waited_until_vigor_can_serve(half_vigor: tuple[str, list[str]]) -> None:
    address, asked = half_vigor
    assert not await asyncio.to_thread(smoke.awake, address, 0)
    assert await asyncio.to_thread(smoke.awake, address, 60, pause_s=0)
    assert asked == ["GET /api/health/ready"] * 3


def test_the_web_client_may_live_at_another_address(vigor: str) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    _, wrong = smoke.run(vigor, site_at=nowhere)
    assert [one.split(":")[0] for one in wrong] == ["site"]


@pytest.fixture
async def pages() -> AsyncIterator[tuple[str, dict[str, str]]]:
    """Pages and nothing else, and the policy that they come with, to be changed."""
    said = {"Content-Security-Policy": "default-src 'none'; connect-src 'self'; img-src 'self'"}

    async def answer(request: web.Request) -> web.Response:
        return web.Response(headers={**said, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"})

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    async with TestServer(app) as server:
        yield f"http://127.0.0.1:{server.port}", said


@pytest.mark.parametrize(
    ("lets", "api", "fits"),
    [
        ("", "", True),
        (" https://api.example", "https://api.example", True),
        (" https://api.example", "", False),
        ("", "https://api.example", False),
        (" https://api.example.org", "https://api.example", False),
    ],
)
async def test_a_web_client_that_was_built_for_another_api_is_found(
    pages: tuple[str, dict[str, str]], monkeypatch: pytest.MonkeyPatch, lets: str, api: str, fits: bool
) -> None:
    address, said = pages
    said["Content-Security-Policy"] = f"default-src 'none'; connect-src 'self'{lets}; img-src 'self'"
    monkeypatch.setattr(smoke, "_called_from", lambda who: None)
    try:
        await asyncio.to_thread(smoke.site, Visitor(api or address, address))
    except Failed as failed:
        assert not fits
        assert "was not built for" in str(failed)
    else:
        assert fits


def test_nobody_there_is_said() -> None:
    _, wrong = smoke.run(f"http://127.0.0.1:{free_port()}")
    assert len(wrong) == 1
    assert "no answer" in wrong[0]


def test_an_address_without_tls_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        smoke.main(["http://example.com"])
    assert "https://" in capsys.readouterr().err

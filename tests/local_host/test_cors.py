"""Calls from another origin: the host answers preflights itself and marks what a page of an allowed origin may read."""

import json

import pytest

from local_host.cors import Cors
from local_host.errors import CannotStart
from local_host.settings_files import cors_origins, custom_headers

SITE = "https://vigor.example"
ASKED = {"Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "if-match,x-vigor-authorization"}


async def test_a_preflight_of_an_allowed_origin_gets_what_it_asks_for_and_no_cookies(serve):
    host = await serve(cors=Cors([SITE]))
    answer = await host.client.options("/api/ping", headers={"Origin": SITE, **ASKED})
    assert (answer.status, await answer.read()) == (204, b"")
    assert answer.headers["Access-Control-Allow-Origin"] == SITE
    assert answer.headers["Access-Control-Allow-Methods"] == "PUT"
    assert answer.headers["Access-Control-Allow-Headers"] == ASKED["Access-Control-Request-Headers"]
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert answer.headers.getall("Vary") == ["Origin"]


@pytest.mark.parametrize("origin", ["https://vigor.example.evil", "http://vigor.example", f"{SITE}:8443", "null"])
async def test_other_origins_are_told_nothing(serve, origin):
    host = await serve(cors=Cors([SITE]))
    preflight = await host.client.options("/api/ping", headers={"Origin": origin, **ASKED})
    call = await host.client.get("/api/ping", headers={"Origin": origin})
    assert (preflight.status, call.status) == (204, 200)
    assert not [name for each in (preflight, call) for name in each.headers if name.startswith("Access-Control")]


@pytest.mark.parametrize(("path", "status"), [("/api/ping", 200), ("/api/nothing", 404)])
async def test_answers_are_marked_for_an_allowed_origin_only_whatever_their_status(serve, path, status):
    host = await serve(cors=Cors([SITE]))
    marked = await host.client.get(path, headers={"Origin": SITE})
    assert (marked.status, marked.headers["Access-Control-Allow-Origin"]) == (status, SITE)
    assert "Access-Control-Allow-Origin" not in (await host.client.get(path)).headers


async def test_without_origins_the_host_keeps_out_of_it(serve):
    host = await serve()
    answer = await host.client.options("/api/ping", headers={"Origin": SITE, **ASKED})
    assert (answer.status, await answer.text()) == (200, "pong")  # the function's own, which takes any method
    assert "Access-Control-Allow-Origin" not in answer.headers


async def test_administration_is_never_opened(serve):
    host = await serve(cors=Cors([SITE]))
    answer = await host.client.post("/admin/functions/x", headers={"Origin": SITE}, data="{}")
    assert answer.status == 403
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("wrong", ["*", "vigor.example", f"{SITE}/", "https://Vigor.example", "https://*.example", ""])
def test_what_is_no_origin_is_refused_at_the_start(wrong):
    with pytest.raises(CannotStart, match="is no origin"):
        Cors([wrong])


def test_local_settings_name_origins_as_core_tools_reads_them(tmp_path):
    assert cors_origins(tmp_path) == []
    settings = tmp_path / "local.settings.json"
    settings.write_text(json.dumps({"Host": {"CORS": f"{SITE}, http://localhost:5173"}}))
    assert cors_origins(tmp_path) == [SITE, "http://localhost:5173"]
    settings.write_text(json.dumps({"Host": {"CORS": [SITE]}}))
    with pytest.raises(CannotStart, match=r"Host\.CORS must be text"):
        cors_origins(tmp_path)


def test_headers_that_the_host_adds_are_texts(tmp_path):
    assert custom_headers(tmp_path) == {}
    host = tmp_path / "host.json"
    host.write_text(json.dumps({"extensions": {"http": {"customHeaders": {"X-Content-Type-Options": "nosniff"}}}}))
    assert custom_headers(tmp_path) == {"X-Content-Type-Options": "nosniff"}
    host.write_text(json.dumps({"extensions": {"http": {"customHeaders": {"X-Answer": 42}}}}))
    with pytest.raises(CannotStart, match="customHeaders must be an object of texts"):
        custom_headers(tmp_path)

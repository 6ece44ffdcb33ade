"""Templates match paths as the host's router does."""

import pytest

from local_host.errors import CannotStart
from local_host.routes import parse_route, split_path


@pytest.mark.parametrize(
    ("template", "path", "values"),
    [
        ("api/plans", "/api/plans", {}),
        ("api/plans", "/API/Plans/", {}),
        ("api/plans", "/api/plans/1", None),
        ("api/plans", "/api//plans", None),
        ("api/plans/{id}", "/api/plans/p-1", {"id": "p-1"}),
        ("api/plans/{id}", "/api/plans", None),
        ("api/plans/{id}", "/api/plans//", None),
        ("api/plans/{id?}", "/api/plans", {}),
        ("api/plans/{id=latest}", "/api/plans", {"id": "latest"}),
        ("api/plans/{id:int=7}", "/api/plans", {"id": "7"}),
        ("api/plans/{id:int?}", "/api/plans/x", None),
        ("api/plans/{id:int:min(3)}", "/api/plans/2", None),
        ("api/plans/{id:int:min(3)}", "/api/plans/3", {"id": "3"}),
        ("api/codes/{c:regex(^\\d{{3}}/?$)}", "/api/codes/123", {"c": "123"}),
        ("api/files/{*rest}", "/api/files/a/b%20c", {"rest": "a/b c"}),
        ("api/files/{*rest}", "/api/files", {}),
        ("api/files/{**rest}", "/api/files/a", {"rest": "a"}),
        ("api/files/{*rest:alpha}", "/api/files/a/b", None),
        ("api/names/{name}", "/api/names/J%C3%BCrgen", {"name": "Jürgen"}),
        ("api/names/{name}", "/api/names/a%2Fb", {"name": "a%2Fb"}),
        ("api/names/{name}", "/api/names/%FF", {"name": "%FF"}),
        ("{anything}", "/x", {"anything": "x"}),
    ],
)
def test_a_template_matches_as_on_azure(template: str, path: str, values: dict[str, str] | None) -> None:
    assert parse_route(template).match(split_path(path)) == values


@pytest.mark.parametrize(
    "template",
    [
        *("a/{id", "a//b", "a/{id}{other}", "a/x{id}", "a/{*rest}/b", "a/{id?}/b", "a/{id}/{ID}", "a/{}"),
        *("a/{id:nope}", "a/{*rest?}", "a/{id:int(}", "a/{id:int!}"),
    ],
)
def test_a_template_that_cannot_be_served_is_refused(template: str) -> None:
    with pytest.raises(CannotStart):
        parse_route(template)

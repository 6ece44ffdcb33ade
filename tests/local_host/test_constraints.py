"""Route constraints take and refuse the same texts as ASP.NET Core."""

import pytest

from local_host.constraints import constraint
from local_host.errors import CannotStart


@pytest.mark.parametrize(
    ("name", "arguments", "accepted", "refused"),
    [
        ("int", None, ["0", "-7", "+5", "2147483647"], ["", "1.0", "2147483648", "abc", "--1"]),
        ("long", None, ["9223372036854775807"], ["9223372036854775808", "1e3"]),
        ("bool", None, ["true", "FALSE"], ["1", "yes", ""]),
        (
            "guid",
            None,
            [
                "6F9619FF-8B86-D011-B42D-00C04FC964FF",
                "6f9619ff8b86d011b42d00c04fc964ff",  # pragma: allowlist secret
                "{6f9619ff-8b86-d011-b42d-00c04fc964ff}",
                "(6f9619ff-8b86-d011-b42d-00c04fc964ff)",
            ],
            ["6f9619ff-8b86", "stats", "6f9619ff-8b86-d011-b42d-00c04fc964fg"],
        ),
        ("alpha", None, ["abcXYZ", ""], ["a1", "é", "a-b"]),
        ("datetime", None, ["2026-11-23", "2026-11-23T10:00:00", "11/23/2026"], ["yesterday", "2026-13-01"]),
        ("decimal", None, ["1", "-1.50", ".5", "1,000.5"], ["1e3", "abc", ""]),
        ("double", None, ["1e3", "-.5", "3.14"], ["1.2.3", "x"]),
        ("float", None, ["1e3", "NaN"], ["x"]),
        ("length", "3", ["abc"], ["ab", "abcd"]),
        ("length", "2,3", ["ab", "abc"], ["a", "abcd"]),
        ("minlength", "2", ["ab"], ["a"]),
        ("maxlength", "2", ["ab"], ["abc"]),
        ("min", "18", ["18"], ["17", "x"]),
        ("max", "18", ["18", "-3"], ["19"]),
        ("range", "1,5", ["1", "5"], ["0", "6"]),
        ("regex", r"^\d{3}$", ["123"], ["12", "1234"]),
        ("regex", "ab", ["xABx"], ["a"]),
        ("required", None, ["x"], [""]),
    ],
)
def test_a_constraint_takes_what_the_real_host_takes(
    name: str, arguments: str | None, accepted: list[str], refused: list[str]
) -> None:
    accepts = constraint(name, arguments, route="r")
    assert [text for text in accepted if not accepts(text)] == []
    assert [text for text in refused if accepts(text)] == []


@pytest.mark.parametrize(
    ("name", "arguments"),
    [("uuid", None), ("int", "3"), ("length", None), ("range", "1"), ("min", "x"), ("regex", "(")],
)
def test_an_unknown_constraint_is_refused_with_the_route_named(name: str, arguments: str | None) -> None:
    with pytest.raises(CannotStart, match="items"):
        constraint(name, arguments, route="items")

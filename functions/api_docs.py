"""OpenApi and ApiDocs: the document that is read off the endpoints, and a page that shows it."""

from shared.auth.callers import Anyone
from shared.http import blueprint, endpoint
from shared.operations import Answer, File

bp = blueprint()


@endpoint(bp, "GET", "openapi.json", name="OpenApi", cache="public, max-age=300")
async def openapi(caller: Anyone) -> Answer[File]:
    """This API as an OpenAPI 3.1 document."""
    from shared.openapi import openapi_json  # noqa: PLC0415 - not at the cold start

    return Answer(File(openapi_json(), "application/json"))


@endpoint(bp, "GET", "docs", name="ApiDocs", cache="public, max-age=300")
async def docs(caller: Anyone) -> Answer[File]:
    """The document as a page to read, without scripts and without anything from elsewhere."""
    from shared.openapi import docs_page  # noqa: PLC0415 - not at the cold start

    page = docs_page()
    csp = f"default-src 'none'; style-src 'sha256-{page.style_sha256}'; frame-ancestors 'none'; base-uri 'none'"
    return Answer(File(page.html, "text/html"), headers={"Content-Security-Policy": csp})

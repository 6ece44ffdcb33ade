"""Replies that answer another request: what a cache or a proxy in between may give instead of the service's own.

An old reply given again looks like the service's in all but one thing: with what was read, both services send back the
id of the request they answer, and every request has an id of its own.
"""

from http import HTTPStatus
from typing import Any

from azure.core.pipeline.transport import AioHttpTransport

from shared.storage.wire import Doubt


class EchoingTransport(AioHttpTransport):  # type: ignore[misc]  # its type is lost
    """The SDKs' transport, which believes a read only if its reply sends back the `mark` of this very request.

    `mark` is the header with the request's id; reads are the requests whose address holds `of`. A service whose reads
    have not sent one back so far is not held to it: to refuse all it says, for a habit it turns out not to have, would
    be worse than what is guarded against. Raises `Doubt`, so that the read is asked again.
    """

    def __init__(self, mark: str, *, of: str) -> None:
        super().__init__()
        self._mark, self._of = mark, of
        self._echoes = False

    async def send(self, request: Any, **config: Any) -> Any:
        response = await super().send(request, **config)
        if request.method == "GET" and self._of in request.url and response.status_code == HTTPStatus.OK:
            sent = request.headers.get(self._mark)
            if sent and response.headers.get(self._mark) == sent:
                self._echoes = True
            elif self._echoes:
                raise Doubt("the reply answers another request")
        return response

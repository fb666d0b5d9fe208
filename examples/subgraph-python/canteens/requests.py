"""What is checked of each request before GraphQL sees it: the size of its body, and the viewer that the gateway signed."""

import json

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from viewer_signature import ViewerSignatures

MAX_BODY_BYTES = 1_000_000


class CheckedRequests:
    """Puts the viewer into the scope of each request: that of the signature, or None without one."""

    def __init__(self, app: ASGIApp, signatures: ViewerSignatures | None) -> None:
        self._app = app
        self._signatures = signatures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        if scope["path"] == "/health":
            return await _answer(send, 200, {"status": "up"})
        body = await _body(receive)
        if body is None:
            return await _refuse(send, 413, "PAYLOAD_TOO_LARGE", f"请求体过大。 The body is larger than {MAX_BODY_BYTES} bytes.")
        headers = dict(scope["headers"])
        signature = headers.get(b"x-district-viewer")
        scope["viewer"] = None
        if signature is not None and self._signatures is not None:
            verified = self._signatures.verify(signature.decode("latin-1"), body)
            if verified is None:
                return await _refuse(send, 401, "UNAUTHENTICATED", "网关的签名无效或已用过。 The signature is not valid or was used before.")
            scope["viewer"] = verified.viewer
        await self._app(scope, _replay(body), send)


async def _body(receive: Receive) -> bytes | None:
    """The body; None for one that is too large, of which the rest is not read."""
    chunks: list[bytes] = []
    length = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return b"".join(chunks)
        chunk = message.get("body", b"")
        length += len(chunk)
        if length > MAX_BODY_BYTES:
            return None
        chunks.append(chunk)
        if not message.get("more_body", False):
            return b"".join(chunks)


def _replay(body: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


async def _refuse(send: Send, status: int, code: str, message: str) -> None:
    await _answer(send, status, {"errors": [{"message": message, "extensions": {"code": code}}]})


async def _answer(send: Send, status: int, content: object) -> None:
    headers = [(b"content-type", b"application/json; charset=utf-8")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(content, ensure_ascii=False).encode()})

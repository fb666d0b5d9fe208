"""Verifies the viewers that a gateway signs for one subgraph (docs/viewer-signature.md). Needs Python 3.11 and nothing else."""

import base64
import hashlib
import hmac
import json
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

LIFE_MS = 60_000
SKEW_MS = 5_000
FORM = re.compile(
    r"([A-Za-z0-9_-]{1,32})\.([0-9]{1,16})\.([A-Za-z0-9_-]{1,64})\.([^.,]{1,128})\.([A-Za-z0-9_-]+)"
    r"(?:\.([A-Za-z0-9_-]*))?\.([A-Za-z0-9_-]{43})"
)

KEY = re.compile(r"([A-Za-z0-9_-]{1,32}):([A-Za-z0-9_-]+)")


@dataclass(frozen=True)
class VerifiedViewer:
    viewer: dict
    """id, bureau, roles, scopes, divisions, elderId and purpose; the id of a client without a token is `anonymous`."""
    claims: str
    """The JSON text that the viewer was read from."""
    address: str | None
    """The client's address; None where the gateway does not send one."""


def read_keys(text: str) -> dict[str, bytes]:
    """The keys of a text `<id>:<base64url>`, separated by commas. Raises a ValueError, which does not repeat it, for any other."""
    entries = [KEY.fullmatch(entry.strip()) for entry in text.split(",")]
    keys = {entry[1]: _decoded(entry[2]) for entry in entries if entry}
    if len(keys) < len(entries) or any(len(key) < 32 for key in keys.values()):
        raise ValueError("keys: expected <id>:<base64url of 32 bytes or more>, separated by commas, each id once")
    return keys


class ViewerSignatures:
    def __init__(
        self,
        keys: Mapping[str, bytes],
        subgraph: str,
        now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    ) -> None:
        self._keys = keys
        self._subgraph = subgraph
        self._now_ms = now_ms
        # When each nonce that was used may be forgotten; the oldest come first.
        self._nonces: OrderedDict[str, int] = OrderedDict()
        self._lock = threading.Lock()

    def verify(self, header: str, body: bytes) -> VerifiedViewer | None:
        """The viewer of a request with this header and these bytes as its body; None for one to refuse with status 401."""
        parts = FORM.fullmatch(header)
        if parts is None:
            return None
        key_id, sent_at, nonce, subgraph, claims, address, mac = parts.groups(default="")
        key = self._keys.get(key_id)
        now = self._now_ms()
        age = now - int(sent_at)
        if key is None or subgraph != self._subgraph or not -SKEW_MS < age < LIFE_MS:
            return None
        signed = header[: header.rindex(".")].encode() + b"\n"
        expected = hmac.new(key, signed + body, hashlib.sha256).digest()
        if not hmac.compare_digest(expected, _decoded(mac)) or not self._is_first(nonce, now):
            return None
        try:
            text = _decoded(claims).decode()
            return VerifiedViewer(json.loads(text), text, _decoded(address).decode() or None)
        except ValueError:
            return None

    def _is_first(self, nonce: str, now: int) -> bool:
        """Remembers a nonce until no header with it can be accepted any more. Only nonces of valid signatures get here."""
        with self._lock:
            while self._nonces and next(iter(self._nonces.values())) <= now:
                self._nonces.popitem(last=False)
            if nonce in self._nonces:
                return False
            self._nonces[nonce] = now + LIFE_MS + SKEW_MS
            return True


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))

"""Hashes and signatures, with the standard library."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Sequence


def sha256_hex(data: bytes) -> str:
    """Returns lower-case hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def sign_lines(secret: str, lines: Sequence[str]) -> str:
    """Signs the lines, joined by newlines. Returns `v1=` and Base64."""
    digest = hmac.new(secret.encode(), "\n".join(lines).encode(), hashlib.sha256).digest()
    return "v1=" + base64.b64encode(digest).decode()


def is_signature_of(secret: str, lines: Sequence[str], given: str) -> bool:
    """Compares in constant time. False for anything that is not `v1=` and Base64."""
    # Text beyond ASCII cannot be compared as text in constant time.
    return hmac.compare_digest(sign_lines(secret, lines).encode(), given.encode("utf-8", "surrogateescape"))


def split_target(target: str) -> tuple[str, str]:
    """Splits at the first `?` without normalizing: the signature covers the exact path and query."""
    path, _, query = target.partition("?")
    return path, query

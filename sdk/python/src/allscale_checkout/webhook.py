"""Verifies webhooks. The shop must then reject a nonce that it has seen before, and process each transaction id once."""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass
from typing import Any, Iterable, Mapping, Optional, Sequence, Union, cast

from .errors import WebhookRejected
from .signing import is_signature_of, sha256_hex, split_target
from .types import WebhookEvent

MAX_AGE_SECONDS = 300
MAX_AHEAD_SECONDS = 60


@dataclass(frozen=True)
class WebhookKey:
    """An API key of the store. Raises ValueError when a part is empty."""

    api_key: str
    api_secret: str

    def __post_init__(self) -> None:
        if not self.api_key or not self.api_secret:
            raise ValueError("WebhookKey: api_key or api_secret is empty")

    def __repr__(self) -> str:
        return f"WebhookKey(api_key={self.api_key!r})"


@dataclass(frozen=True)
class ReceivedWebhook:
    """A genuine webhook."""

    webhook_id: str
    #: Reject it when you have seen it: keep nonces for ten minutes.
    nonce: str
    #: Check `event_type` first.
    event: WebhookEvent


def verify_webhook(
    keys: Union[WebhookKey, Sequence[WebhookKey]],
    *,
    method: str,
    target: str,
    headers: Union[Mapping[str, str], Iterable[tuple[str, str]]],
    raw_body: bytes,
    now_seconds: Optional[float] = None,
) -> ReceivedWebhook:
    """
    Checks that a webhook is genuine and recent, and parses it. Raises WebhookRejected.

    :param keys: the store's API key, or several while you roll keys. While you renew a secret: both, with the same `api_key`.
    :param target: path and query of the webhook URL as configured, for example `/webhook?shop=1`. A whole URL works too.
    :param headers: a mapping with names in any case, or pairs
    :param raw_body: the raw bytes, before any JSON parser. The signature does not match a body that was parsed and serialized again.
    :param now_seconds: Unix time. Default: now
    """
    known = [keys] if isinstance(keys, WebhookKey) else list(keys)
    if not known:
        raise ValueError("verify_webhook: no key")
    values = _single_headers(headers)
    webhook_id, timestamp, nonce, signature = (
        values.get(name, "")
        for name in ("x-webhook-id", "x-webhook-timestamp", "x-webhook-nonce", "x-webhook-signature")
    )
    if not (webhook_id and timestamp and nonce and signature):
        raise WebhookRejected("header_missing")
    named = [key for key in known if key.api_key == values.get("x-api-key")]
    if not named:
        raise WebhookRejected("unknown_key")
    if not re.fullmatch("[0-9]{1,12}", timestamp):
        raise WebhookRejected("timestamp_malformed")
    age = (time.time() if now_seconds is None else now_seconds) - int(timestamp)
    if age > MAX_AGE_SECONDS:
        raise WebhookRejected("timestamp_too_old")
    if -age > MAX_AHEAD_SECONDS:
        raise WebhookRejected("timestamp_in_future")

    path, query = split_target(re.sub(r"^https?://[^/?#]*", "", target, flags=re.IGNORECASE))
    signed = ["allscale:webhook:v1", method, path, query, webhook_id, timestamp, nonce, sha256_hex(raw_body)]
    if not any([is_signature_of(key.api_secret, signed, signature) for key in named]):
        raise WebhookRejected("signature_wrong")
    return ReceivedWebhook(webhook_id=webhook_id, nonce=nonce, event=_parse(raw_body))


def _single_headers(headers: Union[Mapping[str, str], Iterable[tuple[str, str]]]) -> dict[str, str]:
    pairs = headers.items() if isinstance(headers, Mapping) or hasattr(headers, "items") else headers
    found: dict[str, list[str]] = {}
    for name, value in cast(Iterable[tuple[str, str]], pairs):
        found.setdefault(name.lower(), []).append(value)
    # A repeated header is ambiguous, so it counts as missing.
    return {name: values[0] for name, values in found.items() if len(values) == 1}


def _parse(raw_body: bytes) -> WebhookEvent:
    try:
        event: Any = json.loads(raw_body)
    except ValueError:
        event = None
    if not isinstance(event, dict):
        raise WebhookRejected("body_malformed")
    return cast(WebhookEvent, event)

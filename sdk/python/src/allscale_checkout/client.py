"""The API client: signs each request, and returns the payload of the response or raises."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
import uuid
from datetime import datetime, timezone
from typing import Any, Iterator, Mapping, Optional, cast
from urllib.parse import quote, urlencode, urlsplit

from .errors import AllScaleApiError, AllScaleUnreachableError
from .keys import pair_problem
from .signing import is_signature_of, sha256_hex, sign_lines
from .types import (
    CheckoutFilter,
    CheckoutIntent,
    CheckoutPage,
    CheckoutRequest,
    CreatedCheckout,
    EndpointDeliveryFilter,
    EndpointDeliveryPage,
    EventPage,
    IntentStatus,
    NewWebhookEndpoint,
    OrderEvent,
    Payments,
    Refund,
    RefundRequest,
    Refunds,
    Simulation,
    WebhookEndpoint,
    WebhookEndpointChange,
    WebhookEndpointWithSecret,
)

TIMEOUT_SECONDS = 10.0


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    # A signature is for one path of one server.
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


class AllScaleClient:
    """
    A client for one store. Every method raises AllScaleApiError when the API rejects the request, and AllScaleUnreachableError when the
    result is unknown. It never retries by itself, and can be shared by threads.

    :param base_url: for example `https://pay.example.com`, without `/v1`
    :param api_key: public identifier of the API key, `st_live_…` or `st_test_…`
    :param api_secret: secret of the API key. Keep it on a server, never in a web page.
    :param timeout_seconds: of each wait for the server
    :param verify_responses: rejects unsigned responses. The store must have response signing turned on.
    """

    def __init__(
        self,
        *,
        base_url: str,
        api_key: str,
        api_secret: str,
        timeout_seconds: float = TIMEOUT_SECONDS,
        verify_responses: bool = False,
    ) -> None:
        for name, value in (("base_url", base_url), ("api_key", api_key), ("api_secret", api_secret)):
            if not value:
                raise ValueError(f"AllScaleClient: {name} is empty")
        problem = pair_problem(api_key, api_secret)
        if problem:
            raise ValueError(f"AllScaleClient: {problem}")
        if urlsplit(base_url).scheme not in ("http", "https"):
            raise ValueError("AllScaleClient: base_url is not an http or https URL")
        self._base_url = base_url.rstrip("/")
        self._api_key = api_key
        self._api_secret = api_secret
        self._timeout_seconds = timeout_seconds
        self._verify_responses = verify_responses
        self._opener = urllib.request.build_opener(_NoRedirects)

    def ping(self) -> None:
        """Returns when key, secret and clock are right."""
        self._request("GET", "/v1/test/ping")

    def echo(self, body: Any) -> Any:
        """Returns what it sends: the server read the body's bytes as they were signed."""
        return self._request("POST", "/v1/test/post", body)

    def fail(self) -> None:
        """Always raises AllScaleApiError with code 99999, to test error handling."""
        self._request("GET", "/v1/test/fail")

    def create_checkout(
        self, checkout: CheckoutRequest, *, idempotency_key: Optional[str] = None
    ) -> CreatedCheckout:
        """:param idempotency_key: a retry with the same key and request returns the same checkout. The order id works well."""
        return cast(CreatedCheckout, self._post("/v1/checkout_intents/", checkout, idempotency_key))

    def get_checkout(self, intent_id: str) -> CheckoutIntent:
        return cast(CheckoutIntent, self._request("GET", f"/v1/checkout_intents/{_part(intent_id)}"))

    def get_status(self, intent_id: str) -> IntentStatus:
        """An `IntentStatus`; a plain number when a newer server sends one that this version does not know."""
        status = self._request("GET", f"/v1/checkout_intents/{_part(intent_id)}/status")
        try:
            return IntentStatus(status)
        except ValueError:
            return cast(IntentStatus, status)

    def list_checkouts(self, filter: Optional[CheckoutFilter] = None) -> CheckoutPage:
        """One page of the store's checkouts, newest first."""
        return cast(CheckoutPage, self._request("GET", f"/v1/orders{_query(filter or {})}"))

    def each_checkout(self, filter: Optional[CheckoutFilter] = None) -> Iterator[CheckoutIntent]:
        """All checkouts of a filter, newest first: asks for the next page when it is needed."""
        page = self.list_checkouts(filter)
        yield from page["checkout_intents"]
        while page["next_cursor"] is not None:
            page = self.list_checkouts(cast(CheckoutFilter, {**(filter or {}), "cursor": page["next_cursor"]}))
            yield from page["checkout_intents"]

    def get_payments(self, intent_id: str) -> Payments:
        """What a checkout has received, paid or not, and what is still due."""
        return cast(Payments, self._request("GET", f"/v1/checkout_intents/{_part(intent_id)}/payments"))

    def list_events(self, *, after: int = 0, limit: Optional[int] = None) -> EventPage:
        """
        One page of what happened to the store's checkouts, oldest first. Keep `last_sequence` with what you have processed, and pass it
        as `after` the next time: no event is missed.
        """
        return cast(EventPage, self._request("GET", f"/v1/events{_query({'after': after, 'limit': limit})}"))

    def each_event(self, *, after: int = 0, limit: Optional[int] = None) -> Iterator[OrderEvent]:
        """All events after a number, up to now: asks for the next page when it is needed."""
        while True:
            page = self.list_events(after=after, limit=limit)
            yield from page["events"]
            if not page["has_more"]:
                return
            after = page["last_sequence"]

    def create_webhook_endpoint(self, endpoint: NewWebhookEndpoint) -> WebhookEndpointWithSecret:
        """Adds a webhook endpoint. Store `secret`: it is not shown again. With `endpoint_id` as the key it verifies what is sent there."""
        return cast(WebhookEndpointWithSecret, self._request("POST", "/v1/webhook_endpoints", endpoint))

    def list_webhook_endpoints(self) -> list[WebhookEndpoint]:
        """Oldest first."""
        return cast("list[WebhookEndpoint]", self._request("GET", "/v1/webhook_endpoints")["webhook_endpoints"])

    def get_webhook_endpoint(self, endpoint_id: str) -> WebhookEndpoint:
        return cast(WebhookEndpoint, self._request("GET", f"/v1/webhook_endpoints/{_part(endpoint_id)}"))

    def update_webhook_endpoint(self, endpoint_id: str, change: WebhookEndpointChange) -> WebhookEndpoint:
        """Absent members stay as they are."""
        return cast(WebhookEndpoint, self._request("PATCH", f"/v1/webhook_endpoints/{_part(endpoint_id)}", change))

    def delete_webhook_endpoint(self, endpoint_id: str) -> None:
        self._request("DELETE", f"/v1/webhook_endpoints/{_part(endpoint_id)}")

    def renew_webhook_secret(self, endpoint_id: str, after_seconds: int = 0) -> WebhookEndpointWithSecret:
        """
        Makes a new secret. Store `secret`: it is not shown again. Until `after_seconds` have passed the old one signs: let
        `verify_webhook` take both first, each with the endpoint's id as its key.
        """
        target, body = f"/v1/webhook_endpoints/{_part(endpoint_id)}/secret", {"after_seconds": after_seconds}
        return cast(WebhookEndpointWithSecret, self._request("POST", target, body))

    def send_webhook_test(self, endpoint_id: str) -> str:
        """Sends one test event. Returns the id of its delivery, whose result `list_webhook_deliveries` has seconds later."""
        target = f"/v1/webhook_endpoints/{_part(endpoint_id)}/test"
        return cast(str, self._request("POST", target)["delivery_id"])

    def list_webhook_deliveries(
        self, endpoint_id: str, filter: Optional[EndpointDeliveryFilter] = None
    ) -> EndpointDeliveryPage:
        """One page of what was sent to an endpoint, newest first."""
        target = f"/v1/webhook_endpoints/{_part(endpoint_id)}/deliveries{_query(filter or {})}"
        return cast(EndpointDeliveryPage, self._request("GET", target))

    def redeliver_webhook(self, endpoint_id: str, delivery_id: str) -> None:
        """Delivers an event to its endpoint again, at once."""
        self._request("POST", f"/v1/webhook_endpoints/{_part(endpoint_id)}/redeliver", {"delivery_id": delivery_id})

    def request_refund(
        self, intent_id: str, refund: Optional[RefundRequest] = None, *, idempotency_key: Optional[str] = None
    ) -> Refund:
        """Asks for a refund. It moves no money: the merchant's wallet signs it in the dashboard."""
        target = f"/v1/checkout_intents/{_part(intent_id)}/refunds"
        return cast(Refund, self._post(target, refund or {}, idempotency_key))

    def list_refunds(self, intent_id: str) -> Refunds:
        return cast(Refunds, self._request("GET", f"/v1/checkout_intents/{_part(intent_id)}/refunds"))

    def simulate_payment(
        self, intent_id: str, scenario: str = "paid", *, idempotency_key: Optional[str] = None
    ) -> Simulation:
        """
        Starts a payment of a test store's checkout, on a test network. Webhooks and events follow as for a shopper's payment. While a
        scenario of a checkout runs, it is not started again.

        :param scenario: 'paid', 'short', 'over', 'late', 'expired', 'reorganised' or 'wrong_coin'
        """
        body = {"checkout_intent_id": intent_id, "scenario": scenario}
        return cast(Simulation, self._post("/v1/test/simulate", body, idempotency_key))

    def _post(self, target: str, body: Mapping[str, Any], idempotency_key: Optional[str]) -> Any:
        headers = {} if idempotency_key is None else {"Idempotency-Key": idempotency_key}
        return self._request("POST", target, body, headers)

    def _request(
        self, method: str, target: str, body: Any = None, more: Optional[dict[str, str]] = None
    ) -> Any:
        url = self._base_url + target
        # The signature covers the whole path, including a path in `base_url`.
        parts = urlsplit(url)
        data = b"" if body is None else json.dumps(body, ensure_ascii=False, allow_nan=False).encode()
        body_sha256, timestamp, nonce = sha256_hex(data), str(int(time.time())), str(uuid.uuid4())
        headers = {
            **(more or {}),
            **({"Content-Type": "application/json"} if data else {}),
            "Accept": "application/json",
            "X-API-Key": self._api_key,
            "X-Timestamp": timestamp,
            "X-Nonce": nonce,
            "X-Signature": sign_lines(
                self._api_secret, [method, parts.path, parts.query, timestamp, nonce, body_sha256]
            ),
        }
        request = urllib.request.Request(url, data=data or None, method=method, headers=headers)
        status, received, reply = self._send(request)
        if self._verify_responses:
            self._verify(status, received, reply, [parts.path, nonce, body_sha256])
        return _open(status, received, reply)

    def _send(self, request: urllib.request.Request) -> tuple[int, Mapping[str, str], bytes]:
        try:
            try:
                with self._opener.open(request, timeout=self._timeout_seconds) as response:
                    return response.status, response.headers, response.read()
            except urllib.error.HTTPError as error:  # errors have the same envelope
                with error:
                    return error.code, error.headers, error.read()
        except (OSError, ValueError) as cause:
            raise AllScaleUnreachableError("The checkout server did not respond") from cause
        except Exception as cause:  # http.client has errors of its own for broken responses
            raise AllScaleUnreachableError("The checkout server did not respond with HTTP") from cause

    def _verify(self, status: int, headers: Mapping[str, str], reply: bytes, request: list[str]) -> None:
        lines = [
            str(status),
            *request,
            headers.get("X-Response-Timestamp", ""),
            headers.get("X-Response-Nonce", ""),
            sha256_hex(reply),
        ]
        if is_signature_of(self._api_secret, lines, headers.get("X-Response-Signature", "")):
            return
        # A 401 is never signed: the server does not know the key that it would sign with.
        hint = ": are key and secret right?" if status == 401 else ": does the store sign its responses?"
        raise AllScaleUnreachableError(f"The response (HTTP {status}) is not signed by the checkout server{hint}")


def _part(intent_id: str) -> str:
    return quote(intent_id, safe="")


def _query(members: Mapping[str, Any]) -> str:
    """Lists become texts with commas, and times ISO 8601 in UTC. Members that are absent or None are left out."""
    pairs = {name: _text(value) for name, value in members.items() if value is not None}
    return f"?{urlencode(pairs)}" if pairs else ""


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("a time needs its zone: datetime.now(timezone.utc), not datetime.utcnow()")
        return value.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, (list, tuple, set, frozenset)):
        return ",".join(_text(one) for one in value)
    # An IntEnum prints its name before Python 3.11.
    return str(int(value)) if isinstance(value, int) else str(value)


def _open(status: int, headers: Mapping[str, str], reply: bytes) -> Any:
    try:
        envelope: Any = json.loads(reply)
    except ValueError:
        envelope = None
    code = envelope.get("code") if isinstance(envelope, dict) else None
    if not isinstance(code, int):
        raise AllScaleUnreachableError(f"The response is not from the API (HTTP {status})")
    if code == 0 and 200 <= status < 300:
        return envelope.get("payload")
    error = envelope.get("error") or {}
    try:
        retry_after: Optional[float] = float(headers.get("Retry-After", ""))
    except ValueError:
        retry_after = None
    raise AllScaleApiError(
        error.get("message") or "The request was rejected",
        code=code,
        http_status=status,
        request_id=str(envelope.get("request_id") or ""),
        details=error.get("details"),
        retry_after_seconds=retry_after,
    )

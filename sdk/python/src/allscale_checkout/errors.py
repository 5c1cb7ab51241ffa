"""What can go wrong: the API rejected the request, the result is unknown, or a webhook is not genuine."""

from __future__ import annotations

from enum import IntEnum
from typing import Any, Mapping, Optional


class ErrorCode(IntEnum):
    """The API's error codes. They are stable: branch on the code and on `reason`."""

    VALIDATION = 10001
    UNAUTHENTICATED = 20001
    BAD_SIGNATURE = 20002
    FORBIDDEN = 30001
    RATE_LIMITED = 40001
    NOT_FOUND = 50001
    NOT_CREATED = 50002
    INTERNAL = 90000
    UNKNOWN = 99999


class AllScaleApiError(Exception):
    """The API rejected the request and did nothing. `code` is stable. You can show the message to a shopper."""

    def __init__(
        self,
        message: str,
        *,
        code: int,
        http_status: int,
        request_id: str,
        details: Optional[Mapping[str, Any]],
        retry_after_seconds: Optional[float],
    ) -> None:
        super().__init__(message)
        #: One of `ErrorCode`. Typed as a number, because newer servers may have more codes.
        self.code = code
        self.http_status = http_status
        #: Finds the request in the dashboard: Developers → Requests.
        self.request_id = request_id
        #: For 10001 `field` and `reason`; for other codes `reason` and more.
        self.details = details
        #: For 40001: seconds to wait, if the server sent `Retry-After`.
        self.retry_after_seconds = retry_after_seconds

    @property
    def reason(self) -> Optional[str]:
        """The stable reason, for example `amount_too_small`, or None."""
        return self._text("reason")

    @property
    def field(self) -> Optional[str]:
        """For 10001: the invalid field."""
        return self._text("field")

    def _text(self, name: str) -> Optional[str]:
        value = (self.details or {}).get(name)
        return value if isinstance(value, str) else None


class AllScaleUnreachableError(Exception):
    """
    The client got no valid response: no connection, a time-out, an error page of a proxy, or a wrong response signature. The request may
    have succeeded, so retry a create only with the same idempotency key.
    """


class WebhookRejected(Exception):
    """
    The webhook is not genuine or not recent: respond with status 401. `problem` is one of `header_missing`, `unknown_key`,
    `timestamp_malformed`, `timestamp_too_old`, `timestamp_in_future`, `signature_wrong`, `body_malformed`.
    """

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem

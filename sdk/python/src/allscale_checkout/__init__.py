"""The public API of the package: a client of the AllScale Checkout API, and verification of its webhooks."""

from .client import AllScaleClient
from .errors import AllScaleApiError, AllScaleUnreachableError, ErrorCode, WebhookRejected
from .types import (
    CheckoutIntent,
    CheckoutRequest,
    CreatedCheckout,
    Currency,
    IntentStatus,
    PaymentMethod,
    Refund,
    Refundable,
    RefundRequest,
    Refunds,
    RefundStatus,
    StableCoin,
    WebhookEvent,
    is_final,
)
from .webhook import ReceivedWebhook, WebhookKey, verify_webhook

__all__ = [
    "AllScaleApiError",
    "AllScaleClient",
    "AllScaleUnreachableError",
    "CheckoutIntent",
    "CheckoutRequest",
    "CreatedCheckout",
    "Currency",
    "ErrorCode",
    "IntentStatus",
    "PaymentMethod",
    "ReceivedWebhook",
    "Refund",
    "RefundRequest",
    "RefundStatus",
    "Refundable",
    "Refunds",
    "StableCoin",
    "WebhookEvent",
    "WebhookKey",
    "WebhookRejected",
    "is_final",
    "verify_webhook",
]

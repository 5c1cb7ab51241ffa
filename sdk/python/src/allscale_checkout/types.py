"""Types and enums of the API. Amounts of coin are decimal strings: keep them as strings, or use `decimal.Decimal`."""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum
from typing import Any, Optional, Sequence, TypedDict, Union


class Currency(IntEnum):
    USD = 1
    AUD = 9
    CAD = 27
    CNY = 31
    EUR = 44
    GBP = 48
    HKD = 57
    JPY = 72
    SGD = 126


class StableCoin(IntEnum):
    USDT = 1
    USDC = 2


class IntentStatus(IntEnum):
    TIMEOUT = -5
    CANCELED = -4
    UNDERPAID = -3
    REJECTED = -2
    FAILED = -1
    CREATED = 1
    PAYING = 2
    TEMP_WALLET_RECEIVED = 3
    PENDING_MANUAL_OPERATION = 4
    SEND_BACK = 5
    ON_CHAIN = 10
    CONFIRMED = 20


def is_final(status: int) -> bool:
    """
    True when the checkout has ended, paid or not: stop polling. Late money can still move an unpaid checkout to
    PENDING_MANUAL_OPERATION. If a person then accepts the money, it becomes CONFIRMED and the webhook is sent.
    """
    return status < 0 or status == IntentStatus.CONFIRMED


class PaymentMethod(IntEnum):
    UNKNOWN = 0
    WALLET_SCAN = 1
    WALLET_CONNECT = 2
    ALL_SCALE_PAY = 3


class _Priced(TypedDict):
    #: Hundredths of the currency or coin, for yen too.
    amount_cents: int


class CheckoutRequest(_Priced, total=False):
    """Exactly one of `currency` (a price in fiat) and `stable_coin` (a price in a coin)."""

    currency: Optional[int]
    stable_coin: Optional[int]
    #: Coins that the shopper can pay with. The first is the settlement coin of a fiat price. Default: USDT.
    accepted_stable_coins: Optional[Sequence[int]]
    order_id: Optional[str]
    #: Shown to the shopper.
    order_description: Optional[str]
    user_id: Optional[str]
    user_name: Optional[str]
    #: Where the shopper goes after the payment. http or https.
    redirect_url: Optional[str]
    #: Returned unchanged in the intent and in the webhook. Up to 16 kB of JSON.
    extra: Optional[dict[str, Any]]


class CreatedCheckout(TypedDict):
    #: Redirect the shopper to it.
    checkout_url: str
    allscale_checkout_intent_id: str
    amount_coins: str
    stable_coin_type: int
    #: Amount of coin for one unit of fiat. None for a price in a coin.
    rate: Optional[str]
    accepted_stable_coins: list[int]


class CheckoutIntent(TypedDict):
    all_scale_checkout_intent_id: str
    checkout_url: str
    status: int
    currency: Optional[int]
    currency_symbol: Optional[str]
    currency_rate: Optional[str]
    amount_cents: int
    amount_coins: str
    stable_coin_type: int
    coin_symbol: str
    coin_contract: Optional[str]
    #: EIP-155 chain id.
    chain_id: Optional[int]
    tx_hash: Optional[str]
    tx_from: Optional[str]
    tx_to: Optional[str]
    payment_method_type: int
    actual_paid_amount: Optional[str]
    service_fee_amount: Optional[str]
    net_income_amount: Optional[str]
    order_id: Optional[str]
    order_description: Optional[str]
    user_id: Optional[str]
    user_name: Optional[str]
    redirect_url: Optional[str]
    extra: Optional[dict[str, Any]]
    #: ISO 8601 in UTC, like the three below.
    created_at: str
    updated_at: Optional[str]
    expires_at: Optional[str]
    confirmed_at: Optional[str]


class CheckoutFilter(TypedDict, total=False):
    """Absent members do not restrict."""

    status: Union[int, Sequence[int], None]
    #: Created at this second or later: a datetime with its zone, or ISO 8601.
    created_from: Union[datetime, str, None]
    created_before: Union[datetime, str, None]
    #: Exactly. Order ids may repeat.
    order_id: Optional[str]
    #: Paid in this coin, on this network.
    stable_coin: Optional[int]
    chain_id: Optional[int]
    #: 1 to 100. Default: 20.
    limit: Optional[int]
    #: `next_cursor` of the page before, with the same filter.
    cursor: Optional[str]


class CheckoutPage(TypedDict):
    #: Newest first.
    checkout_intents: list[CheckoutIntent]
    #: None on the last page.
    next_cursor: Optional[str]


class TransferStatus(IntEnum):
    REMOVED = -1
    IN_A_BLOCK = 1
    CONFIRMED = 2


class ReviewType(IntEnum):
    """Why a person decides on money."""

    LATE = 1
    SHORT = 2
    WRONG_COIN = 3
    WRONG_NETWORK = 4
    SECOND_PAYMENT = 5
    REMOVED_AFTER_CONFIRMED = 6
    SCREENING = 7


class ReviewStatus(IntEnum):
    OPEN = 1
    ACCEPTED = 2
    SENT_BACK = 3
    CLOSED = 4


class Transfer(TypedDict):
    """A transfer to the deposit address of a checkout."""

    chain_id: int
    stable_coin_type: int
    coin_symbol: str
    coin_contract: str
    amount_coins: str
    tx_hash: str
    tx_from: str
    tx_to: str
    block_number: int
    block_time: str
    transfer_status: int
    confirmations: int
    #: None where the network's `safe` or `finalized` block decides.
    confirmations_required: Optional[int]
    #: It counts toward the price.
    is_counted: bool
    review_type: Optional[int]
    review_status: Optional[int]


class Due(TypedDict):
    stable_coin_type: int
    coin_symbol: str
    amount_coins: str


class Received(TypedDict):
    chain_id: int
    stable_coin_type: int
    coin_symbol: str
    coin_contract: str
    received_coins: str
    confirmed_coins: str
    counted_coins: str
    surplus_coins: str
    #: Refunded or under way.
    refunded_coins: str


class Payments(TypedDict):
    """What a checkout has received."""

    all_scale_checkout_intent_id: str
    status: int
    amount_coins: str
    #: What counts toward the price, in all coins.
    received_coins: str
    #: "0.0000" when enough was received by the store's tolerance.
    missing_coins: str
    #: What the shopper can still pay, in one of these coins.
    due: list[Due]
    expires_at: str
    #: By coin and network.
    received: list[Received]
    #: In the order of the chains; of more than 200, the largest.
    transfers: list[Transfer]


class _EventMembers(TypedDict):
    #: `checkout_intent.confirmed`: ship the order, once. All others, such as `checkout_intent.seen`, `checkout_intent.refunded` and
    #: `webhook.test`, are no payments: return 2xx and mark nothing as paid.
    event_type: str
    #: The same in every delivery of one payment. Process each once.
    all_scale_transaction_id: str
    all_scale_checkout_intent_id: str
    webhook_id: str
    amount_cents: int
    currency: Optional[int]
    currency_symbol: Optional[str]
    amount_coins: str
    coin_symbol: str
    #: None, like the three below, in an event that is about no transfer.
    coin_contract_address: Optional[str]
    chain_id: Optional[int]
    tx_hash: Optional[str]
    tx_from: Optional[str]
    payment_method_type: int
    order_id: Optional[str]
    user_id: Optional[str]
    user_name: Optional[str]
    extra_obj: Optional[dict[str, Any]]


class WebhookEvent(_EventMembers, total=False):
    """Body of a webhook. The members below are in some types of events only."""

    #: In all but confirmed events.
    status: int
    #: In events beside payment and refund: what counts toward the price, and what it lacks.
    received_coins: str
    missing_coins: str
    #: There too: amount of the transfer.
    transfer_coins: Optional[str]
    review_type: Optional[int]
    #: In test events.
    test: bool
    #: In refunded events, like the rest.
    refund_id: str
    #: What was refunded, before any fee.
    refund_amount_coins: str
    refund_payer_gets_coins: str
    refund_payer: str
    refund_to: str


class NewWebhookEndpoint(TypedDict, total=False):
    #: Required, like `event_types`.
    url: str
    #: At least one, of the events beside payment and of refunds. `checkout_intent.confirmed` goes to the store's webhook URL only.
    event_types: Sequence[str]
    #: Default: True.
    enabled: bool
    #: What you call it, in the dashboard.
    description: str


class WebhookEndpointChange(NewWebhookEndpoint, total=False):
    #: 'use': a renewed secret that waits signs from now on. 'discard': it never signs.
    next_secret: str


class WebhookEndpoint(TypedDict):
    #: `whe_…`. `X-API-Key` of what is sent to it.
    endpoint_id: str
    url: str
    event_types: list[str]
    enabled: bool
    #: When it responded with 410, which stops it.
    gone_at: Optional[str]
    created_at: str
    description: Optional[str]
    #: When a renewed secret begins to sign. None: none waits.
    next_secret_at: Optional[str]


class WebhookEndpointWithSecret(WebhookEndpoint):
    #: Signs what is sent to it. Not shown again.
    secret: str


class EndpointDelivery(TypedDict):
    """An event on its way to a webhook endpoint."""

    delivery_id: str
    event_id: str
    event_type: str
    #: None for a test event.
    all_scale_checkout_intent_id: Optional[str]
    #: 'pending', 'delivered', 'failed' or 'disabled'.
    state: str
    attempts: int
    last_attempt_at: Optional[str]
    #: HTTP status of the last response. None: there was none.
    last_status: Optional[int]
    last_error: Optional[str]
    next_attempt_at: Optional[str]
    created_at: str


class EndpointDeliveryFilter(TypedDict, total=False):
    state: str
    limit: int
    cursor: str


class EndpointDeliveryPage(TypedDict):
    #: Newest first.
    deliveries: list[EndpointDelivery]
    #: `cursor` of the next page. None on the last one.
    next_cursor: Optional[str]


class OrderEvent(TypedDict):
    """An entry of the list of events."""

    #: Its number among the store's events. Higher is later.
    sequence: int
    event_id: str
    event_type: str
    all_scale_checkout_intent_id: str
    created_at: str
    #: The body of the webhook. None when the order's personal data was erased.
    data: Optional[WebhookEvent]


class EventPage(TypedDict):
    #: Oldest first.
    events: list[OrderEvent]
    #: `after` of the next call.
    last_sequence: int
    has_more: bool


class Simulation(TypedDict):
    """What was started. Chain, coin and amount are None where the scenario pays nothing."""

    simulation_id: str
    all_scale_checkout_intent_id: str
    #: 'paid', 'short', 'over', 'late', 'expired', 'reorganised' or 'wrong_coin'
    scenario: str
    chain_id: Optional[int]
    stable_coin_type: Optional[int]
    coin_contract: Optional[str]
    amount_coins: Optional[str]
    created_at: str


class RefundStatus(IntEnum):
    CANCELED = -2
    FAILED = -1
    REQUESTED = 1
    UNDER_WAY = 2
    REFUNDED = 3


class RefundRequest(TypedDict, total=False):
    """Coin, chain, token and payer may be left out when only one is possible."""

    #: What is refunded, before any fee. Default: all that is left.
    amount_coins: Optional[str]
    stable_coin: Optional[int]
    chain_id: Optional[int]
    #: The token, when one payer sent two of one coin on one chain, such as USDT and USDT0.
    coin_contract: Optional[str]
    payer: Optional[str]
    #: Default: the payer. Exchanges do not credit returns to the address that they pay from.
    to: Optional[str]
    #: True: the payer gets the full amount.
    merchant_bears_fee: Optional[bool]
    reason: Optional[str]


class Refund(TypedDict):
    refund_id: str
    refund_status: int
    chain_id: int
    stable_coin_type: int
    coin_symbol: str
    coin_contract: str
    amount_coins: str
    #: None until it is signed.
    payer_gets_coins: Optional[str]
    merchant_bears_fee: bool
    payer: str
    to: str
    tx_hash: Optional[str]
    reason: Optional[str]
    created_at: str
    confirmed_at: Optional[str]


class Refundable(TypedDict):
    """What a payer sent in a token, and what is left of it."""

    chain_id: int
    stable_coin_type: int
    coin_symbol: str
    coin_contract: str
    payer: str
    received_coins: str
    refunded_coins: str
    remaining_coins: str


class Refunds(TypedDict):
    #: Oldest first.
    refunds: list[Refund]
    refundable: list[Refundable]

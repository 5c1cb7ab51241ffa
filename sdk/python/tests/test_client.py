"""
The client against a running checkout. Settings: ALLSCALE_BASE_URL, ALLSCALE_API_KEY, ALLSCALE_API_SECRET of a store that does not sign
its responses; ALLSCALE_SIGNING_API_KEY and ALLSCALE_SIGNING_API_SECRET of one that does; ALLSCALE_TEST_API_KEY and
ALLSCALE_TEST_API_SECRET of a test store; ALLSCALE_REFUNDABLE, a closed checkout of the first store to which the two addresses of
ALLSCALE_PAYERS (with a comma) sent 10 and 2 USDT.
"""

import os
import threading
import time
import unittest
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from allscale_checkout import (
    AllScaleApiError,
    AllScaleClient,
    AllScaleUnreachableError,
    Currency,
    ErrorCode,
    IntentStatus,
    RefundStatus,
    StableCoin,
    is_final,
)

BASE_URL = os.environ["ALLSCALE_BASE_URL"]
KEY = {"api_key": os.environ["ALLSCALE_API_KEY"], "api_secret": os.environ["ALLSCALE_API_SECRET"]}
SIGNING = {
    "api_key": os.environ["ALLSCALE_SIGNING_API_KEY"],
    "api_secret": os.environ["ALLSCALE_SIGNING_API_SECRET"],
}
SANDBOX = {"api_key": os.environ["ALLSCALE_TEST_API_KEY"], "api_secret": os.environ["ALLSCALE_TEST_API_SECRET"]}
ORDER = {"currency": Currency.USD, "amount_cents": 1250, "order_id": "Ä-1", "accepted_stable_coins": [StableCoin.USDC]}


def client(**more):
    return AllScaleClient(**{"base_url": BASE_URL, **KEY, **more})


class BadServer(BaseHTTPRequestHandler):
    """A proxy in front of a checkout that is gone."""

    def do_GET(self):
        if self.path == "/v1/test/ping":
            self.reply(502, b"<h1>Bad gateway</h1>")
        elif self.path.endswith("/status"):
            self.reply(302, b"", ("Location", "/v1/test/ping"))
        else:
            self.wfile.write(b"not HTTP\r\n\r\n")

    def reply(self, status, body, *headers):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Client(unittest.TestCase):
    def test_pings_creates_and_reads_what_it_created(self):
        shop = client()
        shop.ping()
        created = shop.create_checkout({**ORDER, "extra": {"cart": [1, "ü"]}})
        intent_id = created["allscale_checkout_intent_id"]
        self.assertEqual([created["amount_coins"], created["stable_coin_type"]], ["12.5000", StableCoin.USDC])
        self.assertIs(shop.get_status(intent_id), IntentStatus.CREATED)
        intent = shop.get_checkout(intent_id)
        self.assertEqual([intent["order_id"], intent["extra"]], ["Ä-1", {"cart": [1, "ü"]}])
        self.assertEqual(shop.list_refunds(intent_id), {"refunds": [], "refundable": []})
        self.assertEqual([is_final(IntentStatus.CREATED), is_final(IntentStatus.TIMEOUT)], [False, True])

    def test_gets_the_same_checkout_for_a_repeated_create_with_the_same_idempotency_key(self):
        first = client().create_checkout(ORDER, idempotency_key="python-7")
        self.assertEqual(client().create_checkout(ORDER, idempotency_key="python-7"), first)

    def test_gets_an_error_that_names_the_field_and_the_problem(self):
        def error_of(call):
            with self.assertRaises(AllScaleApiError) as raised:
                call()
            return raised.exception

        error = error_of(lambda: client().create_checkout({**ORDER, "amount_cents": 1.5}))
        self.assertEqual([error.code, error.http_status, error.field], [ErrorCode.VALIDATION, 400, "amount_cents"])
        self.assertEqual(error.reason, "not_an_integer")
        self.assertTrue(error.request_id)
        self.assertEqual(error_of(lambda: client().get_status("0" * 24)).code, ErrorCode.NOT_FOUND)
        self.assertEqual(error_of(lambda: client().get_checkout("../a?b")).http_status, 404)
        error = error_of(lambda: client(api_secret="st_wrong").ping())
        self.assertEqual([error.code, error.reason, error.field], [ErrorCode.BAD_SIGNATURE, "wrong_signature", None])

    def test_lists_what_it_created_page_by_page_and_what_it_received(self):
        shop = client()
        order_id = f"python-list-{time.time_ns()}"
        ids = [shop.create_checkout({**ORDER, "order_id": order_id})["allscale_checkout_intent_id"] for _ in range(3)]
        wanted = {"order_id": order_id, "status": [IntentStatus.CREATED, IntentStatus.PAYING], "limit": 2}
        page = shop.list_checkouts(wanted)
        self.assertEqual([len(page["checkout_intents"]), page["next_cursor"] is None], [2, False])
        listed = [intent["all_scale_checkout_intent_id"] for intent in shop.each_checkout(wanted)]
        self.assertEqual(sorted(listed), sorted(ids))
        tomorrow = datetime.now(timezone.utc) + timedelta(days=1)
        self.assertEqual(list(shop.each_checkout({"order_id": order_id, "created_from": tomorrow})), [])
        with self.assertRaises(ValueError):
            shop.list_checkouts({"created_from": datetime(2026, 1, 1)})
        payments = shop.get_payments(ids[0])
        self.assertEqual([payments["received_coins"], payments["transfers"]], ["0.0000", []])
        self.assertEqual(payments["due"][0]["amount_coins"], "12.5000")

    def test_manages_webhook_endpoints(self):
        shop = client()
        url = f"https://shop.example/python-{time.time_ns()}"
        made = shop.create_webhook_endpoint({"url": url, "event_types": ["checkout_intent.seen"]})
        self.assertTrue(made["secret"])
        endpoint_id = made["endpoint_id"]
        self.assertIn(endpoint_id, [one["endpoint_id"] for one in shop.list_webhook_endpoints()])
        self.assertEqual(shop.update_webhook_endpoint(endpoint_id, {"enabled": False})["enabled"], False)
        self.assertNotIn("secret", shop.get_webhook_endpoint(endpoint_id))
        renewed = shop.renew_webhook_secret(endpoint_id, after_seconds=3600)
        self.assertNotEqual(renewed["secret"], made["secret"])
        self.assertTrue(renewed["next_secret_at"])
        used = shop.update_webhook_endpoint(endpoint_id, {"next_secret": "use", "description": "Lager"})
        self.assertEqual([used["next_secret_at"], used["description"]], [None, "Lager"])
        test = shop.send_webhook_test(endpoint_id)
        page = shop.list_webhook_deliveries(endpoint_id, {"limit": 1})
        self.assertEqual([one["delivery_id"] for one in page["deliveries"]], [test])
        with self.assertRaises(AllScaleApiError) as repeated:
            shop.redeliver_webhook(endpoint_id, test)
        self.assertEqual(repeated.exception.reason, "test_event")
        shop.delete_webhook_endpoint(endpoint_id)
        with self.assertRaises(AllScaleApiError) as raised:
            shop.get_webhook_endpoint(endpoint_id)
        self.assertEqual(raised.exception.code, ErrorCode.NOT_FOUND)

    def test_delivers_an_event_again(self):
        endpoint_id, delivery_id = os.environ["ALLSCALE_DELIVERY"].split(",")
        client().redeliver_webhook(endpoint_id, delivery_id)
        page = client().list_webhook_deliveries(endpoint_id, {"state": "pending"})
        self.assertEqual([one["delivery_id"] for one in page["deliveries"]], [delivery_id])

    def test_lists_events_from_a_number_on(self):
        page = client().list_events(after=0, limit=1)
        self.assertIsInstance(page["last_sequence"], int)
        numbers = [event["sequence"] for event in client().each_event(limit=1)]
        self.assertEqual(numbers, sorted(set(numbers)))

    def test_refunds_of_an_unpaid_order_are_rejected_with_a_reason(self):
        created = client().create_checkout(ORDER)
        with self.assertRaises(AllScaleApiError) as raised:
            client().request_refund(created["allscale_checkout_intent_id"], {"amount_coins": "1"})
        self.assertTrue(raised.exception.reason)

    def test_asks_for_refunds_and_reads_them(self):
        shop = client()
        intent_id = os.environ["ALLSCALE_REFUNDABLE"]
        payer, other = os.environ["ALLSCALE_PAYERS"].split(",")

        def reason_of(refund):
            with self.assertRaises(AllScaleApiError) as raised:
                shop.request_refund(intent_id, refund)
            return raised.exception.field, raised.exception.reason

        def left():
            return {money["payer"]: money["remaining_coins"] for money in shop.list_refunds(intent_id)["refundable"]}

        self.assertEqual(left(), {payer: "10.0000", other: "2.0000"})
        self.assertEqual(reason_of({}), ("payer", "ambiguous"))
        part = {"payer": payer, "amount_coins": "4.5", "merchant_bears_fee": True, "reason": "Ä part"}
        refund = shop.request_refund(intent_id, part, idempotency_key="python-refund")
        self.assertEqual(refund["refund_status"], RefundStatus.REQUESTED)
        self.assertEqual([refund["amount_coins"], refund["to"], refund["reason"]], ["4.5000", payer, "Ä part"])
        self.assertIs(refund["merchant_bears_fee"], True)
        self.assertEqual(shop.request_refund(intent_id, part, idempotency_key="python-refund"), refund)
        self.assertEqual(shop.list_refunds(intent_id)["refunds"], [refund])
        # What is only asked for is not refunded yet.
        self.assertEqual(left(), {payer: "10.0000", other: "2.0000"})
        self.assertEqual(reason_of({"payer": payer, "amount_coins": "5.6"}), ("amount_coins", "more_than_left"))
        # All that is left is the default.
        self.assertEqual(shop.request_refund(intent_id, {"payer": other})["amount_coins"], "2.0000")

    def test_simulates_payments(self):
        sandbox = client(**SANDBOX)
        intent_id = sandbox.create_checkout(ORDER)["allscale_checkout_intent_id"]
        simulation = sandbox.simulate_payment(intent_id, "short", idempotency_key="python-s")
        self.assertEqual([simulation["scenario"], simulation["amount_coins"]], ["short", "6.2500"])
        self.assertEqual(sandbox.simulate_payment(intent_id, "short", idempotency_key="python-s"), simulation)
        self.assertEqual(sandbox.simulate_payment(intent_id)["scenario"], "paid")

    def test_tests_itself(self):
        body = {"text": "Ä ✓", "list": [1, None, {"deep": True}]}
        self.assertEqual(client().echo(body), body)
        with self.assertRaises(AllScaleApiError) as raised:
            client().fail()
        self.assertEqual([raised.exception.code, raised.exception.http_status], [ErrorCode.UNKNOWN, 500])

    def test_simulates_payments_in_test_stores_only(self):
        intent_id = client().create_checkout(ORDER)["allscale_checkout_intent_id"]
        with self.assertRaises(AllScaleApiError) as caught:
            client().simulate_payment(intent_id)
        self.assertEqual((caught.exception.code, caught.exception.reason), (30001, "not_a_test_store"))
        with self.assertRaises(AllScaleApiError) as caught:
            client().simulate_payment(intent_id, "no scenario")
        self.assertEqual(caught.exception.field, "scenario")

    def test_accepts_only_signed_responses_when_they_are_configured(self):
        client(**SIGNING, verify_responses=True).ping()
        with self.assertRaisesRegex(AllScaleUnreachableError, "sign its responses"):
            client(verify_responses=True).ping()
        with self.assertRaisesRegex(AllScaleUnreachableError, "HTTP 401"):
            client(**{**SIGNING, "api_secret": "st_wrong"}, verify_responses=True).ping()

    def test_does_not_take_other_servers_for_the_api(self):
        server = ThreadingHTTPServer(("127.0.0.1", 0), BadServer)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            bad = client(base_url=f"http://127.0.0.1:{server.server_port}")
            with self.assertRaisesRegex(AllScaleUnreachableError, "HTTP 502"):
                bad.ping()
            with self.assertRaisesRegex(AllScaleUnreachableError, "HTTP 302"):
                bad.get_status("1")
            with self.assertRaises(AllScaleUnreachableError):
                bad.get_checkout("1")
        finally:
            server.shutdown()
            server.server_close()
        with self.assertRaises(AllScaleUnreachableError):
            bad.ping()

    def test_names_swapped_keys_and_secrets(self):
        key, secret = "st_test_" + "a" * 32, "st_test_secret_" + "b" * 64
        client(api_key=key, api_secret=secret)
        for wrong, text in (
            ({"api_key": secret, "api_secret": key}, "swapped"),
            ({"api_key": key, "api_secret": key}, "not its secret"),
            ({"api_key": secret, "api_secret": secret}, "not the identifier"),
            ({"api_key": key.replace("test", "live"), "api_secret": secret}, "live store"),
        ):
            with self.assertRaisesRegex(ValueError, text):
                client(**wrong)

    def test_settings_and_numbers_that_cannot_be_sent_are_errors_of_the_shop(self):
        for wrong in ({"base_url": ""}, {"api_key": ""}, {"api_secret": ""}, {"base_url": "file:///etc"}):
            with self.assertRaises(ValueError):
                client(**wrong)
        with self.assertRaises(ValueError):
            client().create_checkout({**ORDER, "extra": {"rate": float("nan")}})


if __name__ == "__main__":
    unittest.main()

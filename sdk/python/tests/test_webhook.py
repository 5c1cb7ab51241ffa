"""Verification of webhooks, against signatures made here from the wire contract."""

import base64
import hashlib
import hmac
import unittest

from allscale_checkout import ReceivedWebhook, WebhookKey, WebhookRejected, verify_webhook

KEY = WebhookKey("st_key", "st_secret")
NOW = 1_770_000_000
BODY = '{"event_type":"checkout_intent.confirmed","order_id":"Ä-1"}'.encode()


def webhook(*, secret=KEY.api_secret, target="/hook?shop=1", signed_target=None, timestamp=str(NOW), body=BODY, headers=None):
    path, _, query = (signed_target or target).partition("?")
    lines = ["allscale:webhook:v1", "POST", path, query, "evt_1", timestamp, "nonce-1", hashlib.sha256(body).hexdigest()]
    digest = hmac.new(secret.encode(), "\n".join(lines).encode(), hashlib.sha256).digest()
    return {
        "method": "POST",
        "target": target,
        "raw_body": body,
        "now_seconds": NOW,
        "headers": {
            "X-API-Key": KEY.api_key,
            "X-Webhook-Id": "evt_1",
            "X-Webhook-Timestamp": timestamp,
            "X-Webhook-Nonce": "nonce-1",
            "X-Webhook-Signature": "v1=" + base64.b64encode(digest).decode(),
            **(headers or {}),
        },
    }


class VerifyWebhook(unittest.TestCase):
    def rejects(self, problem, **difference):
        with self.assertRaises(WebhookRejected) as raised:
            verify_webhook(KEY, **webhook(**difference))
        self.assertEqual(raised.exception.problem, problem)

    def test_returns_the_event_of_a_genuine_webhook(self):
        event = {"event_type": "checkout_intent.confirmed", "order_id": "Ä-1"}
        expected = ReceivedWebhook(webhook_id="evt_1", nonce="nonce-1", event=event)
        self.assertEqual(verify_webhook(KEY, **webhook()), expected)

    def test_accepts_headers_in_any_case_pairs_a_whole_url_and_one_of_several_keys(self):
        received = webhook()
        lower = {name.lower(): value for name, value in received["headers"].items()}
        other = WebhookKey("st_other", "st_other_secret")
        for change in ({"headers": lower}, {"headers": list(lower.items())}, {"target": "https://shop.example/hook?shop=1"}):
            self.assertEqual(verify_webhook([other, KEY], **{**received, **change}).webhook_id, "evt_1")

    def test_path_and_query_are_covered_as_they_are(self):
        verify_webhook(KEY, **webhook(target="/hook?next=?&a=%2f"))
        for target, signed in (("/hook", "/hook?shop=1"), ("/hook?a=%2F", "/hook?a=%2f"), ("/Hook", "/hook")):
            self.rejects("signature_wrong", target=target, signed_target=signed)

    def test_rejects_what_is_tampered_with(self):
        self.rejects("signature_wrong", secret="st_other")
        with self.assertRaises(WebhookRejected) as raised:
            verify_webhook(KEY, **{**webhook(), "raw_body": BODY.replace(b"1", b"2")})
        self.assertEqual(raised.exception.problem, "signature_wrong")
        for signature in ("v1=", "v2=abc", "é", "\udcff", "v1=" + "A" * 44):
            self.rejects("signature_wrong", headers={"X-Webhook-Signature": signature})

    def test_rejects_missing_and_repeated_headers(self):
        for name in ("X-Webhook-Id", "X-Webhook-Timestamp", "X-Webhook-Nonce", "X-Webhook-Signature"):
            self.rejects("header_missing", headers={name: ""})
        received = webhook()
        pairs = [*received["headers"].items(), ("x-webhook-nonce", "nonce-2")]
        with self.assertRaises(WebhookRejected) as raised:
            verify_webhook(KEY, **{**received, "headers": pairs})
        self.assertEqual(raised.exception.problem, "header_missing")
        self.rejects("unknown_key", headers={"X-API-Key": "st_other"})
        self.rejects("unknown_key", headers={"X-API-Key": ""})

    def test_rejects_other_times(self):
        verify_webhook(KEY, **webhook(timestamp=str(NOW - 300)))
        verify_webhook(KEY, **webhook(timestamp=str(NOW + 60)))
        self.rejects("timestamp_too_old", timestamp=str(NOW - 301))
        self.rejects("timestamp_in_future", timestamp=str(NOW + 61))
        for timestamp in ("now", "-1", "1e9", "1.5", "١٧٧٠٠٠٠٠٠٠", " 1", "1" * 13):
            self.rejects("timestamp_malformed", timestamp=timestamp)

    def test_rejects_a_body_that_is_no_object(self):
        for body in (b"[]", b"null", b"1", b"{", b"\xff", b""):
            self.rejects("body_malformed", body=body)

    def test_an_empty_key_is_an_error_of_the_shop(self):
        for api_key, api_secret in (("", "st_secret"), ("st_key", "")):
            with self.assertRaises(ValueError):
                WebhookKey(api_key, api_secret)
        with self.assertRaises(ValueError):
            verify_webhook([], **webhook())

    def test_a_key_does_not_print_its_secret(self):
        self.assertNotIn(KEY.api_secret, repr(KEY))


if __name__ == "__main__":
    unittest.main()

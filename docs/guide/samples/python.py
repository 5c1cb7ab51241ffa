# A client for Python 3.9 and later. Settings: ALLSCALE_BASE_URL, ALLSCALE_API_KEY, ALLSCALE_API_SECRET.
import base64, hashlib, hmac, json, os, sys, time, urllib.error, urllib.request, uuid

SECRET = os.environ["ALLSCALE_API_SECRET"].encode()


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def sign(*lines: str) -> str:
    digest = hmac.new(SECRET, "\n".join(lines).encode(), hashlib.sha256).digest()
    return "v1=" + base64.b64encode(digest).decode()


def call(method: str, path: str, body=None) -> dict:
    data = b"" if body is None else json.dumps(body).encode()
    timestamp, nonce = str(int(time.time())), str(uuid.uuid4())
    request = urllib.request.Request(os.environ["ALLSCALE_BASE_URL"] + path, data=data or None, method=method)
    request.add_header("Content-Type", "application/json")
    request.add_header("X-API-Key", os.environ["ALLSCALE_API_KEY"])
    request.add_header("X-Timestamp", timestamp)
    request.add_header("X-Nonce", nonce)
    request.add_header("X-Signature", sign(method, path, "", timestamp, nonce, sha256(data)))
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return json.load(response)
    except urllib.error.HTTPError as error:  # errors have the same envelope
        return json.load(error)


def verify(target: str, webhook_id: str, timestamp: str, nonce: str, signature: str, raw_body: bytes) -> bool:
    """target: path and query of your webhook URL; raw_body: the raw bytes, before any JSON parser."""
    if not -60 <= time.time() - int(timestamp) <= 300:
        return False
    path, _, query = target.partition("?")
    expected = sign("allscale:webhook:v1", "POST", path, query, webhook_id, timestamp, nonce, sha256(raw_body))
    return hmac.compare_digest(expected, signature)


if sys.argv[1] == "create":
    order = {"currency": 1, "amount_cents": 1250, "accepted_stable_coins": [1, 2], "order_id": "A-1001"}
    print(json.dumps(call("POST", "/v1/checkout_intents/", order)))
elif sys.argv[1] == "verify":
    with open(sys.argv[7], "rb") as file:
        genuine = verify(*sys.argv[2:7], file.read())
    print("genuine" if genuine else "rejected")
    sys.exit(0 if genuine else 1)

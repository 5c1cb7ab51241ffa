<?php
// A client for PHP 8.1 and later. Settings: ALLSCALE_BASE_URL, ALLSCALE_API_KEY, ALLSCALE_API_SECRET.
declare(strict_types=1);

function sign(string ...$lines): string
{
    $digest = hash_hmac('sha256', implode("\n", $lines), (string) getenv('ALLSCALE_API_SECRET'), true);
    return 'v1=' . base64_encode($digest);
}

function call(string $method, string $path, ?array $body = null): array
{
    $text = $body === null ? '' : json_encode($body, JSON_THROW_ON_ERROR);
    $timestamp = (string) time();
    $nonce = bin2hex(random_bytes(16));
    $headers = [
        'Content-Type: application/json',
        'X-API-Key: ' . getenv('ALLSCALE_API_KEY'),
        'X-Timestamp: ' . $timestamp,
        'X-Nonce: ' . $nonce,
        'X-Signature: ' . sign($method, $path, '', $timestamp, $nonce, hash('sha256', $text)),
    ];
    $options = ['method' => $method, 'header' => $headers, 'content' => $text, 'timeout' => 10, 'ignore_errors' => true];
    $response = file_get_contents(getenv('ALLSCALE_BASE_URL') . $path, false, stream_context_create(['http' => $options]));
    return json_decode((string) $response, true, flags: JSON_THROW_ON_ERROR);
}

/**
 * $target: path and query of your webhook URL, for example /webhook?shop=1.
 * $rawBody: the raw bytes, file_get_contents('php://input'), before any JSON parser.
 */
function verify(string $target, string $id, string $timestamp, string $nonce, string $signature, string $rawBody): bool
{
    $age = time() - (int) $timestamp;
    if ($age > 300 || $age < -60) {
        return false;
    }
    [$path, $query] = explode('?', $target, 2) + [1 => ''];
    $expected = sign('allscale:webhook:v1', 'POST', $path, $query, $id, $timestamp, $nonce, hash('sha256', $rawBody));
    return hash_equals($expected, $signature);
}

if ($argv[1] === 'create') {
    $order = ['currency' => 1, 'amount_cents' => 1250, 'accepted_stable_coins' => [1, 2], 'order_id' => 'A-1001'];
    echo json_encode(call('POST', '/v1/checkout_intents/', $order)), "\n";
} elseif ($argv[1] === 'verify') {
    $genuine = verify(...array_slice($argv, 2, 5), ...[file_get_contents($argv[7])]);
    echo $genuine ? "genuine\n" : "rejected\n";
    exit($genuine ? 0 : 1);
}

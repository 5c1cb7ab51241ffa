// A client for Node 20 and later. Settings: ALLSCALE_BASE_URL, ALLSCALE_API_KEY, ALLSCALE_API_SECRET.
import { createHash, createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';

const { ALLSCALE_BASE_URL, ALLSCALE_API_KEY, ALLSCALE_API_SECRET } = process.env;
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const sign = (lines) => `v1=${createHmac('sha256', ALLSCALE_API_SECRET).update(lines.join('\n')).digest('base64')}`;

async function call(method, path, body) {
  const text = body === undefined ? '' : JSON.stringify(body);
  const timestamp = String(Math.floor(Date.now() / 1000));
  const nonce = randomUUID();
  const response = await fetch(ALLSCALE_BASE_URL + path, {
    method,
    headers: {
      'Content-Type': 'application/json',
      'X-API-Key': ALLSCALE_API_KEY,
      'X-Timestamp': timestamp,
      'X-Nonce': nonce,
      'X-Signature': sign([method, path, '', timestamp, nonce, sha256(text)]),
    },
    ...(text && { body: text }),
    signal: AbortSignal.timeout(10_000),
  });
  return await response.json();
}

/**
 * @param target path and query of your webhook URL, for example /webhook?shop=1
 * @param rawBody the raw bytes, before any JSON parser
 */
function verify(target, id, timestamp, nonce, signature, rawBody) {
  const age = Date.now() / 1000 - Number(timestamp);
  if (!(age <= 300 && age >= -60)) return false;
  const [path, query = ''] = target.split(/\?(.*)/s);
  const lines = ['allscale:webhook:v1', 'POST', path, query, id, timestamp, nonce, sha256(rawBody)];
  const expected = Buffer.from(sign(lines));
  const given = Buffer.from(signature);
  return expected.length === given.length && timingSafeEqual(expected, given);
}

const [command, ...args] = process.argv.slice(2);
if (command === 'create') {
  const order = { currency: 1, amount_cents: 1250, accepted_stable_coins: [1, 2], order_id: 'A-1001' };
  console.log(JSON.stringify(await call('POST', '/v1/checkout_intents/', order)));
} else if (command === 'verify') {
  const genuine = verify(...args.slice(0, 5), readFileSync(args[5]));
  console.log(genuine ? 'genuine' : 'rejected');
  process.exitCode = genuine ? 0 : 1;
}

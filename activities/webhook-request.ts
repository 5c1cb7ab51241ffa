// The headers of a signed webhook (docs/open-api.md section 6).
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { splitTarget, webhookCanonical } from '#domain/signing.ts';
import { targetOf } from '#network/post-to-receiver.ts';

export interface SigningKey {
  id: string;
  secret: string;
}

/** The headers of one attempt: fresh time, nonce and signature. */
export const signedHeaders = (
  address: string,
  webhookId: string,
  body: string,
  key: SigningKey,
  now: Date,
): Record<string, string> => {
  const { path, queryString } = splitTarget(targetOf(address));
  const timestamp = String(Math.floor(now.getTime() / 1000));
  const nonce = randomBytes(16).toString('hex');
  const bodySha256 = createHash('sha256').update(body, 'utf8').digest('hex');
  const canonical = webhookCanonical({ method: 'POST', path, queryString, webhookId, timestamp, nonce, bodySha256 });
  return {
    'Content-Type': 'application/json',
    'Content-Length': String(Buffer.byteLength(body, 'utf8')),
    'User-Agent': 'AllScale-Checkout-Webhook/1',
    'X-API-Key': key.id,
    'X-Webhook-Id': webhookId,
    'X-Webhook-Timestamp': timestamp,
    'X-Webhook-Nonce': nonce,
    'X-Webhook-Signature': `v1=${createHmac('sha256', key.secret).update(canonical, 'utf8').digest('base64')}`,
  };
};

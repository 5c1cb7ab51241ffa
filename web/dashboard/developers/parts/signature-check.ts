// The signature debugger, in the browser: builds the canonical string, signs it, and finds the common mistake behind a wrong
// signature. It tries each way to build the string with each way to use the secret and to encode the result, and names those that
// match.
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { isApiKeyId, isApiSecret } from '#domain/ids.ts';
import { requestCanonical, splitTarget, webhookCanonical } from '#domain/signing.ts';
import { type StringVariant, stringVariants } from './signature-variants.ts';

export interface SignatureInput {
  kind: 'request' | 'webhook';
  method: string;
  /** Path and query as sent; a full URL is accepted too. */
  target: string;
  timestamp: string;
  nonce: string;
  /** Webhooks only. */
  webhookId: string;
  /** A key, or of a webhook also an endpoint: to detect that it was used as the secret. */
  apiKey: string;
  body: string;
  secret: string;
  /** As sent, including `v1=`. */
  given: string;
}

export interface SignatureLine {
  name: string;
  value: string;
}

export interface SignatureReport {
  lines: SignatureLine[];
  canonical: string;
  /** `v1=…`. */
  expected: string;
  matches: boolean;
  /** Mistakes that produce the given signature, or that are wrong in any case. */
  slips: string[];
}

/** @param now epoch milliseconds, for the age of the timestamp */
export const checkSignature = (input: SignatureInput, now: number): SignatureReport => {
  const target = targetOf(input.target);
  const { path, queryString } = splitTarget(target);
  const bodySha256 = bytesToHex(sha256(utf8ToBytes(input.body)));
  const [method, timestamp, nonce] = [input.method.toUpperCase(), input.timestamp.trim(), input.nonce.trim()];
  const parts = { method, path, queryString, timestamp, nonce, bodySha256 };
  const webhookId = input.webhookId.trim();
  const canonical = input.kind === 'webhook' ? webhookCanonical({ ...parts, webhookId }) : requestCanonical(parts);
  const expected = `v1=${base64(hmac(sha256, utf8ToBytes(input.secret), utf8ToBytes(canonical)))}`;
  const given = input.given.trim();
  const matches = given === expected;
  const variants = stringVariants({ ...parts, webhookId, kind: input.kind, body: input.body });
  const slips = [
    ...plainSlips(input, timestamp, now),
    ...(matches || given === '' ? [] : signatureSlips(input, canonical, variants)),
  ];
  return { lines: linesOf(input.kind, { ...parts, webhookId }), canonical, expected, matches, slips };
};

/** Path and query of the pasted URL or path. */
const targetOf = (text: string): string => {
  const target = text
    .trim()
    .replace(/^https?:\/\/[^/?#]*/i, '')
    .replace(/#.*$/s, '');
  return target.startsWith('/') ? target : `/${target}`;
};

const linesOf = (kind: SignatureInput['kind'], parts: Parameters<typeof webhookCanonical>[0]): SignatureLine[] => [
  ...(kind === 'webhook' ? [{ name: 'Prefix', value: 'allscale:webhook:v1' }] : []),
  { name: 'Method', value: parts.method },
  { name: 'Path', value: parts.path },
  { name: 'Query, without “?”', value: parts.queryString },
  ...(kind === 'webhook' ? [{ name: 'Webhook id', value: parts.webhookId }] : []),
  { name: 'Timestamp', value: parts.timestamp },
  { name: 'Nonce', value: parts.nonce },
  { name: 'SHA-256 of the body, hex', value: parts.bodySha256 },
];

const WINDOW_SECONDS = { request: 600, webhook: 300 } as const;

/** Mistakes that are wrong whatever was signed. */
const plainSlips = (input: SignatureInput, timestamp: string, now: number): string[] => {
  const slips: string[] = [];
  const seconds = Number(timestamp);
  if (/^\d{13}$/.test(timestamp)) slips.push('The timestamp is in milliseconds. It must be in whole seconds.');
  else if (!/^\d{1,12}$/.test(timestamp)) slips.push('The timestamp must be whole Unix seconds, digits only.');
  else if (Math.abs(now / 1000 - seconds) > WINDOW_SECONDS[input.kind]) {
    slips.push(
      `The timestamp is ${Math.round(Math.abs(now / 1000 - seconds))} s from this computer’s clock. Requests may be 600 s off, webhooks 300 s old. (For an old request this is no mistake.)`,
    );
  }
  if (input.nonce.trim() === '') slips.push('The nonce is empty.');
  if (input.secret !== input.secret.trim()) slips.push('The secret has a space or a line break at its end.');
  const [apiKey, secret] = [input.apiKey.trim(), input.secret.trim()];
  if (isApiSecret(apiKey)) {
    slips.push(
      'The field “X-API-Key” holds a secret: key and secret are swapped. Roll the key if it was sent like this.',
    );
  } else if (isApiKeyId(secret)) {
    slips.push(
      'This is the public identifier of a key, not its secret. A secret begins with st_live_secret_ or st_test_secret_.',
    );
  } else if (secret !== '' && !isApiSecret(secret)) {
    slips.push(
      'The secret is not in the expected form: st_live_secret_ or st_test_secret_ (older ones: st_) and 64 hex digits.',
    );
  }
  if (modeOf(apiKey) !== null && modeOf(secret) !== null && modeOf(apiKey) !== modeOf(secret)) {
    slips.push(`The key is of a ${modeOf(apiKey)} store, the secret of a ${modeOf(secret)} one.`);
  }
  return slips;
};

const modeOf = (text: string): string | null => /^st_(live|test)_/.exec(text)?.[1] ?? null;

type Bytes = Uint8Array;

interface SecretVariant {
  slip: string | null;
  key: Bytes;
}

const secretVariants = ({ secret, apiKey }: SignatureInput): SecretVariant[] => {
  const trimmed = secret.trim();
  const prefix = /^st_(?:(?:live|test)_secret_)?/.exec(trimmed)?.[0] ?? '';
  const bare = trimmed.slice(prefix.length);
  return [
    { slip: null, key: utf8ToBytes(secret) },
    { slip: 'The API key was used as the secret.', key: utf8ToBytes(apiKey.trim()) },
    { slip: `The secret was used without its “${prefix}”.`, key: utf8ToBytes(bare) },
    { slip: 'The secret was used with a line break at its end.', key: utf8ToBytes(`${trimmed}\n`) },
    ...(/^([0-9a-f]{2})+$/i.test(bare)
      ? [{ slip: 'The secret was decoded from hex. Use its characters as they are.', key: hexToBytes(bare) }]
      : []),
  ].filter(({ key }, index) => index === 0 || key.length > 0);
};

const OUTPUTS: readonly { slip: string | null; write: (mac: Bytes) => string }[] = [
  { slip: null, write: (mac) => `v1=${base64(mac)}` },
  { slip: 'The “v1=” before the signature is missing.', write: (mac) => base64(mac) },
  { slip: 'The signature is in hex. It must be Base64.', write: (mac) => `v1=${bytesToHex(mac)}` },
  { slip: 'The signature is in hex and without “v1=”. It must be v1= and Base64.', write: bytesToHex },
  {
    slip: 'The signature is in the URL-safe alphabet (- and _). It must be plain Base64.',
    write: (mac) => `v1=${urlSafe(mac)}`,
  },
  {
    slip: 'The signature is in the URL-safe alphabet without padding. It must be plain Base64.',
    write: (mac) => `v1=${urlSafe(mac).replace(/=+$/, '')}`,
  },
  { slip: 'The “=” at the end of the Base64 is missing.', write: (mac) => `v1=${base64(mac).replace(/=+$/, '')}` },
  {
    slip: 'The hex digits were put into Base64. Base64 goes over the bytes.',
    write: (mac) => `v1=${base64(utf8ToBytes(bytesToHex(mac)))}`,
  },
];

const NOT_FOUND =
  'No common mistake explains this signature. Compare the lines with your own string, byte by byte; most often the body that was hashed is not the body that was sent, or the secret belongs to another key.';

const MOST_SLIPS = 2;

/** The mistakes, alone or in pairs, that produce the given signature. */
const signatureSlips = (input: SignatureInput, canonical: string, variants: readonly StringVariant[]): string[] => {
  const given = input.given.trim();
  const strings = [{ slip: null, text: canonical }, ...variants];
  let best: string[] | null = null;
  for (const { slip: keySlip, key } of secretVariants(input)) {
    for (const { slip: stringSlip, text } of strings) {
      const mac = hmac(sha256, key, utf8ToBytes(text));
      for (const { slip: outputSlip, write } of OUTPUTS) {
        if (write(mac) !== given) continue;
        const slips = [stringSlip, keySlip, outputSlip].filter((slip) => slip !== null);
        if (slips.length <= MOST_SLIPS && (!best || slips.length < best.length)) best = slips;
      }
    }
  }
  return best ?? [NOT_FOUND];
};

const base64 = (bytes: Bytes): string => btoa(String.fromCharCode(...bytes));

const urlSafe = (bytes: Bytes): string => base64(bytes).replaceAll('+', '-').replaceAll('/', '_');

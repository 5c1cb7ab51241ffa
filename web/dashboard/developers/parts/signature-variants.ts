// Wrong canonical strings, each with the message that names the mistake.
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { requestCanonical, webhookCanonical } from '#domain/signing.ts';

export interface StringVariant {
  slip: string;
  text: string;
}

export interface StringParts {
  kind: 'request' | 'webhook';
  method: string;
  path: string;
  queryString: string;
  webhookId: string;
  timestamp: string;
  nonce: string;
  bodySha256: string;
  body: string;
}

const hashOf = (text: string): string => bytesToHex(sha256(utf8ToBytes(text)));

/** Every variant that differs from the right string, once. */
export const stringVariants = (parts: StringParts): StringVariant[] => {
  const right = build(parts);
  const seen = new Set([right]);
  const all = [...changedParts(parts), ...changedStrings(parts, right)];
  return all.filter(({ text }) => !seen.has(text) && seen.add(text));
};

const build = (parts: StringParts): string =>
  parts.kind === 'webhook' ? webhookCanonical(parts) : requestCanonical(parts);

const changedParts = (parts: StringParts): StringVariant[] => {
  const { path, queryString, timestamp, body } = parts;
  const withQuery = queryString ? `${path}?${queryString}` : path;
  const change = (slip: string, changed: Partial<StringParts>): StringVariant => ({
    slip,
    text: build({ ...parts, ...changed }),
  });
  return [
    change('The query was left out of the third line.', { queryString: '' }),
    change('The path was signed with the query in it; the query has a line of its own.', {
      path: withQuery,
      queryString: '',
    }),
    change('The path was signed with the query in it, and the query was signed again.', { path: withQuery }),
    change('The query was signed with its “?”.', { queryString: `?${queryString}` }),
    change('The query’s parameters were sorted. They keep the order in which they are sent.', {
      queryString: queryString.split('&').sort().join('&'),
    }),
    change('The path was signed without its slash at the end.', { path: path.replace(/\/+$/, '') }),
    change('The path was signed with a slash at the end that is not sent.', { path: `${path}/` }),
    change('The path was signed without /v1.', { path: path.replace(/^\/v1(?=\/)/, '') }),
    change('The path was signed decoded. It is signed as sent, percent-encoding included.', { path: decoded(path) }),
    change('The method was signed in lower case.', { method: parts.method.toLowerCase() }),
    change('The timestamp was signed in milliseconds, or with other digits than were sent.', {
      timestamp: timestamp.length === 13 ? timestamp.slice(0, 10) : `${timestamp}000`,
    }),
    change('The nonce was left empty in the string.', { nonce: '' }),
    change('The hash is in upper case. It must be lower-case hex.', { bodySha256: parts.bodySha256.toUpperCase() }),
    change('The hash is in Base64. It must be lower-case hex.', { bodySha256: base64OfHex(parts.bodySha256) }),
    change('The body was signed in place of its hash.', { bodySha256: body }),
    change('The hash’s line was left empty. Without a body it is the hash of the empty string.', { bodySha256: '' }),
    change('The empty string was hashed, though a body is sent.', { bodySha256: hashOf('') }),
    change('“{}” was hashed. Without a body the hash is that of the empty string.', { bodySha256: hashOf('{}') }),
    change('“null” was hashed. Without a body the hash is that of the empty string.', { bodySha256: hashOf('null') }),
    change('The hash was hashed a second time.', { bodySha256: hashOf(parts.bodySha256) }),
    ...bodyVariants(body).map(({ slip, text }) => change(slip, { bodySha256: hashOf(text) })),
  ];
};

const RESERIALISED = 'The body was parsed and serialised again before it was hashed';

/** The body as other libraries serialise it. */
const bodyVariants = (body: string): StringVariant[] => {
  const trimmed = [
    { slip: 'The body was hashed without its white space at the end.', text: body.trimEnd() },
    { slip: 'The body was hashed with a line break at its end that is not sent.', text: `${body}\n` },
    { slip: 'The body was hashed with Windows line ends.', text: body.replace(/\r?\n/g, '\r\n') },
  ];
  try {
    const value: unknown = JSON.parse(body);
    const compact = JSON.stringify(value);
    return [
      ...trimmed,
      { slip: `${RESERIALISED} (compact). Hash the exact bytes that are sent.`, text: compact },
      { slip: `${RESERIALISED} (indented). Hash the exact bytes that are sent.`, text: JSON.stringify(value, null, 2) },
      { slip: `${RESERIALISED} (spaces after , and :). Hash the exact bytes that are sent.`, text: spaced(value) },
      {
        slip: `${RESERIALISED} (\\/ for /). Hash the exact bytes that are sent.`,
        text: compact.replaceAll('/', '\\/'),
      },
      { slip: `${RESERIALISED} (\\u for letters). Hash the exact bytes that are sent.`, text: asciiOnly(compact) },
      {
        slip: `${RESERIALISED} (sorted members). Hash the exact bytes that are sent.`,
        text: JSON.stringify(sorted(value)),
      },
      { slip: 'The body was encoded as JSON twice.', text: JSON.stringify(body) },
    ];
  } catch {
    return trimmed;
  }
};

const changedStrings = (parts: StringParts, right: string): StringVariant[] => {
  const { method, path, queryString, timestamp, nonce, bodySha256 } = parts;
  const lines = right.split('\n');
  return [
    { slip: 'The string ends with a line break.', text: `${right}\n` },
    { slip: 'The lines end with CR LF. They are joined by LF alone.', text: lines.join('\r\n') },
    { slip: 'The parts were joined without line breaks.', text: lines.join('') },
    { slip: 'The empty line of the query was left out.', text: lines.filter((line) => line !== '').join('\n') },
    { slip: 'Timestamp and nonce were swapped.', text: build({ ...parts, timestamp: nonce, nonce: timestamp }) },
    ...(parts.kind === 'webhook'
      ? [
          { slip: 'The first line, allscale:webhook:v1, is missing.', text: lines.slice(1).join('\n') },
          {
            slip: 'The string of a request was signed: a webhook’s has allscale:webhook:v1 first and the webhook’s id.',
            text: requestCanonical({ method, path, queryString, timestamp, nonce, bodySha256 }),
          },
        ]
      : [{ slip: 'Only the body was signed, not the canonical string.', text: parts.body }]),
  ];
};

const decoded = (path: string): string => {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
};

const base64OfHex = (hex: string): string =>
  btoa(String.fromCharCode(...(hex.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16))));

/** As Python's json.dumps and Ruby's to_json with spaces write it. */
const spaced = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([name, member]) => `${JSON.stringify(name)}: ${spaced(member)}`)
    .join(', ')}}`;
};

const asciiOnly = (text: string): string =>
  text.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, member]) => [name, sorted(member)]));
};

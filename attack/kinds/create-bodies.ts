// Bodies of Create that must be rejected, and texts that must not be kept as they are.
import { type Credentials, call } from '#test/api/signed-client.ts';
import { faultOf, type Kind, tryEach } from '../kind.ts';

const right = { stable_coin: 1, amount_cents: 500, order_id: 'attack' };
const with_ = (fields: object): string => JSON.stringify({ ...right, ...fields });
const WRONG_INTEGERS = [
  '"1"',
  '1.5',
  'true',
  '[1]',
  '{}',
  '-1',
  '1e400',
  '-0.5',
  '9007199254740993',
  '1e30',
  '"0x1"',
  'null,"x":1',
];
const SCHEMES = [
  'javascript:alert(1)',
  'data:text/html,x',
  'vbscript:x',
  'file:///etc/passwd',
  'ftp://x.example',
  'blob:https://x',
  '//evil.example',
  'intent://x',
  ' https://x.example',
  'https://user@x.example',
  'java\nscript:x',
  'https:\\\\x.example',
];
const CONTROLS = [
  0x00, 0x01, 0x07, 0x08, 0x0a, 0x0d, 0x1b, 0x7f, 0x85, 0x202a, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x200e, 0x200f,
  0x061c, 0x2028, 0x2029,
];
const LINE_BREAKS = [0x0a, 0x0d, 0x2028, 0x2029];
/** Shown to shoppers: every field whose text pages show. */
const SHOWN = ['order_description', 'order_id', 'user_name'];
const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

const bodies = (): { name: string; body: string | Buffer }[] => [
  ...['amount_cents', 'stable_coin', 'currency'].flatMap((field) =>
    WRONG_INTEGERS.map((value) => ({
      name: `${field} ${value}`,
      body:
        field === 'currency'
          ? `{"amount_cents":500,"currency":${value}}`
          : JSON.stringify(right).replace(/.$/, `,"${field}":${value}}`),
    })),
  ),
  ...['order_id', 'order_description', 'user_id', 'user_name', 'redirect_url'].flatMap((field) =>
    [1, true, ['x'], { x: 1 }].map((value) => ({
      name: `${field} ${JSON.stringify(value)}`,
      body: with_({ [field]: value }),
    })),
  ),
  ...['[]', '"x"', '1', 'true', 'null', '', '{', '{"a":1,}', "{'a':1}", 'NaN', '{}', '[{}]'].map((body) => ({
    name: `body ${body || 'empty'}`,
    body,
  })),
  ...SCHEMES.map((url) => ({ name: `redirect_url ${JSON.stringify(url)}`, body: with_({ redirect_url: url }) })),
  ...SHOWN.flatMap((field) =>
    CONTROLS.filter((code) => field !== 'order_description' || !LINE_BREAKS.includes(code)).map((code) => ({
      name: `${field} with U+${code.toString(16).padStart(4, '0').toUpperCase()}`,
      body: with_({ [field]: `a${String.fromCharCode(code)}b` }),
    })),
  ),
  ...[[], [0], [3], [1.5], ['1'], [1, 99], [-1], {}, 1, Array(17).fill(1)].map((coins) => ({
    name: `accepted_stable_coins ${JSON.stringify(coins)}`,
    body: with_({ accepted_stable_coins: coins }),
  })),
  ...[[], 1, 'x', true].map((extra) => ({ name: `extra ${JSON.stringify(extra)}`, body: with_({ extra }) })),
  { name: 'lone surrogate', body: JSON.stringify(right).replace('attack', '\\ud800') },
  { name: 'NUL escape', body: JSON.stringify(right).replace('attack', '\\u0000') },
  { name: '__proto__ as amount', body: '{"stable_coin":1,"__proto__":{"amount_cents":500}}' },
  { name: 'constructor.prototype', body: '{"stable_coin":1,"constructor":{"prototype":{"amount_cents":500}}}' },
  { name: 'depth 33 of extra', body: JSON.stringify(right).replace(/.$/, `,"extra":${nested(33)}}`) },
  { name: 'depth 3,000', body: JSON.stringify(right).replace(/.$/, `,"extra":${nested(3_000)}}`) },
  { name: 'depth 10,000 of a list', body: `${'['.repeat(10_000)}${']'.repeat(10_000)}` },
  { name: 'both currencies', body: with_({ currency: 1 }) },
  { name: 'order_id of 256', body: with_({ order_id: 'x'.repeat(256) }) },
  { name: 'description of 1,001', body: with_({ order_description: 'x'.repeat(1001) }) },
  { name: 'extra of 17 kB', body: with_({ extra: { a: 'x'.repeat(17_000) } }) },
  { name: 'body of 70 kB', body: with_({ ignored: 'x'.repeat(70_000) }) },
  { name: 'amount 0', body: with_({ amount_cents: 0 }) },
  { name: 'amount 10', body: with_({ amount_cents: 10 }) },
  { name: 'amount of 10¹³ + 1', body: with_({ amount_cents: 10_000_000_000_001 }) },
  { name: 'UTF-16', body: Buffer.from(with_({}), 'utf16le') },
  { name: 'Latin-1', body: Buffer.from(with_({ order_description: 'é' }), 'latin1') },
];

const send = async (origin: string, credentials: Credentials, body: string | Buffer): Promise<string | null> => {
  const reply = await call(origin, credentials, { method: 'POST', target: '/v1/checkout_intents/', body });
  if (reply.status >= 500 || reply.json?.code === 90000) return `fault ${reply.status}`;
  return reply.status < 400 ? `created ${JSON.stringify(reply.json?.payload?.amount_coins)}` : null;
};

/** Members that Create must ignore: where the money goes is the store's setting. */
const IGNORED: readonly object[] = [
  { receiver: `0x${'66'.repeat(20)}` },
  { fee_receiver: `0x${'66'.repeat(20)}` },
  { feeRateE9: 0 },
  { fee_bps: 0 },
  { store_id: 'sto_1' },
  { status: 20 },
  { deposit_address: `0x${'66'.repeat(20)}` },
  { expires_at: '2099-01-01T00:00:00Z' },
  { tolerance_bps: 10_000 },
  { amount_units: '1' },
  { accepted_chain_ids: [1] },
  { is_test: false },
];

export const createBodyKinds: readonly Kind[] = [
  {
    name: 'create-bodies',
    title: 'Create: types, numbers, depth, schemes, control characters',
    run: async ({ target, victim, other, orm }) => {
      const origin = `http://127.0.0.1:${new URL(target.url).port}`;
      const rejected = await tryEach(
        bodies(),
        ({ name }) => name,
        ({ body }) => send(origin, other.credentials, body),
      );
      const ignored = await tryEach(
        IGNORED,
        (fields) => `member ${Object.keys(fields)[0]}`,
        async (fields) => {
          const reply = await call(origin, other.credentials, {
            method: 'POST',
            target: '/v1/checkout_intents/',
            body: with_(fields),
          });
          const id = reply.json?.payload?.allscale_checkout_intent_id;
          const [row] = await orm.em
            .fork()
            .execute<{ row: string; own: boolean; status: number }[]>(
              `select i::text as row, i.receiver = s.receiver as own, i.status from checkout_intent i join store s on s.id = i.store_id where i.id = ? and s.id = ?`,
              [id, other.storeId],
            );
          if (!row) return faultOf(reply) ?? 'no order of the own store';
          if (
            !row.own ||
            row.status !== 1 ||
            row.row.toLowerCase().includes('66'.repeat(20)) ||
            row.row.includes(victim.storeId)
          )
            return `row ${row.row.slice(0, 200)}`;
          return row.row.includes('2099-01-01') ? 'another deadline' : null;
        },
      );
      return [...rejected, ...ignored];
    },
  },
];

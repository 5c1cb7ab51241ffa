// The routes and the webhook of the wire contract (docs/open-api.md sections 1 to 10), called in every way that it names, and all that came
// back as text. What differs from run to run has a name instead: ids, times, keys, nonces, signatures.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ApiResponse, Credentials, Sending } from './signed-client.ts';
import { send, signatureHeaders } from './signed-client.ts';

export interface ContractWorld {
  origin: string;
  /** A store without response signing, and one with it. */
  store: Credentials & { storeId: string };
  signing: Credentials;
  query<Row>(sql: string, values: unknown[]): Promise<Row[]>;
  /** Records the order's payment by this transfer, which is confirmed. */
  confirm(intentId: string, transferId: string): Promise<void>;
  /** One attempt to deliver an event to the store's webhook URL. */
  deliver(eventId: string): Promise<void>;
}

/** A response, or a webhook as its receiver got it. */
export interface Exchange {
  head: string;
  /** Name and value, in the order on the wire. Names of responses are in lower case. */
  headers: [name: string, value: string][];
  body: string;
}

const INTENTS = '/v1/checkout_intents';
const TOKEN = '0xdAC17F958D2ee523a2206206994597C13D831ec7';
const FROM = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';
const TX = `0x${'ab'.repeat(32)}`;

/** The bodies of create, as they are sent. */
const CREATED = {
  'create in US dollars, with every member':
    '{"currency":1,"stable_coin":null,"amount_cents":1250,"accepted_stable_coins":[2,1],"order_id":"A-1001 Ä","order_description":"Two bags\\nof coffee ☕","user_id":"u-7","user_name":"Zoë","redirect_url":"https://shop.example/done?a=b#c","extra":{"n":12345678901234567890,  "s":"\\u00e4","list":[1,null,{"deep":true}]}}',
  'create in a coin': '{"stable_coin":2,"amount_cents":500}',
  'create in euros': '{"currency":44,"amount_cents":1000}',
  'create in yen': '{"currency":72,"amount_cents":150000,"accepted_stable_coins":[1]}',
  'create with nulls, empty texts and unknown members':
    '{"currency":1,"amount_cents":99,"accepted_stable_coins":null,"order_id":"","order_description":null,"user_id":"","user_name":null,"redirect_url":"","extra":null,"foo":[1]}',
  'create with an old return_url':
    '{"stable_coin":1,"amount_cents":500,"extra":{"return_url":"http://localhost:3000/x"}}',
} as const;

const REJECTED = {
  'no body': '',
  'broken JSON': '{"currency":1,',
  'a list': '[]',
  'no amount': '{"currency":1}',
  'both currencies': '{"currency":1,"stable_coin":1,"amount_cents":500}',
  'no currency': '{"amount_cents":500}',
  'an amount as text': '{"currency":1,"amount_cents":"500"}',
  'half a cent': '{"currency":1,"amount_cents":1.5}',
  'a currency as text': '{"currency":"USD","amount_cents":500}',
  'a currency as a boolean': '{"currency":true,"amount_cents":500}',
  'an unknown currency': '{"currency":2,"amount_cents":500}',
  'an unknown coin': '{"stable_coin":4,"amount_cents":500}',
  'a disabled coin': '{"stable_coin":3,"amount_cents":500}',
  'no accepted coin': '{"currency":1,"amount_cents":500,"accepted_stable_coins":[]}',
  'accepted coins that are no list': '{"currency":1,"amount_cents":500,"accepted_stable_coins":1}',
  'an order id as a number': '{"currency":1,"amount_cents":500,"order_id":7}',
  'a long order id': `{"currency":1,"amount_cents":500,"order_id":"${'x'.repeat(256)}"}`,
  'a long description': `{"currency":1,"amount_cents":500,"order_description":"${'x'.repeat(1_001)}"}`,
  'a redirect that is no web address': '{"currency":1,"amount_cents":500,"redirect_url":"javascript:alert(1)"}',
  'an extra that is a list': '{"currency":1,"amount_cents":500,"extra":[]}',
  'too little': '{"stable_coin":1,"amount_cents":10}',
  nothing: '{"stable_coin":1,"amount_cents":0}',
  'less than nothing': '{"stable_coin":1,"amount_cents":-500}',
  'too much': '{"stable_coin":1,"amount_cents":10000000000001}',
} as const;

const STATUSES = [-5, -4, -3, -2, -1, 1, 2, 3, 4, 5, 10];

/** Values that differ from run to run, by what they are. The same value has the same name everywhere in a recording. */
const VARYING = [
  ['ID', /\b[0-9a-f]{24}\b/g],
  ['KEY', /\bst_(?:live_|test_)?[0-9a-f]{32}\b/g],
  ['EVENT', /\bevt_\w+\b/g],
  ['TRANSACTION', /\btxn_\w+\b/g],
  ['REQUEST', /\breq_\w+\b/g],
  ['TIME', /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\b/g],
  // In the text that was signed a letter stands before these.
  ['SECONDS', /(?<!\d)1[789]\d{8}(?!\d)/g],
  ['NONCE', /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/g],
  ['ADDRESS', /\b0x(?=[0-9a-fA-F]{40}\b)(?!dAC17F958|5aAeb6053)[0-9a-fA-F]{40}\b/g],
] as const;

/** Headers whose value is a time, a nonce, a signature or a port of this run. Their form is in test/api/signing.test.ts and its like. */
const VARYING_HEADERS =
  /^(date|host|x-(?:response|request|webhook)-(?:nonce|timestamp|signature)|x-ratelimit-(?:remaining|reset))$/i;

const namer = () => {
  const names = new Map<string, string>();
  const counts = new Map<string, number>();
  return (text: string): string =>
    VARYING.reduce(
      (result, [kind, pattern]) =>
        result.replaceAll(pattern, (value) => {
          const known = names.get(value);
          if (known) return known;
          // Times say nothing about which is which: several can be the same moment.
          const number = kind === 'TIME' || kind === 'SECONDS' ? 0 : (counts.get(kind) ?? 0) + 1;
          counts.set(kind, number);
          const name = number === 0 ? `<${kind}>` : `<${kind} ${number}>`;
          if (number > 0) names.set(value, name);
          return name;
        }),
      text,
    );
};

/** @returns every exchange by its name */
export const recordContract = async (world: ContractWorld): Promise<Record<string, Exchange>> => {
  const recorded: Record<string, Exchange> = {};
  const named = namer();
  const keep = (name: string, head: string, headers: [string, string][], body: string): void => {
    recorded[name] = {
      head: named(head),
      headers: headers.map(([header, value]) => [header, VARYING_HEADERS.test(header) ? '…' : named(value)]),
      body: named(body),
    };
  };
  const keepResponse = (name: string, { status, headers, text }: ApiResponse): void =>
    keep(
      name,
      String(status),
      Object.entries(headers).map(([header, value]) => [header, String(value)]),
      text,
    );
  const call = async (
    name: string,
    sending: Sending,
    { by = world.store, headers }: { by?: Credentials; headers?: Record<string, string> } = {},
  ): Promise<ApiResponse> => {
    const response = await send(world.origin, sending, headers ?? signatureHeaders(by, sending));
    keepResponse(name, response);
    return response;
  };
  const get = (name: string, target: string) => call(name, { method: 'GET', target });
  const post = (name: string, target: string, body: string) => call(name, { method: 'POST', target, body });

  await get('ping', '/v1/test/ping');
  await get('fail', '/v1/test/fail');
  await post('echo', '/v1/test/post', '{"z":1,  "a":[12345678901234567890,"\\u00e4"]}');

  const ids: string[] = [];
  for (const [name, body] of Object.entries(CREATED)) {
    const { json } = await post(name, `${INTENTS}/`, body);
    ids.push(json.payload.allscale_checkout_intent_id);
  }
  await post('create without the slash', INTENTS, CREATED['create in a coin']);
  for (const [name, body] of Object.entries(REJECTED)) await post(`create: ${name}`, `${INTENTS}/`, body);

  const [full = '', plain = ''] = ids;
  for (const [index, name] of Object.keys(CREATED).entries()) await get(`read: ${name}`, `${INTENTS}/${ids[index]}`);
  await get('read with the slash', `${INTENTS}/${plain}/`);
  await get('read the status', `${INTENTS}/${plain}/status`);
  await get('read an unknown id', `${INTENTS}/${'0'.repeat(24)}`);
  await get('read a malformed id', `${INTENTS}/x`);
  await get('read the status of an unknown id', `${INTENTS}/${'0'.repeat(24)}/status`);
  for (const status of STATUSES) {
    await world.query('update checkout_intent set status = ? where id = ?', [status, plain]);
    await get(`read at status ${status}`, `${INTENTS}/${plain}`);
    await get(`read the status ${status}`, `${INTENTS}/${plain}/status`);
  }

  await get('list where an order is created', `${INTENTS}/`);
  await get('an unknown path', '/v1/nope');
  await call('a wrong method', { method: 'PUT', target: '/v1/test/ping' });

  const ping = { method: 'GET', target: '/v1/test/ping' };
  await call('no headers', ping, { headers: {} });
  await call('an unknown key', ping, { by: { apiKey: `st_${'0'.repeat(32)}`, apiSecret: 'st_x' } });
  await call('a wrong secret', ping, { by: { apiKey: world.store.apiKey, apiSecret: 'st_wrong' } });
  await call('an old timestamp', { ...ping, timestamp: Math.floor(Date.now() / 1000) - 700 });
  await call('a timestamp that is no number', { ...ping, timestamp: 'now' });
  const nonce = `contract-${Date.now()}`;
  await call('a nonce', { ...ping, nonce });
  await call('a spent nonce', { ...ping, nonce });
  await call('a long nonce', { ...ping, nonce: 'x'.repeat(129) });
  await call('a signed response', { ...ping, nonce: 'contract-signed' }, { by: world.signing });

  const received = await startRecordingReceiver();
  try {
    await world.query('update store set webhook_url = ? where id = ?', [received.url, world.store.storeId]);
    for (const [name, id] of [
      ['with every member', full],
      ['of an order in a coin', ids[5] ?? ''],
    ] as const) {
      const [transfer] = await world.query<{ id: string }>(
        `insert into token_transfer (chain_id, block_number, block_hash, block_time, tx_hash, log_index, token, coin, from_address, to_address,
          amount_base_units, amount_units, intent_id, state, in_payment, created_at, updated_at)
         select 31337, 7, ?, now(), ?, 0, ?, i.stable_coin, ?, i.deposit_address, ceil(i.amount_units / 1000000000000),
           ceil(i.amount_units / 1000000000000) * 1000000000000, i.id, 'confirmed', false, now(), now()
         from checkout_intent i where i.id = ? returning id::text as id`,
        [`0x${'cd'.repeat(32)}`, `${TX.slice(0, -1)}${name.length % 10}`, TOKEN, FROM, id],
      );
      await world.query('update checkout_intent set status = 10 where id = ?', [id]);
      await world.confirm(id, transfer?.id ?? '');
      await get(`read a paid order ${name}`, `${INTENTS}/${id}`);
      await get(`read the status of a paid order ${name}`, `${INTENTS}/${id}/status`);
      const [event] = await world.query<{ id: string }>('select id from webhook_event where intent_id = ?', [id]);
      await world.deliver(event?.id ?? '');
      const { head, headers, body } = await received.next();
      keep(`webhook ${name}`, head, headers, body);
    }
  } finally {
    received.close();
  }
  return recorded;
};

const startRecordingReceiver = async () => {
  const webhooks: Exchange[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { rawHeaders } = request;
      const headers = rawHeaders.flatMap((name, index): [string, string][] =>
        index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? '']] : [],
      );
      const head = `${request.method} ${request.url} HTTP/${request.httpVersion}`;
      webhooks.push({ head, headers, body: Buffer.concat(chunks).toString('utf8') });
      response.writeHead(200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/a//b/%7Ec?x=1&y=%20z`,
    async next(): Promise<Exchange> {
      const webhook = webhooks.shift();
      if (!webhook) throw new Error('no webhook was received');
      return webhook;
    },
    close: () => server.close(),
  };
};

// Checkouts: ids that are guessed or read on-chain, streams, and what a browser may do that did not open the checkout first. Wallets:
// registration without proof, sealed keys and raw transactions of wrong form.
import { randomBytes, randomUUID } from 'node:crypto';
import { Wallet } from 'ethers';
import { openClient, type Reply } from '../client.ts';
import { attempt, faultOf, type Kind, tryEach } from '../kind.ts';
import { cookieOf } from '../people.ts';
import type { World } from '../world.ts';

const hex = (bytes: number): string => randomBytes(bytes).toString('hex');
const flipped = (id: string, at: number): string =>
  `${id.slice(0, at)}${((Number.parseInt(id[at] ?? '0', 16) + 1) % 16).toString(16)}${id.slice(at + 1)}`;

const contractIdOf = async ({ orm }: World, id: string): Promise<string> => {
  const [row] = await orm.em
    .fork()
    .execute<{ contract_id: string | null }[]>('select contract_id from checkout_intent where id = ?', [id]);
  return String(row?.contract_id ?? '');
};

const PARTS = ['', '/view', '/receipt', '/cancel', '/claim', '/wallet', '/events', '/allscale'];

/** The ids of the victim's checkouts must not follow from anything. */
const guesses = (id: string, contractId: string): string[] => [
  contractId,
  contractId.toLowerCase(),
  BigInt(contractId.startsWith('0x') ? contractId : `0x${contractId || '0'}`).toString(),
  ...Array.from({ length: 24 }, (_, at) => flipped(id, at)),
  ...Array.from({ length: 8 }, () => hex(12)),
  id.toUpperCase() === id ? hex(12) : id.toUpperCase(),
  id.slice(1),
  `${id}0`,
  `0x${id}`,
  `${id.slice(0, 8)}${'0'.repeat(16)}`,
  '0'.repeat(24),
  'f'.repeat(24),
  '%',
  '*',
  '_'.repeat(24),
  `${id}%00`,
  `${id}%20`,
  `%20${id}`,
  `${id}'--`,
  "' or 1=1--",
  '..%2f..',
  '%2e%2e',
  'undefined',
  'null',
  'NaN',
  '1',
  '-1',
  'events',
  `${id}.json`,
  `${id}/../${id}x`,
];

const ids: Kind = {
  name: 'checkout-ids',
  title: 'checkout ids: guessed, malformed, from the chain’s events',
  run: async (world) => {
    const id = await world.newIntent(world.victim, { orderId: world.mark, orderDescription: world.mark });
    const client = openClient(world.target.url);
    const judge = ({ status, text }: Reply): string | null =>
      faultOf({ status }) ?? (text.includes(world.mark) ? 'shows the order' : null);
    const contractId = await contractIdOf(world, id);
    const guessed = await tryEach(
      guesses(id, contractId),
      (guess) => `/checkout/${guess}`,
      async (guess) => judge(await client.send({ path: `/checkout/${guess.replaceAll(' ', '%20')}` })),
    );
    const parts = await tryEach(
      PARTS,
      (part) => `/checkout/<contract's id>${part}`,
      async (part) => judge(await client.send({ path: `/checkout/${contractId}${part}` })),
    );
    const data = await tryEach(
      PARTS,
      (part) => `/checkout/<neighbour>${part}.data`,
      async (part) => judge(await client.send({ path: `/checkout/${flipped(id, 23)}${part}.data` })),
    );
    const related = id.slice(0, 8) !== contractId.replace('0x', '').slice(0, 8) && !contractId.includes(id.slice(8));
    return [
      ...guessed,
      ...parts,
      ...data,
      attempt('the contract’s id against the checkout’s', related ? null : `they share digits: ${id}, ${contractId}`),
    ];
  },
};

const streams: Kind = {
  name: 'streams',
  title: 'event streams of ids that do not exist',
  run: async ({ target }) => {
    const client = openClient(target.url);
    const paths = [
      ...Array.from({ length: 20 }, () => `/checkout/${hex(12)}/events`),
      ...Array.from({ length: 5 }, () => `/checkout/events?ids=${hex(12)}.${hex(12)}`),
      '/checkout/events',
      '/checkout/events?ids=',
      '/checkout/events?ids=x',
      `/checkout/events?ids=${Array.from({ length: 60 }, () => hex(12)).join('.')}`,
      '/checkout/%00/events',
      '/checkout/x/events',
    ];
    return await tryEach(
      paths,
      (path) => path.slice(0, 60),
      async (path) => {
        const { status } = await client.send({ path });
        return status === 404 || status === 400 || status === 429 ? null : `status ${status}`;
      },
    );
  },
};

/** What a browser with the link can do after another one has opened the checkout. */
const otherBrowser: Kind = {
  name: 'other-browser',
  title: 'cancel, receipt address and announcements from another browser',
  run: async (world) => {
    const client = openClient(world.target.url);
    const { orm, victim } = world;
    /** The page of the first browser has bound the checkout to it. */
    const opened = async (): Promise<string> => {
      const id = await world.newIntent(victim, { orderId: 'bound' });
      const first = await openClient(world.target.url).send({ path: `/checkout/${id}/browser`, form: {} });
      if (!cookieOf(first)) throw new Error(`/checkout/:id/browser: ${first.status}, no cookie`);
      return id;
    };
    const rowOf = async (id: string) =>
      (
        await orm.em
          .fork()
          .execute<{ row: string }[]>(
            `select concat(i.status, ' ', i.shopper_email, ' ', (select count(*) from announced_transaction a where a.intent_id = i.id)) as row from checkout_intent i where id = ?`,
            [id],
          )
      )[0]?.row;
    const acts: [string, Record<string, string>][] = [
      ['cancel', {}],
      ['receipt-email', { email: 'thief@evil.example' }],
      ['wallet/sent', { txHash: `0x${hex(32)}` }],
      ['wallet/sent', { txHash: `0x${'0'.repeat(64)}` }],
      ['wallet/sent', { txHash: 'x' }],
      ['refund-address', { address: `0x${'66'.repeat(20)}`, repeated: `0x${'66'.repeat(20)}` }],
    ];
    const cookies: [string, string | null][] = [
      ['no cookie', null],
      ['a made-up cookie', 'allscale.checkout=x; checkout=x; browser=x'],
    ];
    const inputs = acts.flatMap(([act, form]) => cookies.map(([name, cookie]) => ({ act, form, name, cookie })));
    return await tryEach(
      inputs,
      ({ act, form, name }) => `POST ${act} ${JSON.stringify(form).slice(0, 40)} with ${name}`,
      async ({ act, form, cookie }) => {
        const id = await opened();
        const before = await rowOf(id);
        const reply = await client.send({ path: `/checkout/${id}/${act}`, cookie, form });
        const after = await rowOf(id);
        return reply.status >= 500 && reply.status !== 503
          ? `fault ${reply.status}`
          : before === after
            ? null
            : `${before} → ${after}`;
      },
    );
  },
};

const BLOBS = ['', 'x', 'null', '[]', '1', '"x"', '{', `{"a":"${'x'.repeat(5000)}"}`];
const RAW = [
  '',
  '0x',
  'x',
  '0x02',
  '0x02ff',
  `0x02${'0'.repeat(64)}`,
  `0x01${'c0'}`,
  '0x00',
  `0x03${'ab'.repeat(50)}`,
  `0x04${'ab'.repeat(50)}`,
  `0x${'f8'.repeat(60)}`,
  `0x02${'f8'.repeat(3000)}`,
  `0x02${'g'.repeat(10)}`,
  '0x02c0',
  '0x02c3010203',
];

const wallets: Kind = {
  name: 'wallets',
  title: 'wallets without proof, sealed keys and raw transactions of wrong form',
  run: async (world) => {
    const { target, shopper, victim, orm } = world;
    const client = openClient(target.url);
    const key = { kind: 'password', credentialId: null, blob: '{}' };
    const own = Wallet.createRandom();
    const bodies: unknown[] = [
      { address: own.address, key },
      { address: `0x${'66'.repeat(20)}`, key },
      {
        address: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8',
        key,
        signature: `0x${'00'.repeat(65)}`,
        proof: `0x${'00'.repeat(65)}`,
      },
      { address: own.address, key, signature: await own.signMessage('x'), signedAt: new Date().toISOString() },
      { address: own.address.toLowerCase(), key },
      { address: '', key },
      { address: null, key },
      { address: 'x', key },
      ...BLOBS.map((blob) => ({ address: own.address, key: { ...key, blob } })),
      ...BLOBS.map((blob) => ({ key: { ...key, blob } })),
      { key: { kind: 'passkey', credentialId: 'x'.repeat(20), blob: '{}' } },
      { key: { ...key, kind: 'plain' } },
      { key: { ...key, extra: 1 } },
      { phraseChecked: false },
      { phraseChecked: 'true' },
      { used: -1 },
      { used: { a: 1 } },
      [],
      null,
      1,
      'x',
      {},
    ];
    const rows = async () =>
      JSON.stringify(
        await orm.em
          .fork()
          .execute(
            `select w::text, (select count(*) from sealed_key k where k.wallet_id = w.id) from wallet w where user_id = ?`,
            [shopper.userId],
          ),
      );
    const registered = await tryEach(
      bodies,
      (json) => `keys ${JSON.stringify(json)?.slice(0, 60)}`,
      async (json) => {
        const before = await rows();
        const { status } = await client.send({ path: '/account/wallet/keys', json, cookie: shopper.cookie });
        return status >= 500
          ? `fault ${status}`
          : (await rows()) !== before
            ? `a wallet: ${await rows()}`
            : status < 400 && json !== null && !('used' in Object(json))
              ? `status ${status}`
              : null;
      },
    );
    const id = await world.newIntent(victim);
    const transactions = await tryEach(
      ['/account/withdraw/send', `/checkout/${id}/allscale/send`].flatMap((path) =>
        [...RAW, null, 1, {}].map((rawTx) => ({ path, rawTx })),
      ),
      ({ path, rawTx }) => `${path.replace(id, ':id')} ${JSON.stringify(rawTx)?.slice(0, 24)}`,
      async ({ path, rawTx }) => {
        const { status } = await client.send({ path, json: { rawTx }, cookie: shopper.cookie });
        return status < 400 ? `status ${status}` : faultOf({ status });
      },
    );
    return [...registered, ...transactions];
  },
};

/** One mailbox that many checkouts are told to write to. */
const mails: Kind = {
  name: 'receipt-mails',
  title: 'e-mails to one mailbox across orders',
  run: async (world) => {
    const email = `spam-${randomUUID().slice(0, 8)}@victim.example`;
    const attempts = [];
    const CAP = 12;
    for (let order = 1; order <= 20; order += 1) {
      const client = openClient(world.target.url);
      const id = await world.newIntent(world.victim, { orderId: `mail ${order}` });
      const opened = await client.send({ path: `/checkout/${id}`, headers: { accept: 'text/html' } });
      await client.send({ path: `/checkout/${id}/receipt-email`, cookie: cookieOf(opened), form: { email } });
      const rows = await world.orm.em
        .fork()
        .execute<{ n: number }[]>('select count(*)::int as n from checkout_intent where shopper_email = ?', [email]);
      attempts.push(attempt(`order ${order}`, (rows[0]?.n ?? 0) > CAP ? `${rows[0]?.n} orders write to it` : null));
    }
    return attempts;
  },
};

export const checkoutKinds: readonly Kind[] = [ids, streams, otherBrowser, wallets, mails];

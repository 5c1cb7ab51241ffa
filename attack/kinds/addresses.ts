// Receiving addresses that lose money, forged proofs of an address, and webhook addresses that lead inside.
import { Wallet } from 'ethers';
import { allChains } from '#domain/chains.ts';
import { FACTORY_ADDRESS } from '#domain/contract-addresses.ts';
import { implementationAddress } from '#domain/deposit-address.ts';
import { RECEIVER_PROOF_DOMAIN, RECEIVER_PROOF_FIELDS, receiverProofMessage } from '#domain/receiver-proof.ts';
import { checkReceiver } from '#network/receiver-guard.ts';
import { openClient } from '../client.ts';
import { type Attempt, attempt, faultOf, type Kind, mustThrow, tryEach } from '../kind.ts';
import type { World } from '../world.ts';

const repeat = (digits: string): string => `0x${digits.repeat(40 / digits.length)}`;
const pad = (tail: string): string => `0x${tail.padStart(40, '0')}`;

const lostAddresses = async (depositAddress: string): Promise<string[]> => [
  FACTORY_ADDRESS,
  implementationAddress(FACTORY_ADDRESS),
  depositAddress,
  pad('0'),
  pad('dead'),
  repeat('dead'),
  `0xdead${'0'.repeat(36)}`,
  '0xdEAD000000000000000042069420694206942069',
  ...['1', '2', '3', '4', '5', '9', 'a', '11', '100', '800'].map(pad),
  ...['1', 'a', 'f', 'e'].map(repeat),
  ...new Set(allChains().flatMap(({ tokens }) => tokens.map(({ address }) => address as string))),
];

const PLAIN = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
const misspelt = (): string[] => [
  PLAIN.toLowerCase(),
  PLAIN.toUpperCase(),
  `0x${PLAIN.slice(2).toUpperCase()}`,
  PLAIN.replace('C5', 'c5'),
  PLAIN.replace('dc3A', 'dC3A'),
  PLAIN.slice(0, -1),
  `${PLAIN}0`,
  PLAIN.slice(2),
  `0X${PLAIN.slice(2)}`,
  `${PLAIN}\u200b`,
  PLAIN.replace('0x', 'ethereum:0x'),
  'vitalik.eth',
  '',
  'null',
  PLAIN.replace('C', '\u0421'),
  `${PLAIN},${PLAIN}`,
  '[object Object]',
  `0x${'0'.repeat(64)}`,
];

/** Saves the victim's address, and reads what is stored. */
const saveReceiver = async (world: World, fields: Record<string, string>) => {
  const { victim, orm, target } = world;
  const read = async () =>
    (
      await orm.em.fork().execute<{ row: string; receiver: string }[]>(
        `select receiver, s::text || coalesce((select string_agg(c::text, ',') from pending_change c where c.store_id = s.id), '') as row
           from store s where id = ?`,
        [victim.storeId],
      )
    )[0];
  const before = await read();
  const reply = await openClient(target.url).send({
    path: `/dashboard/${victim.storeId}/settings/receiver`,
    cookie: victim.owner.cookie,
    form: { receiver: '', signature: '', signedAt: '', ...fields },
  });
  const after = await read();
  return { reply, changed: before?.row !== after?.row, receiver: after?.receiver };
};

const receivers: Kind = {
  name: 'receivers',
  title: 'receiving addresses that lose money, and misspelt ones',
  run: async (world) => {
    const [row] = await world.orm.em
      .fork()
      .execute<{ deposit_address: string }[]>('select deposit_address from checkout_intent where id = ?', [
        world.victim.id,
      ]);
    const inputs = [...(await lostAddresses(row?.deposit_address ?? '')), ...misspelt()];
    return await tryEach(
      inputs,
      (address) => JSON.stringify(address),
      async (address) => {
        const { reply, changed, receiver } = await saveReceiver(world, { receiver: address });
        if (reply.status >= 500 && reply.status !== 503) return `fault ${reply.status}`;
        return changed ? `saved: ${receiver}` : null;
      },
    );
  },
};

const proofs: Kind = {
  name: 'receiver-proofs',
  title: 'forged proofs of a receiving address',
  run: async (world) => {
    const { victim, other } = world;
    const own = Wallet.createRandom();
    const stranger = Wallet.createRandom();
    const signedAt = new Date().toISOString();
    const sign = (
      wallet: { signTypedData: typeof own.signTypedData },
      claim: object,
      domain: object = RECEIVER_PROOF_DOMAIN,
    ) =>
      wallet.signTypedData(
        domain,
        { ReceiverProof: [...RECEIVER_PROOF_FIELDS] },
        receiverProofMessage({ storeId: victim.storeId, receiver: own.address, signedAt, ...claim } as never),
      );
    const good = await sign(own, {});
    const old = new Date(Date.now() - 20 * 60_000).toISOString();
    const later = new Date(Date.now() + 20 * 60_000).toISOString();
    const inputs: [string, Record<string, string>][] = [
      ['signed by another key', { signature: await sign(stranger, {}), signedAt }],
      ['for another store', { signature: await sign(own, { storeId: other.storeId }), signedAt }],
      ['for another address', { signature: await sign(own, { receiver: stranger.address }), signedAt }],
      ['of another domain', { signature: await sign(own, {}, { name: 'Other', version: '1' }), signedAt }],
      ['with a chain id', { signature: await sign(own, {}, { ...RECEIVER_PROOF_DOMAIN, chainId: 1 }), signedAt }],
      ['20 minutes old', { signature: await sign(own, { signedAt: old }), signedAt: old }],
      ['20 minutes ahead', { signature: await sign(own, { signedAt: later }), signedAt: later }],
      ['with another time', { signature: good, signedAt: new Date(Date.now() - 1000).toISOString() }],
      ['without time', { signature: good, signedAt: '' }],
      ['with a time that is none', { signature: good, signedAt: 'now' }],
      ['cut', { signature: good.slice(0, -4), signedAt }],
      ['too long', { signature: `${good}00`, signedAt }],
      ['of zeros', { signature: `0x${'00'.repeat(65)}`, signedAt }],
      ['of a plain message', { signature: await own.signMessage('I hold this address'), signedAt }],
      ['not hex', { signature: 'signature', signedAt }],
      ['v of 0', { signature: `${good.slice(0, -2)}05`, signedAt }],
    ];
    return await tryEach(
      inputs,
      ([name]) => `proof ${name}`,
      async ([, fields]) => {
        const { reply, changed } = await saveReceiver(world, { receiver: own.address, ...fields });
        if (reply.status >= 500 && reply.status !== 503) return `fault ${reply.status}`;
        return changed ? 'saved' : null;
      },
    );
  },
};

const PRIVATE = [
  '127.0.0.1',
  '127.1',
  '127.255.255.254',
  '0',
  '0.0.0.0',
  '2130706433',
  '0x7f000001',
  '0x7f.1',
  '0177.0.0.1',
  '017700000001',
  '10.0.0.1',
  '167772161',
  '0xa000001',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.0.1',
  '0300.0250.1',
  '100.64.0.1',
  '169.254.169.254',
  '2852039166',
  '0xa9fea9fe',
  '0251.0376.0251.0376',
  '168.63.129.16',
  '192.0.0.1',
  '192.0.2.1',
  '198.18.0.1',
  '198.51.100.1',
  '203.0.113.1',
  '224.0.0.1',
  '239.255.255.255',
  '240.0.0.1',
  '255.255.255.255',
  'localhost',
  'localhost.',
  'LOCALHOST',
  '①②⑦.⓪.⓪.①',
  '127。0。0。1',
  '１２７.0.0.1',
  '[::]',
  '[::1]',
  '[0:0:0:0:0:0:0:1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::ffff:10.0.0.1]',
  '[::127.0.0.1]',
  '[::a9fe:a9fe]',
  '[64:ff9b::7f00:1]',
  '[64:ff9b::a00:1]',
  '[64:ff9b:1::a00:1]',
  '[2002:7f00:1::]',
  '[2002:a00:1::]',
  '[2001:0:7f00:1::]',
  '[2001:db8::1]',
  '[fe80::1]',
  '[fec0::1]',
  '[fc00::1]',
  '[fd00:ec2::254]',
  '[ff02::1]',
  '[100::1]',
  '[::ffff:169.254.169.254]',
  '[::ffff:168.63.129.16]',
];
const SCHEMES = ['http:', 'ftp:', 'file:', 'gopher:', 'data:', 'javascript:', 'ws:', 'wss:', 'ldap:', 'dict:'];
const PUBLIC = { allowedRanges: [], requireHttps: true };
const isRejection = ({ code = '' }: { code?: string }): boolean =>
  ['receiver_refused', 'ENOTFOUND', 'EAI_AGAIN', 'ERR_INVALID_URL'].includes(code);

const FORMS = [
  'https://',
  'https:///x',
  'https:x.example',
  '//x.example',
  'x.example',
  'https://user:pw@x.example/',
  'https://x.example/#a',
  'https://x.example/ a',
  'https://x.example/\u0000',
  'https://x.example\\@evil.example',
  'https://x.example/é',
  'https://[::1',
  'https://x.example:99999/',
  'ftp://x.example/',
  'javascript:alert(1)',
  `https://x.example/${'a'.repeat(2048)}`,
  'https://x.example/\u202e',
  'http://',
];

const webhooks: Kind = {
  name: 'webhook-ssrf',
  title: 'webhook addresses: private networks in every spelling, schemes',
  run: async (world) => {
    const hosts = await tryEach(
      PRIVATE,
      (host) => `https://${host}/`,
      (host) => mustThrow(() => checkReceiver(`https://${host}/`, PUBLIC).then(({ url }) => url.href), isRejection),
    );
    const ports = await tryEach(
      [22, 25, 5432, 6379, 7233],
      (port) => `port ${port} of 127.0.0.1`,
      (port) =>
        mustThrow(() => checkReceiver(`https://127.0.0.1:${port}/`, PUBLIC).then(({ url }) => url.href), isRejection),
    );
    const schemes = await tryEach(
      SCHEMES,
      (scheme) => `${scheme}//93.184.215.14/`,
      (scheme) =>
        mustThrow(() => checkReceiver(`${scheme}//93.184.215.14/`, PUBLIC).then(({ url }) => url.href), isRejection),
    );
    return [...hosts, ...ports, ...schemes, ...(await savedForms(world))];
  },
};

/** What the settings page may not keep. */
const savedForms = async ({ target, victim, orm }: World): Promise<Attempt[]> => {
  const client = openClient(target.url);
  const stored = async () =>
    (
      await orm.em
        .fork()
        .execute<{ webhook_url: string | null }[]>('select webhook_url from store where id = ?', [victim.storeId])
    )[0]?.webhook_url;
  const attempts: Attempt[] = [];
  for (const webhookUrl of FORMS) {
    const before = await stored();
    const reply = await client.send({
      path: `/dashboard/${victim.storeId}/settings/connection`,
      cookie: victim.owner.cookie,
      form: { webhookUrl, replayWindowSeconds: '600' },
    });
    const after = await stored();
    const kept = after === before ? null : `saved ${after}`;
    attempts.push(attempt(`form ${JSON.stringify(webhookUrl.slice(0, 40))}`, faultOf(reply) ?? kept));
  }
  return attempts;
};

export const addressKinds: readonly Kind[] = [receivers, proofs, webhooks];

// Part of the walk over all routes (route-walk.test.ts): what an account's own actions do with an old log-in and with an e-mail address that
// nobody proved, the console with such an address, and that reading writes nothing.
import { randomBytes } from 'node:crypto';
import { Wallet as Signer } from 'ethers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toChecksumAddress } from '#domain/address.ts';
import { walletProofMessage } from '#domain/wallet-proof.ts';
import type { WalletChallenge } from '#web/account/server/account-types.ts';
import { type Person, signUp } from './people.ts';
import { BEFORE_LOG_IN } from './route-rights.ts';
import { allRoutes, type WalkedRoute } from './routes.ts';
import { changesBetween, readRows } from './snapshot.ts';
import {
  addressOf,
  database,
  isOfAccounts,
  isOfConsole,
  isPersonal,
  open,
  outcomeOf,
  people,
  post,
  routes,
  theirs,
  world,
} from './walk.ts';
import { noteWrites, type WriteNotes } from './written-rows.ts';

type Body = { form: Record<string, string> } | { json: object };
/** `log in`: to the log-in, or told that it is too old. `proof`: to the proof of the address. */
type Outcome = number | 'log in' | 'proof';

interface AccountAct {
  /** What the page or its script sends, right but for the log-in. */
  body: Body;
  /** With a log-in of an hour ago. */
  old: Outcome;
  /** Tables that an old log-in writes to, and why that is safe. */
  writes?: { tables: string[]; why: string };
  /** It uses a right that hangs on the address, and an unproven one gets this. */
  unproven?: Outcome;
}

const SHOPPER = 'shopper@elsewhere.example';
const NEVER_PROVEN = 'unproven@elsewhere.example';
const SECRET = 'a'.repeat(43);
const password = { current: SECRET, next: 'b'.repeat(43), sealedKey: null };
const key = { kind: 'password', credentialId: null, blob: '{"sealed":2}' };
const SECURITY: Readonly<Record<string, AccountAct>> = {
  'end another session': { body: { form: { do: 'revoke-session', id: 'no-such-session' } }, old: 'log in' },
  'remove a passkey': { body: { form: { do: 'remove-passkey', id: 'no-such-passkey' } }, old: 'log in' },
  'end all sessions': { body: { form: { do: 'end-all-sessions' } }, old: 'log in' },
};

/** Every action of an account that needs its session. One that is not here fails the walk. */
const ACTS: Readonly<Record<string, Readonly<Record<string, AccountAct>>>> = {
  // Development only; no chain responds here.
  'account/pages/balances': { fill: { body: { form: { chain: '31337' } }, old: 502 } },
  'account/pages/security': SECURITY,
  'dashboard/frame/pages/security': SECURITY,
  // The wallet's own key signs: the log-in gives no right over money.
  'account/pages/withdraw': { review: { body: { form: { source: '1:0x', to: '0x', amount: '1' } }, old: 400 } },
  'account/pages/withdraw-send': { send: { body: { json: { rawTx: '0x' } }, old: 409 } },
  'account/pages/delete': { delete: { body: { form: { email: SHOPPER, wallet: 'on' } }, old: 403 } },
  'account/pages/verify': { ask: { body: { form: {} }, old: 202 } },
  'account/pages/email': { ask: { body: { form: { email: 'new@elsewhere.example' } }, old: 403 } },
  'account/pages/change-email-confirm': {
    confirm: { body: { json: { token: randomBytes(32).toString('base64url'), password } }, old: 409 },
  },
  'account/pages/change-password': { change: { body: { json: password }, old: 'log in' } },
  'account/pages/two-factor-qr': { draw: { body: { form: { text: 'otpauth://totp/x' } }, old: 200 } },
  'account/pages/wallet-keys': {
    'another key': { body: { json: { proof: { issuedAt: '', signature: '0x' }, key } }, old: 'log in' },
    'phrase checked': { body: { json: { phraseChecked: true } }, old: 200 },
    'key used': {
      body: { json: { used: '1' } },
      old: 200,
      writes: { tables: ['public.sealed_key'], why: 'When a key was last used, for the list of keys.' },
    },
  },
  'dashboard/apply/pages/apply': {
    apply: {
      body: { form: { name: 'Walk', website: 'https://walk.example', about: 'Walks' } },
      old: 202,
      writes: {
        tables: ['public.audit_entry', 'public.member', 'public.merchant', 'public.store'],
        why: 'An application is a business of the applicant’s own, which takes no payments.',
      },
      unproven: 'proof',
    },
  },
  'dashboard/team/pages/invitation': { accept: { body: { form: {} }, old: 409, unproven: 409 } },
};

/** No right exists without a row in one of these. */
const RIGHTS = ['member', 'merchant', 'store', 'invitation', 'pending_change', 'api_key'].map(
  (name) => `public.${name}`,
);

/** Reads may note the last use of a session, and count for the limits of their address. */
const HARMLESS = /^(auth\.session update|limits\.\S+ (insert|update|delete))$/;
/** Other writes of a GET, with the reason. */
const WRITES_OF_READS: Readonly<Record<string, RegExp>> = {
  // Opening a checkout is its status, by the contract (docs/open-api.md); the notices and search texts follow from it.
  'checkout/pages/checkout': /^public\./,
  // Past days' figures, made from the orders when a page first needs them.
  dashboard: /^public\.order_day_total insert$/,
};

let shopper: Person;
let unproven: Person;

const registerWallet = async ({ cookie }: Person): Promise<void> => {
  const signer = Signer.createRandom();
  const address = toChecksumAddress(signer.address);
  const headers = { origin: world.url, cookie, 'content-type': 'application/json' };
  const url = `${world.url}/account/wallet/keys`;
  const { accountId, issuedAt } = (await (await fetch(url, { headers })).json()) as WalletChallenge;
  const message = walletProofMessage({ accountId, address, site: world.url, issuedAt });
  const proof = { issuedAt, signature: await signer.signMessage(message) };
  for (const body of [{ address, proof, key: { ...key, blob: '{"sealed":1}' } }, { phraseChecked: true }]) {
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
    expect(response.status, await response.text()).toBe(200);
  }
};

/** Sent as the page's forms and scripts do. */
const send = async (route: WalkedRoute, body: Body, { cookie }: Person): Promise<Outcome> => {
  const isJson = 'json' in body;
  const path = addressOf(route, theirs, 'post');
  const response = await fetch(`${world.url}${isJson ? path.replace(/\.data$/, '') : path}`, {
    method: 'POST',
    redirect: 'manual',
    headers: { origin: world.url, cookie, ...(isJson ? { 'content-type': 'application/json' } : {}) },
    body: isJson ? JSON.stringify(body.json) : new URLSearchParams(body.form),
  });
  const [text, location] = [await response.text(), response.headers.get('location') ?? ''];
  if (`${location} ${text}`.includes('/account/verify?')) return 'proof';
  if (/"code":"(SESSION_NOT_FRESH|stale)"/.test(text)) return 'log in';
  return outcomeOf({ status: response.status, location, text });
};

const accountRoutes = (): WalkedRoute[] =>
  routes.filter((route) => (isOfAccounts(route) || isPersonal(route)) && !BEFORE_LOG_IN.includes(route.id));

const tablesOf = (changes: readonly string[]): string[] => [...new Set(changes.map((row) => row.split(' ')[1] ?? ''))];

export const walkAccounts = (): void => {
  beforeAll(async () => {
    shopper = await signUp(world, SHOPPER);
    unproven = await signUp(world, NEVER_PROVEN);
    for (const person of [shopper, unproven]) await registerWallet(person);
    // Since decision 0070 no sign-up makes such an account.
    await world.orm.em.fork().execute(`update auth."user" set "emailVerified" = false where id = ?`, [unproven.userId]);
  });

  test('a log-in of an hour ago changes nothing of an account, but what the table says', async () => {
    const writing = accountRoutes().filter(({ writes }) => writes);
    expect(Object.keys(ACTS).sort()).toEqual(writing.map(({ id }) => id).sort());
    await world.orm.em
      .fork()
      .execute(`update auth.session set "createdAt" = now() - interval '1 hour' where "userId" = ?`, [shopper.userId]);
    for (const route of writing) {
      for (const [what, { body, old, writes }] of Object.entries(ACTS[route.id] ?? {})) {
        const before = await readRows(world.orm);
        const outcome = await send(route, body, shopper);
        const tables = tablesOf(changesBetween(before, await readRows(world.orm)));
        expect([route.id, what, outcome, ...tables.sort()]).toEqual([route.id, what, old, ...(writes?.tables ?? [])]);
      }
    }
  });

  test('no operator has an unproven address, and an account with one finds no console', async () => {
    const role = world.orm.em
      .fork()
      .execute(`update auth."user" set role = 'operator' where id = ?`, [unproven.userId]);
    await expect(role).rejects.toThrow('operator_is_proven');
    const proof = world.orm.em
      .fork()
      .execute('update auth."user" set "emailVerified" = false where id = ?', [people.operator.userId]);
    await expect(proof).rejects.toThrow('operator_is_proven');
    const before = await readRows(world.orm);
    for (const route of routes.filter(isOfConsole)) {
      const responses = [
        ...(route.reads ? [await open(addressOf(route, theirs, 'data'), unproven)] : []),
        ...(route.writes ? await post(route, theirs, unproven) : []),
      ];
      for (const reply of responses) expect([route.id, outcomeOf(reply)]).toEqual([route.id, 404]);
    }
    expect(changesBetween(before, await readRows(world.orm))).toEqual([]);
  });

  test('an address that was never proven gives no right, whatever its account does with a recent log-in', async () => {
    const before = await readRows(world.orm);
    // Last what ends the session or the account.
    const last = ['account/pages/security', 'dashboard/frame/pages/security', 'account/pages/delete'];
    const writing = accountRoutes().filter(({ writes }) => writes);
    for (const route of writing.sort((a, b) => last.indexOf(a.id) - last.indexOf(b.id))) {
      for (const [what, act] of Object.entries(ACTS[route.id] ?? {})) {
        const outcome = await send(route, act.body, unproven);
        if (act.unproven !== undefined) expect([route.id, what, outcome]).toEqual([route.id, what, act.unproven]);
      }
    }
    const changed = tablesOf(changesBetween(before, await readRows(world.orm)));
    expect(changed.filter((table) => RIGHTS.includes(table))).toEqual([]);
    // The walk did reach the account: it ended its sessions.
    expect(changed).toContain('auth.session');
  });

  describe('reading', () => {
    let notes: WriteNotes;
    let person: Person;
    beforeAll(async () => {
      person = await signUp(world, 'reader@elsewhere.example');
      await registerWallet(person);
      notes = await noteWrites(database.url);
    });
    afterAll(async () => await notes?.end());

    test('a write that changes nothing is noted too', async () => {
      await world.orm.em.fork().execute('update store set id = id where id = ?', [theirs.storeId]);
      expect(await notes.take()).toEqual(['public.store update']);
    });

    test('no GET writes a row, of any page or data, but what the list says', async () => {
      const [link] = await world.orm.em.fork().execute<{ slug: string }[]>('select slug from payment_link limit 1');
      const areas = Map.groupBy(
        (await allRoutes()).filter(({ reads }) => reads),
        ({ id }) => (WRITES_OF_READS[id] ? id : (id.split('/')[0] ?? '')),
      );
      expect([...areas.keys()]).toEqual(
        expect.arrayContaining(['checkout', 'account', 'dashboard', 'operator', 'pay']),
      );
      for (const [area, found] of areas) {
        const visitor = area === 'operator' ? people.operator : area === 'dashboard' ? people.owner : person;
        const id = area.startsWith('checkout') ? await world.intent() : theirs.id;
        const ids = { ...theirs, id, slug: link?.slug ?? '', page: 'webhooks' };
        await notes.take();
        const responses = await Promise.all(found.map((route) => open(addressOf(route, ids, 'data'), visitor)));
        expect([area, responses.filter(({ status }) => status >= 500).map(({ text }) => text)]).toEqual([area, []]);
        const writes = (await notes.take()).filter((write) => !HARMLESS.test(write));
        expect([area, ...writes.filter((write) => !WRITES_OF_READS[area]?.test(write))]).toEqual([area]);
        if (area === 'checkout/pages/checkout') expect(writes).toContain('public.checkout_intent update');
      }
    });
  });
};

// Alerts of operators on a real database: each change is told once in one message, by e-mail to those who want it and to a real receiver
// with a signature that the client package verifies; a receiver that fails is tried again.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { listAlertMessages } from '#db/monitoring/alert-messages.ts';
import {
  listAlertPeople,
  listAlerts,
  moveAlerts,
  sendTestAlert,
  setAlertEmails,
} from '#db/monitoring/operator-alerts.ts';
import type { AlertFinding } from '#domain/operator-alerts.ts';
import { verifyWebhook } from '#sdk/src/index.ts';
import { addProvenAccount } from '#test/support/accounts.ts';
import { startReceiver, type TestReceiver } from '#test/support/receiver.ts';
import { readFindings } from '#worker/alerts/alert-findings.ts';
import { ALERT_KEY_ID, sendAlertMessages } from '#worker/alerts/alert-webhook.ts';
import { type Ledger, openLedger } from '../db/intents.ts';

const PUBLIC_URL = 'https://pay.example';
const SECRET = 'x9Lr2vQw7Zt4Bn8Kc1Jm5Hd3Gf6Ys0Pa';
const MINUTE = 60_000;

let ledger: Ledger;
let receiver: TestReceiver;
beforeAll(async () => {
  ledger = await openLedger();
  receiver = await startReceiver();
  for (const name of ['ann', 'bob']) {
    await addProvenAccount(ledger.orm, { userId: name, email: `${name}@platform.example` });
    await ledger.rows(`update auth."user" set role = 'operator' where id = ?`, [name]);
  }
});
afterAll(async () => {
  await receiver?.stop();
  await ledger?.close();
});
afterEach(async () => {
  receiver.received.length = 0;
  receiver.response = () => ({ status: 200 });
  for (const table of ['operator_alert', 'alert_message', 'alert_mute']) await ledger.rows(`delete from ${table}`);
  await ledger.rows(`delete from email_message where kind = 'operator_alert'`);
});

const em = () => ledger.orm.em;
const CHAIN: AlertFinding = { kind: 'chain_behind', chainId: 8453, figure: 300 };
const REVIEW: AlertFinding = { kind: 'review_old', chainId: null, figure: 90_000 };

/** One pass at a minute. */
const pass = (minute: number, ...findings: AlertFinding[]) =>
  moveAlerts(
    em(),
    { findings, isKnown: () => true },
    { now: new Date(Date.UTC(2026, 10, 30) + minute * MINUTE), publicUrl: PUBLIC_URL },
  );
const mails = async (): Promise<string[]> =>
  (
    await ledger.rows(
      `select recipient from email_message where kind = 'operator_alert' order by created_at, recipient`,
    )
  ).map(({ recipient }) => String(recipient));
const send = (webhook: { url: string; secret: string } | null = { url: receiver.url, secret: SECRET }) =>
  sendAlertMessages({ em: em(), webhook, production: false, logger: { warn: () => {} } });
const makeDue = () => ledger.rows(`update alert_message set next_attempt_at = now()`);
const states = async () => (await listAlertMessages(em(), 10)).map(({ state }) => state);

test('what begins, goes on and ends in one pass is one message, told once by any number of passes at a time', async () => {
  await pass(0, CHAIN, REVIEW);
  expect(await pass(0.5, CHAIN, REVIEW)).toBeNull();
  const told = await Promise.all(Array.from({ length: 4 }, () => pass(2, CHAIN, REVIEW)));
  expect(told.filter((news) => news !== null)).toHaveLength(1);
  expect(told.find((news) => news !== null)?.began.map(({ kind }) => kind)).toEqual(['chain_behind', 'review_old']);
  expect(await mails()).toEqual(['ann@platform.example', 'bob@platform.example']);
  expect(await pass(30, REVIEW)).toMatchObject({ began: [], ended: [{ kind: 'chain_behind', figure: 300 }] });
  expect(await pass(24 * 60 + 3, REVIEW)).toMatchObject({ reminded: [{ kind: 'review_old' }], ended: [] });
  expect(await pass(24 * 60 + 4, REVIEW)).toBeNull();
  expect(await mails()).toHaveLength(6);
  expect((await listAlerts(em())).map(({ kind, endedAt }) => [kind, endedAt === null])).toEqual([
    ['review_old', true],
    ['chain_behind', false],
  ]);
});

test('an operator who switched the e-mails off gets none; one who lost the role or has no proven address neither', async () => {
  await setAlertEmails(em(), 'bob', false);
  await setAlertEmails(em(), 'bob', false);
  await pass(0, CHAIN);
  await pass(2, CHAIN);
  expect(await mails()).toEqual(['ann@platform.example']);
  await setAlertEmails(em(), 'bob', true);
  expect(await listAlertPeople(em())).toEqual([
    { userId: 'ann', email: 'ann@platform.example', isTold: true },
    { userId: 'bob', email: 'bob@platform.example', isTold: true },
  ]);
  await ledger.rows(`update auth."user" set role = 'shopper' where id = 'ann'`);
  await pass(30);
  await ledger.rows(`update auth."user" set role = 'operator' where id = 'ann'`);
  expect(await mails()).toEqual(['ann@platform.example', 'bob@platform.example']);
});

test('the webhook has a signature that the client verifies, and a text for chat services', async () => {
  await pass(0, CHAIN);
  await pass(2, CHAIN);
  await Promise.all([send(), send()]);
  expect(receiver.received).toHaveLength(1);
  const [webhook] = receiver.received;
  if (!webhook) throw new Error('nothing was received');
  const { method, target, headers, body } = webhook;
  const key = { apiKey: ALERT_KEY_ID, apiSecret: SECRET };
  expect(await verifyWebhook(key, { method, target, headers, rawBody: body })).toMatchObject({ ok: true });
  const [message] = await listAlertMessages(em(), 1);
  expect(headers['x-webhook-id']).toBe(message?.id);
  expect(JSON.parse(body)).toMatchObject({
    ...{ type: 'operator.alert', id: message?.id, test: false, open: 1, ended: [], reminded: [] },
    began: [{ kind: 'chain_behind', chain_id: 8453, network: 'Base', figure: 300, ended_at: null }],
    text: expect.stringContaining('Began: Base: payments were not read for 5 min.'),
    link: `${PUBLIC_URL}/operator/alerts`,
  });
  expect(await states()).toEqual(['sent']);
});

test('a receiver that fails gets the same bytes again, until it takes them; after three days they are given up', async () => {
  receiver.response = () => ({ status: 503 });
  await pass(0, CHAIN);
  await pass(2, CHAIN);
  await send();
  await send();
  expect(receiver.received).toHaveLength(1);
  expect((await listAlertMessages(em(), 1))[0]).toMatchObject({
    state: 'pending',
    lastError: 'the receiver responded with 503',
  });
  receiver.response = () => ({ status: 204 });
  await makeDue();
  await send();
  expect(receiver.received.map(({ body }) => body)).toEqual([receiver.received[0]?.body, receiver.received[0]?.body]);
  expect(await states()).toEqual(['sent']);

  receiver.response = () => ({ status: 500 });
  await sendTestAlert(em(), 'ann@platform.example', PUBLIC_URL);
  await ledger.rows(`update alert_message set attempts = 77 where state = 'pending'`);
  await send();
  expect(await states()).toEqual(expect.arrayContaining(['failed', 'sent']));
});

test('a process that dies while it sends leaves a message that is sent again; without a webhook it says so', async () => {
  await sendTestAlert(em(), 'ann@platform.example', PUBLIC_URL);
  expect(await mails()).toEqual(['ann@platform.example']);
  // Leased, and never ended.
  await ledger.rows(`update alert_message set attempts = 1, next_attempt_at = now() - interval '1 second'`);
  await send(null);
  expect(await states()).toEqual(['unset']);
});

test('what is read: a chain that was never read, a relayer with little gas, old reviews, failing settlements and late e-mails', async () => {
  const sources = { em: em(), chainIds: [31337], settles: true };
  const kinds = async (gas: number | null): Promise<string[]> => {
    const readings = gas === null ? [] : [{ chainId: 31337, coins: 1, settlementsLeft: gas }];
    const { findings, isKnown } = await readFindings({ ...sources, gas: () => readings });
    expect(isKnown('relayer_low', 31337)).toBe(gas !== null);
    expect(isKnown('review_old', null)).toBe(true);
    return findings.map(({ kind }) => kind);
  };
  expect(await kinds(null)).toEqual(['chain_behind']);
  const cursor = (headAge: number, trouble: string | null) =>
    ledger.rows(
      `insert into chain_cursor (chain_id, block_number, block_hash, block_time, final_block_number, head_number, head_seen_at, trouble)
       values (31337, 10, '0x00', now(), 9, 10, now() - make_interval(secs => ?), ?)
       on conflict (chain_id) do update set head_seen_at = excluded.head_seen_at, trouble = excluded.trouble`,
      [headAge, trouble],
    );
  await cursor(5, null);
  expect(await kinds(100)).toEqual([]);
  await cursor(121, null);
  expect(await kinds(99)).toEqual(['chain_behind', 'relayer_low']);
  await cursor(5, 'providers contradict each other');
  expect(await kinds(null)).toEqual(['chain_behind']);
  await cursor(5, null);

  const intentId = await ledger.newIntent();
  const transferId = await ledger.newTransfer(intentId, 5);
  await ledger.rows(
    `insert into review_item (intent_id, transfer_id, kind, found, state, created_at) values (?, ?, 'late', '{}', 'open', now() - interval '25 hours')`,
    [intentId, transferId],
  );
  await ledger.rows(
    `insert into settlement (intent_id, chain_id, token, state, attempts) values (?, 31337, ?, 'pending', 3)`,
    [intentId, `0x${'11'.repeat(20)}`],
  );
  for (let index = 0; index < 5; index += 1) {
    await ledger.rows(
      `insert into email_message (id, kind, subject_id, recipient, locale, data, state, created_at)
       values (?, 'new_key', ?, 'a@shop.example', 'en', '{}', 'pending', now() - interval '20 minutes')`,
      [`late_${index}`, `late_${index}`],
    );
  }
  expect(await kinds(null)).toEqual(['settlement_failing', 'review_old', 'emails_waiting']);
  await ledger.rows(
    `insert into operator_proposal (id, merchant_id, kind, subject, details, actor_id, reason, created_at)
     select 'prp_waits', merchant_id, 'store_fee', id, '{}', 'ann', 'a fee', now() - interval '5 minutes' from store limit 1`,
  );
  const waits = (await readFindings({ ...sources, gas: () => [] })).findings.at(-1);
  expect([waits?.kind, Math.round((waits?.figure ?? 0) / 60)]).toEqual(['proposal_waiting', 5]);
  await ledger.rows(
    `update operator_proposal set state = 'confirmed', decided_at = now(), decided_by_id = 'bob' where id = 'prp_waits'`,
  );
  const quiet = await readFindings({ ...sources, settles: false, gas: () => [] });
  expect(quiet.findings.map(({ kind }) => kind)).toEqual(['review_old', 'emails_waiting']);
});

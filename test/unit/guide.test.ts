// The developer guide against the code: its examples have exactly the members of the wire, its sample signature is right, and it
// explains every reason that the API can give.

import { createHmac } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { API_SECRET_PATTERN } from '#domain/ids.ts';
import { centsOf, unitsOf } from '#domain/money.ts';
import { ORDER_EVENT_TYPES } from '#domain/order-events.ts';
import { VALIDATION_SENTENCES } from '#domain/validation-reasons.ts';
import { confirmedWebhookBody, WEBHOOK_EVENTS } from '#domain/webhook-body.ts';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { eventsPayload } from '#web/api/event-schemas.ts';
import { listPayload } from '#web/api/list-schemas.ts';
import { NOTICE_EXAMPLE } from '#web/api/openapi-examples.ts';
import { paymentsPayload } from '#web/api/payment-schemas.ts';
import { createBody, createPayload, failure, intentPayload, success } from '#web/api/schemas.ts';

const page = (name: string): string => readFileSync(join(REPOSITORY, 'docs', 'guide', `${name}.md`), 'utf8');

const blocks = (name: string, language: string): string[] =>
  [...page(name).matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, text]) => text ?? '');

const example = (name: string, index: number) => JSON.parse(blocks(name, 'json')[index] ?? '');

describe('the examples', () => {
  test('create: request and response', () => {
    createBody.parse(example('create', 0));
    createPayload.parse(example('create', 1));
  });

  test('read: a paid intent, whose fee and net match the payment', () => {
    const { payload } = success(intentPayload).parse(example('read', 0));
    const [paid, fee, net] = [payload.actual_paid_amount, payload.service_fee_amount, payload.net_income_amount];
    expect(Number(fee) + Number(net)).toBe(Number(paid));
  });

  test('lists, payments and events', () => {
    success(listPayload).parse(example('lists', 0));
    success(paymentsPayload).parse(example('lists', 1));
    const { events } = success(eventsPayload).parse(example('events', 0)).payload;
    expect(Object.keys(events[0]?.data ?? {})).toEqual(Object.keys(NOTICE_EXAMPLE));
  });

  test('errors: a failure', () => {
    const { error } = failure.parse(example('errors', 0));
    expect(error.message).toContain(VALIDATION_SENTENCES.not_an_integer);
  });

  test('webhooks: the body has the same members in the same order', () => {
    const shown = example('webhooks', 0);
    const sent = JSON.parse(
      confirmedWebhookBody(shown.webhook_id, shown.all_scale_transaction_id, {
        intentId: shown.all_scale_checkout_intent_id,
        amountCents: centsOf(1250n),
        currency: 1,
        amountUnits: unitsOf(125_000n),
        coin: 2,
        token: shown.coin_contract_address,
        chainId: 8453,
        txHash: shown.tx_hash,
        txFrom: shown.tx_from,
        paymentMethodType: 1,
        orderId: 'A-1001',
        userId: null,
        userName: null,
        extraJson: null,
      }),
    );
    expect(Object.entries(shown)).toEqual(Object.entries({ ...sent, amount_coins: '12.5000' }));
  });
});

test('the page on webhooks names every type of event', () => {
  for (const type of Object.keys(WEBHOOK_EVENTS)) expect(page('webhooks')).toContain(type);
});

test('the page on events names every type', () => {
  for (const type of ORDER_EVENT_TYPES) expect(page('events')).toContain(`\`${type}\``);
});

test('the sample signature is right', () => {
  const [, text, signature] =
    /`st_secret` as the secret[^`]*```\n(.*?)\n```\n\n```\n(v1=.*?)\n```/s.exec(page('authentication')) ?? [];
  expect(signature).toBe(
    `v1=${createHmac('sha256', 'st_secret')
      .update(text ?? '')
      .digest('base64')}`,
  );
});

test('the regular expression for secret scanners is the one that the request log masks by', () => {
  expect(page('authentication')).toContain(`\n\\b${API_SECRET_PATTERN}\\b\n`);
});

test('every reason that the API can give is explained', () => {
  const sources = globSync('web/api/**/*.ts', { cwd: REPOSITORY }).map((file) =>
    readFileSync(join(REPOSITORY, file), 'utf8'),
  );
  const given = sources.flatMap((source) => [
    ...[...source.matchAll(/reason: '(\w+)'/g)].map(([, reason]) => reason),
    ...[...source.matchAll(/(?:badSignature|notCreated)\(\s*'(\w+)'/g)].map(([, reason]) => reason),
    ...[...source.matchAll(/rejected\(\d+, (?:null|'[\w-]+'), '(\w+)'/g)].map(([, reason]) => reason),
  ]);
  expect(given).toEqual(
    expect.arrayContaining(['unknown_key', 'stale_timestamp', 'no_chain', 'not_json', 'ip_not_allowed']),
  );
  const text = ['authentication', 'create', 'errors', 'testing', 'webhooks'].map(page).join('\n');
  expect(given.filter((reason) => !(`${reason}` in VALIDATION_SENTENCES || text.includes(`\`${reason}\``)))).toEqual(
    [],
  );
  for (const limit of ['key', 'address']) expect(text).toContain(`\`${limit}_limit\``);
});

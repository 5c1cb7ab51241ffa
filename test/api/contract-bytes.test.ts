// The contract's routes and its webhook, to the byte as commit 2edb7ad sent them, before lists, events, endpoints and refunds were added.
// contract-2edb7ad.json is what that commit recorded: in a worktree of it, contract-calls.ts was run by a test with that commit's own
// API server, `changeIntent` and `deliverWebhook`, over the same packages.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWebhookActivities } from '#activities/webhook.ts';
import { changeIntent } from '#db/intents/change-intent.ts';
import type { IntentId } from '#domain/ids.ts';
import { IntentStatus } from '#domain/status.ts';
import { type ApiServer, startApiServer } from './api-server.ts';
import { type Exchange, recordContract } from './contract-calls.ts';

const RECORDED = JSON.parse(readFileSync(join(import.meta.dirname, 'contract-2edb7ad.json'), 'utf8')) as Record<
  string,
  Exchange
>;

/** The only change of a byte since: the header tells browsers to use https for the subdomains too. */
const HSTS = ['strict-transport-security', 'max-age=31536000'] as const;

const withChange = ({ head, headers, body }: Exchange): Exchange => ({
  head,
  headers: headers.map(([name, value]) =>
    name === HSTS[0] && value === HSTS[1] ? [name, `${value}; includeSubDomains`] : [name, value],
  ),
  body,
});

let api: ApiServer;
beforeAll(async () => {
  api = await startApiServer();
});
afterAll(async () => await api?.close());

test('create, read, status, test routes, errors, signed responses and the webhook have the bytes of 2edb7ad', async () => {
  const activities = createWebhookActivities({
    em: api.orm.em,
    masterKeys: api.masterKeys,
    allowedRanges: ['127.0.0.0/8'],
    requireHttps: false,
    maxInFlightPerStore: 2,
    maxInFlightPerEndpoint: 2,
  });
  const today = await recordContract({
    origin: api.origin,
    store: api.store,
    signing: await api.newStore({ signsResponses: true }),
    query: (sql, values) => api.query(sql, values) as never,
    confirm: async (intentId, transferId) => {
      await changeIntent(api.orm.em.fork(), {
        ...{ intentId: intentId as IntentId, actor: 'workflow', to: IntentStatus.CONFIRMED },
        paymentTransferIds: [transferId],
      });
    },
    deliver: async (eventId) => {
      const input = { eventId, attemptKey: eventId, nextPauseMs: null };
      await new MockActivityEnvironment().run(activities.deliverWebhook, input);
    },
  });
  expect(Object.keys(today)).toEqual(Object.keys(RECORDED));
  const wanted = Object.fromEntries(Object.entries(RECORDED).map(([name, exchange]) => [name, withChange(exchange)]));
  // A failure shows what differs only.
  const different = Object.keys(wanted).filter((name) => !isDeepStrictEqual(today[name], wanted[name]));
  const only = (all: Record<string, Exchange>) => Object.fromEntries(different.map((name) => [name, all[name]]));
  expect(only(today)).toEqual(only(wanted));
});

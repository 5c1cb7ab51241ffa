// Sends the messages of alerts to the operators' webhook: signed as every webhook of ours, repeated for three days, in order of their turn.
import type { Logger } from 'pino';
import { signedHeaders } from '#activities/webhook-request.ts';
import {
  claimAlertMessages,
  type DueAlertMessage,
  endAlertMessage,
  postponeAlertMessage,
} from '#db/monitoring/alert-messages.ts';
import type { Em } from '#db/orm.ts';
import { describeResponse } from '#domain/webhook-response.ts';
import { postToReceiver, targetOf } from '#network/post-to-receiver.ts';
import { checkReceiver, type ReceiverPolicy } from '#network/receiver-guard.ts';

/** `X-API-Key` of these webhooks: they are signed with a secret of the deployment, not with a store's key. */
export const ALERT_KEY_ID = 'operator-alerts';

export interface AlertWebhook {
  url: string;
  secret: string;
}

const BATCH = 10;
/** Longer than an attempt may take. */
const LEASE_MS = 60_000;
const MINUTE_MS = 60_000;
/** Pauses before the second attempt and the next ones; the last is repeated. */
const PAUSES_MS = [10_000, 30_000, MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS, 60 * MINUTE_MS];
/** The pauses above, and then one an hour for three days. */
const MAX_ATTEMPTS = PAUSES_MS.length + 72;

/** The operator's own choice: an address in a private network may be right. */
const policyOf = (requireHttps: boolean): ReceiverPolicy => ({ requireHttps, allowedRanges: ['0.0.0.0/0', '::/0'] });

export interface AlertWebhookDeps {
  em: Em;
  /** Null: messages are marked as sent by e-mail only. */
  webhook: AlertWebhook | null;
  production: boolean;
  logger: Pick<Logger, 'warn'>;
}

/** One pass over what is due. */
export const sendAlertMessages = async (deps: AlertWebhookDeps): Promise<void> => {
  const due = await claimAlertMessages(deps.em, BATCH, LEASE_MS);
  await Promise.all(due.map((message) => sendOne(deps, message)));
};

const sendOne = async (deps: AlertWebhookDeps, { id, body, attempts }: DueAlertMessage): Promise<void> => {
  const { em, webhook, production, logger } = deps;
  if (!webhook) return await endAlertMessage(em, id, 'unset', null);
  const problem = await attempt(webhook, production, id, body);
  if (problem === null) return await endAlertMessage(em, id, 'sent', null);
  logger.warn({ message: id, attempts, reason: problem }, "the operators' webhook did not take an alert; retrying");
  if (attempts >= MAX_ATTEMPTS) return await endAlertMessage(em, id, 'failed', problem);
  await postponeAlertMessage(em, id, PAUSES_MS[attempts - 1] ?? 60 * MINUTE_MS, problem);
};

/** @returns why it was not taken; null when it was */
const attempt = async (
  { url, secret }: AlertWebhook,
  requireHttps: boolean,
  id: string,
  body: string,
): Promise<string | null> => {
  try {
    const receiver = await checkReceiver(url, policyOf(requireHttps));
    const headers = signedHeaders(url, id, body, { id: ALERT_KEY_ID, secret }, new Date());
    const { status } = await postToReceiver(receiver, targetOf(url), headers, body);
    return status >= 200 && status < 300 ? null : describeResponse(status);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

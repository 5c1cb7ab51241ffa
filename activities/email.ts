// Sends e-mails. An activity is one attempt: renders the message once, sends it under its id, stores the outcome.
import { setTimeout as delay } from 'node:timers/promises';
import { ApplicationFailure, log } from '@temporalio/activity';
import {
  keepRendering,
  markEmailFailed,
  markEmailSent,
  readEmail,
  recordEmailFailure,
  type StoredEmail,
} from '#db/delivery/email-delivery.ts';
import { readEmailOrder } from '#db/delivery/email-order.ts';
import { holdTurns, takeTurn } from '#db/delivery/email-pace.ts';
import type { Em } from '#db/orm.ts';
import { readStanding } from '#db/reviews/tell-shopper.ts';
import { type EmailKind, SECURITY_KINDS } from '#domain/email-data.ts';
import { DEFAULT_LANGUAGE, languageOf } from '#domain/languages.ts';
import type { ShopperReviewData } from '#domain/told-money.ts';
import type { RenderEmail } from '#emails/render-email.ts';
import { type EmailAttachment, type EmailTransport, type OutgoingEmail, SendFailure } from './email-transport.ts';
import { withHeartbeats } from './heartbeats.ts';

/** How a message ended. */
export type EmailOutcome = 'sent' | 'failed';

export interface EmailActivities {
  /** One attempt. Throws when a retry may help; a message that can never be sent is an outcome. */
  sendEmail(messageId: string): Promise<EmailOutcome>;
  /** Marks a message as failed when its attempts are used up. */
  giveUpEmail(messageId: string): Promise<EmailOutcome>;
}

export interface EmailDependencies {
  em: Em;
  transport: EmailTransport;
  /** The compiled templates: Node runs no JSX. */
  renderEmail: RenderEmail;
  /** The sender, as `Name <address>`. */
  from: string;
  /** Where browsers reach the server, without a slash at the end. */
  publicUrl: string;
  /** The attachments of a message: the same bytes at every call. Absent: none. */
  attachmentsOf?: (message: Pick<StoredEmail, 'kind' | 'subjectId' | 'data'>) => Promise<EmailAttachment[]>;
}

export const createEmailActivities = (deps: EmailDependencies): EmailActivities => ({
  // Heartbeats start here: a turn may be ten seconds away, and a large attachment is made before it.
  sendEmail: (messageId) => withHeartbeats(() => sendOnce(deps, messageId)),

  async giveUpEmail(messageId) {
    return await fail(deps, messageId, null);
  },
});

const sendOnce = async (deps: EmailDependencies, messageId: string): Promise<EmailOutcome> => {
  const message = await readEmail(deps.em, messageId);
  if (!message) return 'failed';
  // An earlier attempt stored its outcome and was cut off before it could return it.
  if (message.state !== 'pending') return message.state === 'failed' ? 'failed' : 'sent';
  if (message.suppressedAs !== null && !SECURITY_KINDS.includes(message.kind)) {
    return await fail(deps, messageId, SUPPRESSED[message.suppressedAs]);
  }
  if (message.isStranger) return await fail(deps, messageId, STRANGER);
  if (isTooLate(message.data)) return await fail(deps, messageId, 'not sent: its link had expired');
  const current = await currentOf(deps, message);
  if (!current) return await fail(deps, messageId, 'not sent: a later event had made it false');
  const email = await prepare(deps, current);
  await awaitTurn(deps);
  return await attempt(deps, email);
};

const SUPPRESSED = {
  bounced: 'not sent: an earlier message to this address bounced',
  complained: 'not sent: the recipient marked an earlier message as spam',
} as const;

const STRANGER = 'not sent: until the merchant is active, its test store mails its own people only';

/** After a long outage a link may have expired. */
const isTooLate = (data: object): boolean =>
  'expiresAt' in data && typeof data.expiresAt === 'string' && Date.parse(data.expiresAt) <= Date.now();

/** The message with what is still true of it; null when nothing is, or when it was rendered with more. */
const currentOf = async ({ em }: EmailDependencies, message: StoredEmail): Promise<StoredEmail | null> => {
  const { kind, intentId, subjectLine } = message;
  if (kind !== 'shopper_review' || intentId === null) return message;
  const data = message.data as ShopperReviewData;
  const standing = await readStanding(em, intentId, data);
  const { length } = standing.money;
  if (length === 0 || (subjectLine !== null && length < data.money.length)) return null;
  return { ...message, data: { ...data, ...standing } };
};

const fail = async ({ em }: EmailDependencies, messageId: string, reason: string | null): Promise<EmailOutcome> => {
  await markEmailFailed(em, messageId, reason);
  return 'failed';
};

/** Renders at the first attempt; later attempts reuse that rendering. */
const prepare = async (deps: EmailDependencies, message: StoredEmail): Promise<OutgoingEmail> => {
  const { id, recipient, kind, subjectId, data, createdAt } = message;
  try {
    const { subject, html, text } = await renderedOf(deps, message);
    const attachments = (await deps.attachmentsOf?.({ kind, subjectId, data })) ?? [];
    return {
      id,
      from: deps.from,
      to: recipient,
      subject,
      html,
      text,
      headers: headersOf(data),
      attachments,
      createdAt,
    };
  } catch (error) {
    await recordEmailFailure(deps.em, id, 'the message could not be prepared').catch(() => {});
    // The error's text may quote the message: it goes neither to the log nor into Temporal's history.
    log.error('an e-mail could not be prepared', { messageId: id, ...withoutText(error) });
    throw ApplicationFailure.create({ type: 'EmailNotPrepared', message: 'The message could not be prepared' });
  }
};

/** Kind and place of an error. */
const withoutText = (error: unknown): { error: string; at: string[] } => {
  if (!(error instanceof Error)) return { error: typeof error, at: [] };
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return { error: error.name, at: frames.slice(0, 5).map((line) => line.trim()) };
};

const renderedOf = async (
  { em, renderEmail, publicUrl }: EmailDependencies,
  message: StoredEmail,
): Promise<{ subject: string; html: string; text: string }> => {
  const { id, kind, data, locale, store, intentId, subjectLine, html, plainText } = message;
  if (subjectLine !== null && html !== null && plainText !== null)
    return { subject: subjectLine, html, text: plainText };
  const order = intentId === null ? null : await readEmailOrder(em, intentId);
  const language = languageOf(locale) ?? DEFAULT_LANGUAGE;
  return await keepRendering(em, id, await renderEmail<EmailKind>({ kind, data, language, publicUrl, store, order }));
};

/** Mail programs show a button that ends the reports (RFC 8058). */
const headersOf = (data: object): Record<string, string> =>
  'unsubscribeLink' in data && typeof data.unsubscribeLink === 'string'
    ? { 'List-Unsubscribe': `<${data.unsubscribeLink}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' }
    : {};

/** Waits for the next turn of a transport with a rate limit. For a turn far ahead it throws, and Temporal retries then. */
const awaitTurn = async ({ em, transport }: EmailDependencies): Promise<void> => {
  if (transport.intervalMs === null) return;
  const turn = await takeTurn(em, transport.name, transport.intervalMs);
  if (turn.granted) {
    await delay(turn.waitMs);
    return;
  }
  throw ApplicationFailure.create({
    type: 'NotItsTurn',
    message: 'The transport is busy',
    nextRetryDelay: Math.round(turn.comeBackInMs * (1 + Math.random() / 2)),
  });
};

const attempt = async (deps: EmailDependencies, email: OutgoingEmail): Promise<EmailOutcome> => {
  const { em, transport } = deps;
  try {
    const { providerId } = await transport.send(email);
    await markEmailSent(em, email.id, { transport: transport.name, providerId });
    return 'sent';
  } catch (error) {
    if (!(error instanceof SendFailure)) throw error;
    if (!error.isWorthRetrying) return await fail(deps, email.id, error.message);
    if (error.holdsAll && error.retryAfterMs !== null) await holdTurns(em, transport.name, error.retryAfterMs);
    await recordEmailFailure(em, email.id, error.message);
    throw ApplicationFailure.create({
      type: 'EmailNotTaken',
      message: error.message,
      ...(error.retryAfterMs === null ? {} : { nextRetryDelay: error.retryAfterMs }),
    });
  }
};

// Alerts of operators: one transaction moves every alert, and writes the message and its e-mails, so that each beginning, reminder and
// end is told once.
import { randomBytes } from 'node:crypto';
import { makeId } from '#domain/ids.ts';
import {
  type AlertFinding,
  type AlertKind,
  type AlertLine,
  alertStep,
  alertText,
  networkOf,
} from '#domain/operator-alerts.ts';
import { listOperators } from '../accounts/operator-emails.ts';
import { queueEmail } from '../delivery/queue-emails.ts';
import { AlertMessage, AlertMute, OperatorAlert } from '../entities/operator-alert.entity.ts';
import type { Em } from '../orm.ts';
import { lockText } from '../sql.ts';

const DAY_MS = 86_400_000;

/** What was read of the system just now. */
export interface AlertReading {
  findings: readonly AlertFinding[];
  /** Whether a condition could be read; a finding could. */
  isKnown(kind: AlertKind, chainId: number | null): boolean;
}

/** What one message tells. */
export interface AlertNews {
  began: AlertLine[];
  reminded: AlertLine[];
  ended: AlertLine[];
}

interface Told {
  now: Date;
  /** Where browsers reach the pages. */
  publicUrl: string;
}

const keyOf = ({ kind, chainId }: { kind: AlertKind; chainId?: number | null | undefined }): string =>
  `${kind} ${chainId ?? 0}`;

/** Moves all alerts by a reading. @returns what was told; null when nothing was */
export const moveAlerts = (entityManager: Em, reading: AlertReading, told: Told): Promise<AlertNews | null> =>
  entityManager.fork().transactional(async (em) => {
    // Two leaders may overlap for one run.
    await lockText(em, 'operator-alerts');
    const { now } = told;
    const holding = new Map(reading.findings.map((finding) => [keyOf(finding), finding]));
    const open = await em.find(OperatorAlert, { endedAt: null }, { orderBy: { id: 'asc' } });
    const ends = await endsOfDay(em, now);
    const news: AlertNews = { began: [], reminded: [], ended: [] };
    for (const alert of open) {
      const finding = holding.get(keyOf(alert));
      const holds = finding ? true : reading.isKnown(alert.kind, alert.chainId ?? null) ? false : null;
      const step = alertStep(stateOf(alert), holds, ends.get(keyOf(alert)) ?? 0, now);
      if (finding) Object.assign(alert, { figure: finding.figure, lastTrueAt: now });
      if (step === 'begin') alert.beganAt = now;
      if (step === 'remind') alert.remindedAt = now;
      if (step === 'end') alert.endedAt = now;
      if (step === 'forget') em.remove(alert);
      if (step === 'begin') news.began.push(lineOf(alert));
      if (step === 'remind') news.reminded.push(lineOf(alert));
      if (step === 'end') news.ended.push(lineOf(alert));
    }
    const known = new Set(open.map(keyOf));
    for (const finding of reading.findings) {
      if (!known.has(keyOf(finding))) em.create(OperatorAlert, { ...finding, seenAt: now, lastTrueAt: now });
    }
    const isQuiet = Object.values(news).every((lines) => lines.length === 0);
    if (!isQuiet) {
      const stillOpen = open.filter(({ beganAt, endedAt }) => beganAt && !endedAt).length;
      await writeMessage(em, news, { ...told, open: stillOpen, recipients: await recipientsOf(em) });
    }
    await em.flush();
    return isQuiet ? null : news;
  });

const stateOf = ({ seenAt, beganAt, lastTrueAt, remindedAt }: OperatorAlert) => ({
  seenAt,
  lastTrueAt,
  beganAt: beganAt ?? null,
  remindedAt: remindedAt ?? null,
});

const lineOf = ({ kind, chainId, figure, seenAt, endedAt }: OperatorAlert): AlertLine => ({
  ...{ kind, chainId: chainId ?? null, figure: Number(figure) },
  since: seenAt.toISOString(),
  endedAt: endedAt?.toISOString() ?? null,
});

const endsOfDay = async (em: Em, now: Date): Promise<Map<string, number>> => {
  const ended = await em.find(
    OperatorAlert,
    { endedAt: { $gte: new Date(now.getTime() - DAY_MS) } },
    { fields: ['kind', 'chainId'], limit: 1_000 },
  );
  const counts = new Map<string, number>();
  for (const alert of ended) counts.set(keyOf(alert), (counts.get(keyOf(alert)) ?? 0) + 1);
  return counts;
};

interface NewMessage {
  /** How many alerts are open after this message. */
  open: number;
  /** E-mail addresses. */
  recipients: readonly string[];
  isTest?: boolean;
}

/** The message with its e-mails, in the transaction of `em`. */
const writeMessage = async (
  em: Em,
  news: AlertNews,
  { now, publicUrl, open, recipients, isTest = false }: Told & NewMessage,
): Promise<void> => {
  const id = makeId('alm', randomBytes(16));
  const link = `${publicUrl}/operator/alerts`;
  const body = JSON.stringify({
    type: 'operator.alert',
    id,
    created_at: now.toISOString(),
    test: isTest,
    // Chat services show this member alone.
    text: textOf(news, isTest, link),
    began: news.began.map(wireOf),
    reminded: news.reminded.map(wireOf),
    ended: news.ended.map(wireOf),
    open,
    link,
  });
  em.create(AlertMessage, { id, body, isTest, emails: recipients.length, createdAt: now, nextAttemptAt: now });
  for (const recipient of recipients) {
    await queueEmail(em, { kind: 'operator_alert', subjectId: id, recipient, data: { ...news, isTest, link } });
  }
};

const wireOf = (line: AlertLine) => ({
  kind: line.kind,
  chain_id: line.chainId,
  network: line.chainId === null ? null : networkOf(line.chainId),
  figure: line.figure,
  since: line.since,
  ended_at: line.endedAt,
  text: alertText(line),
});

const textOf = ({ began, reminded, ended }: AlertNews, isTest: boolean, link: string): string =>
  [
    ...(isTest ? ['AllScale Checkout: a test of the alerts.'] : ['AllScale Checkout:']),
    ...began.map((line) => `Began: ${alertText(line)}.`),
    ...reminded.map((line) => `Still: ${alertText(line)}.`),
    ...ended.map((line) => `Over: ${alertText(line)}.`),
    link,
  ].join('\n');

const recipientsOf = async (em: Em): Promise<string[]> =>
  (await listAlertPeople(em)).flatMap(({ email, isTold }) => (isTold ? [email] : []));

export interface AlertPerson {
  userId: string;
  email: string;
  isTold: boolean;
}

/** Every operator, and whether alerts are mailed to them. */
export const listAlertPeople = async (em: Em): Promise<AlertPerson[]> => {
  const muted = new Set((await em.fork().findAll(AlertMute)).map(({ userId }) => userId));
  return (await listOperators(em)).map((operator) => ({ ...operator, isTold: !muted.has(operator.userId) }));
};

/** Switches an operator's e-mails about alerts on or off. */
export const setAlertEmails = async (entityManager: Em, userId: string, isTold: boolean): Promise<void> => {
  const em = entityManager.fork();
  if (isTold) await em.nativeDelete(AlertMute, { userId });
  else await em.upsert(AlertMute, { userId, at: new Date() }, { onConflictAction: 'ignore' });
};

/** A message without an alert: to this address, and to the webhook when there is one. */
export const sendTestAlert = (entityManager: Em, email: string, publicUrl: string): Promise<void> =>
  entityManager.fork().transactional(async (em) => {
    const news: AlertNews = { began: [], reminded: [], ended: [] };
    const open = await countOpenAlerts(em);
    await writeMessage(em, news, { now: new Date(), publicUrl, open, recipients: [email], isTest: true });
    await em.flush();
  });

export interface ListedAlert extends AlertLine {
  id: string;
}

const LISTED = 50;

/** Alerts that were told: open ones first, then the newest that ended. */
export const listAlerts = async (entityManager: Em): Promise<ListedAlert[]> => {
  const em = entityManager.fork();
  const told = { beganAt: { $ne: null } };
  const open = await em.find(OperatorAlert, { ...told, endedAt: null }, { orderBy: { id: 'desc' } });
  const ended = await em.find(
    OperatorAlert,
    { ...told, endedAt: { $ne: null } },
    { orderBy: { id: 'desc' }, limit: LISTED },
  );
  return [...open, ...ended].map((alert) => ({ ...lineOf(alert), id: String(alert.id) }));
};

/** How many alerts are open, for the navigation. */
export const countOpenAlerts = (em: Em): Promise<number> =>
  em.fork().count(OperatorAlert, { endedAt: null, beganAt: { $ne: null } });

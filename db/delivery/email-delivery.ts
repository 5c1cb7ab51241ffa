// E-mails as their delivery reads and writes them: rendered once, sent or given up, and what the provider reports afterwards. Each
// change of state of an order's message is on the order's timeline.

import { LockMode, raw } from '@mikro-orm/core';
import { type EmailAddress, emailAddressOf } from '#domain/email-address.ts';
import { SECRET_KINDS } from '#domain/email-data.ts';
import type { EmailStore } from '#domain/email-facts.ts';
import type { IntentId } from '#domain/ids.ts';
import { EmailMessage, type EmailState } from '../entities/email.entity.ts';
import { TimelineEvent } from '../entities/intent.entity.ts';
import type { Em } from '../orm.ts';
import { sqlOf } from '../pool.ts';

/** The states after which a store sends an address nothing but security messages. */
const SUPPRESSING = ['bounced', 'complained'] as const;
type SuppressingState = (typeof SUPPRESSING)[number];

export interface StoredEmail
  extends Pick<EmailMessage, 'id' | 'kind' | 'subjectId' | 'recipient' | 'locale' | 'data' | 'state' | 'createdAt'> {
  intentId: IntentId | null;
  subjectLine: string | null;
  html: string | null;
  plainText: string | null;
  store: EmailStore | null;
  /** Set when an earlier message of this store to the address did not arrive, or was called spam. */
  suppressedAs: SuppressingState | null;
  /** Of an applicant's store, to somebody who does not work for it: nobody has decided yet whom this merchant may write to. */
  isStranger: boolean;
}

type Row = Omit<StoredEmail, 'store'> & {
  [Name in keyof EmailStore as `store${Capitalize<Name>}`]: EmailStore[Name] | null;
};

const READ = `
  select m.id, m.kind, m.subject_id as "subjectId", m.recipient, m.locale, m.data, m.state, m.created_at as "createdAt",
    m.intent_id as "intentId", m.subject_line as "subjectLine", m.html, m.plain_text as "plainText",
    s.id as "storeId", s.name as "storeName", s.logo_url as "storeLogoUrl", s.time_zone as "storeTimeZone",
    s.support_contact as "storeSupportContact", s.is_test as "storeIsTest",
    (select e.state from email_message e where e.store_id = m.store_id and e.state in ('bounced', 'complained')
      and lower(e.recipient) = lower(m.recipient) limit 1) as "suppressedAs",
    coalesce((select a.status = 'applied' from merchant a where a.id = s.merchant_id), false)
      and not exists (select from member p where p.merchant_id = s.merchant_id and lower(p.email) = lower(m.recipient)) as "isStranger"
  from email_message m left join store s on s.id = m.store_id where m.id = $1`;

/** Null when there is no such message: the database was restored from before it. */
export const readEmail = async (em: Em, id: string): Promise<StoredEmail | null> => {
  const { rows } = await sqlOf({ em }).query<Row>({ name: 'email-read', text: READ, values: [id] });
  const [row] = rows;
  if (!row) return null;
  const { storeId, storeName, storeLogoUrl, storeTimeZone, storeSupportContact, storeIsTest, ...email } = row;
  return {
    ...email,
    store:
      storeId === null || storeName === null || storeTimeZone === null || storeIsTest === null
        ? null
        : {
            id: storeId,
            name: storeName,
            logoUrl: storeLogoUrl,
            timeZone: storeTimeZone,
            supportContact: storeSupportContact,
            isTest: storeIsTest,
          },
  };
};

export interface RenderedEmail {
  subject: string;
  html: string;
  text: string;
}

/** Keeps the first rendering. @returns the rendering that is kept: another attempt may have been first */
export const keepRendering = async (em: Em, id: string, rendered: RenderedEmail): Promise<RenderedEmail> => {
  const { rows } = await sqlOf({ em }).query<RenderedEmail>({
    name: 'email-keep-rendering',
    text: `update email_message set subject_line = coalesce(subject_line, $2), html = coalesce(html, $3),
        plain_text = coalesce(plain_text, $4), updated_at = now()
      where id = $1 and state = 'pending' returning subject_line as subject, html, plain_text as text`,
    values: [id, rendered.subject, rendered.html, rendered.text],
  });
  return rows[0] ?? rendered;
};

/** Records a failed attempt that will be retried. */
export const recordEmailFailure = async (em: Em, id: string, reason: string): Promise<void> => {
  const values = { attempts: raw('attempts + 1'), lastError: reason, updatedAt: new Date() };
  await em.fork().nativeUpdate(EmailMessage, { id, state: 'pending' }, values);
};

/** The transport has taken it. Safe to run twice. */
export const markEmailSent = (
  em: Em,
  id: string,
  { transport, providerId }: { transport: string; providerId: string | null },
): Promise<void> => endEmail(em, id, 'sent', [transport, providerId, null]);

/** It will not be sent. Safe to run twice. @param reason null keeps the error of the last attempt */
export const markEmailFailed = (em: Em, id: string, reason: string | null): Promise<void> =>
  endEmail(em, id, 'failed', [null, null, reason]);

/**
 * Of these addresses of a merchant's people, those that e-mails of its stores do not reach, and what became of the newest such
 * message.
 */
export const unreachedAddresses = async (
  em: Em,
  merchantId: string,
  addresses: readonly string[],
): Promise<ReadonlyMap<EmailAddress, SuppressingState>> => {
  const { rows } = await sqlOf({ em }).query<{ address: EmailAddress; state: SuppressingState }>({
    name: 'email-unreached',
    text: `select distinct on (lower(e.recipient)) lower(e.recipient) as address, e.state
      from email_message e join store s on s.id = e.store_id
      where s.merchant_id = $1 and lower(e.recipient) = any($2::text[]) and e.state in ('bounced', 'complained')
      order by lower(e.recipient), e.updated_at desc`,
    values: [merchantId, addresses.map(emailAddressOf)],
  });
  return new Map(rows.map(({ address, state }) => [address, state]));
};

/**
 * Ends a message that waits, with its event on the timeline, in one statement. The HTML is needed for attempts only; a message with a
 * secret link loses its text and data too.
 */
const endEmail = async (
  em: Em,
  id: string,
  state: 'sent' | 'failed',
  [transport, providerId, reason]: [transport: string | null, providerId: string | null, reason: string | null],
): Promise<void> => {
  await sqlOf({ em }).query({
    name: 'email-end',
    text: `with ended as (
        update email_message set state = $2, updated_at = now(), transport = $3, provider_id = $4, html = null,
          plain_text = case when kind = any($6::text[]) then null else plain_text end,
          data = case when kind = any($6::text[]) then '{}'::jsonb else data end,
          attempts = case when $2 = 'sent' then attempts + 1 else attempts end,
          sent_at = case when $2 = 'sent' then now() end,
          last_error = case when $2 = 'failed' then coalesce($5, last_error, 'it could not be sent for days') end
        where id = $1 and state = 'pending' returning id, kind, recipient, intent_id, state, last_error)
      insert into timeline_event (intent_id, kind, data)
      select intent_id, 'email', jsonb_strip_nulls(jsonb_build_object(
        'email_id', id, 'email_kind', kind, 'recipient', recipient, 'state', state, 'reason', last_error))
      from ended where intent_id is not null`,
    values: [id, state, transport, providerId, reason, SECRET_KINDS],
  });
};

const noteOnTimeline = (em: Em, email: EmailMessage, state: EmailState | 'delivered'): void => {
  const { id, kind, recipient, intent, lastError } = email;
  if (!intent) return;
  const reason = state === 'delivered' || lastError == null ? {} : { reason: lastError };
  em.create(TimelineEvent, {
    intent,
    kind: 'email',
    data: { email_id: id, email_kind: kind, recipient, state, ...reason },
  });
};

/** Records what a provider reports of a message that it took. Safe to run twice. @returns whether the message is known */
export const recordEmailDelivery = (
  entityManager: Em,
  providerId: string,
  deliveryStatus: 'delivered' | SuppressingState,
  reason: string | null,
): Promise<boolean> =>
  entityManager.fork().transactional(async (em) => {
    const emails = await em.find(EmailMessage, { providerId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    for (const email of emails) {
      if (deliveryStatus === 'delivered') {
        if (!(await isDeliveryNoted(em, email))) noteOnTimeline(em, email, 'delivered');
      } else if (isNewState(email.state, deliveryStatus)) {
        email.state = deliveryStatus;
        email.lastError = reason;
        email.updatedAt = new Date();
        noteOnTimeline(em, email, deliveryStatus);
      }
    }
    return emails.length > 0;
  });

/** A bounced message may still be complained of; nothing follows a complaint. */
const isNewState = (state: EmailState, next: SuppressingState): boolean =>
  (state === 'sent' || state === 'bounced') && state !== next;

const isDeliveryNoted = async (em: Em, { id, intent }: EmailMessage): Promise<boolean> =>
  intent != null &&
  (await em.count(TimelineEvent, { intent, kind: 'email', data: { email_id: id, state: 'delivered' } })) > 0;

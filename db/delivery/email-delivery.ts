// E-mails as their delivery reads and writes them: rendered once, paced, and what became of them, with the order's timeline.
import type { CoinId } from '#domain/coins.ts';
import { type CurrencyId, currencySymbol } from '#domain/currencies.ts';
import { type EmailData, type EmailKind, SECRET_KINDS } from '#domain/email-data.ts';
import type { EmailOrder, EmailStore } from '#domain/email-facts.ts';
import { feeOfSettlement } from '#domain/fees.ts';
import { formatDecimal, formatUnits } from '#domain/money.ts';
import type { EmailState } from '../entities/email.entity.ts';
import type { Em } from '../orm.ts';

export interface StoredEmail {
  id: string;
  kind: EmailKind;
  subjectId: string;
  recipient: string;
  storeId: string | null;
  intentId: string | null;
  locale: string;
  data: EmailData[EmailKind];
  state: EmailState;
  subjectLine: string | null;
  html: string | null;
  plainText: string | null;
  createdAt: Date;
  store: EmailStore | null;
  /** Why nothing may be sent to this address for this store; null when it may. */
  suppressedAs: 'bounced' | 'complained' | null;
}

/** Throws when there is no such message. */
export const readEmail = async (em: Em, id: string): Promise<StoredEmail> => {
  const [row] = await em.fork().execute<(Omit<StoredEmail, 'createdAt'> & { createdAt: string })[]>(
    `select m.id, m.kind, m.subject_id as "subjectId", m.recipient, m.store_id as "storeId", m.intent_id as "intentId",
       m.locale, m.data, m.state, m.subject_line as "subjectLine", m.html, m.plain_text as "plainText",
       m.created_at as "createdAt",
       case when s.id is null then null else json_build_object('id', s.id, 'name', s.name, 'logoUrl', s.logo_url,
         'timeZone', s.time_zone, 'supportContact', s.support_contact, 'isTest', s.is_test) end as store,
       (select b.state from email_message b where b.store_id = m.store_id and lower(b.recipient) = lower(m.recipient)
          and b.state in ('bounced', 'complained') limit 1) as "suppressedAs"
     from email_message m left join store s on s.id = m.store_id where m.id = ?`,
    [id],
  );
  if (!row) throw new Error(`There is no e-mail ${id}`);
  return { ...row, createdAt: new Date(row.createdAt) };
};

/** Keeps the first rendering. @returns the rendering that stands: another attempt may have been first */
export const keepRendering = async (
  em: Em,
  id: string,
  rendered: { subject: string; html: string; text: string },
): Promise<{ subject: string; html: string; text: string }> => {
  const [row] = await em.fork().execute<{ subject: string; html: string; text: string }[]>(
    `update email_message set subject_line = coalesce(subject_line, ?), html = coalesce(html, ?),
       plain_text = coalesce(plain_text, ?), updated_at = now()
     where id = ? and state = 'pending' returning subject_line as subject, html, plain_text as text`,
    [rendered.subject, rendered.html, rendered.text, id],
  );
  return row ?? rendered;
};

interface OrderRow {
  orderId: string | null;
  description: string | null;
  amountUnits: string;
  coin: CoinId;
  amountCents: string;
  currency: CurrencyId | null;
  acceptedCoins: CoinId[];
  acceptedChainIds: number[];
  feeRateE9: string;
  createdAt: string | Date;
  expiresAt: string | Date;
  confirmedAt: string | Date | null;
  paidUnits: string;
  feeUnits: string;
  netUnits: string;
  surplusUnits: string | null;
  paidCoin: CoinId;
  chainId: number;
  txHash: string;
  payer: string;
}

/** A fee that is only expected is shown as tokens of six decimals would pay it, which most are: rounded down, as the contract does. */
const UNITS_PER_SHOWN = 10n ** 12n;
const iso = (value: string | Date): string => new Date(value).toISOString();
const coins = (units: string): string => formatUnits(BigInt(units));

/** Null when there is no such intent. */
export const readEmailOrder = async (em: Em, intentId: string): Promise<EmailOrder | null> => {
  const [row] = await em.fork().execute<OrderRow[]>(
    `select order_id as "orderId", order_description as description, amount_units::text as "amountUnits",
       stable_coin as coin, amount_cents::text as "amountCents", currency,
       accepted_stable_coins as "acceptedCoins", accepted_chain_ids as "acceptedChainIds",
       fee_rate_e9::text as "feeRateE9", created_at as "createdAt",
       expires_at as "expiresAt", confirmed_at as "confirmedAt", actual_paid_units::text as "paidUnits",
       service_fee_units::text as "feeUnits", net_income_units::text as "netUnits",
       nullif(surplus_units, 0)::text as "surplusUnits", paid_coin as "paidCoin", paid_chain_id as "chainId",
       tx_hash as "txHash", tx_from as payer
     from checkout_intent where id = ?`,
    [intentId],
  );
  if (!row) return null;
  const priceUnits = BigInt(row.amountUnits);
  const feeOfPriceUnits = feeOfSettlement(priceUnits / UNITS_PER_SHOWN, BigInt(row.feeRateE9)) * UNITS_PER_SHOWN;
  return {
    intentId,
    orderId: row.orderId,
    description: row.description,
    amount: formatUnits(priceUnits),
    coin: row.coin,
    fiat:
      row.currency === null
        ? null
        : { amount: formatDecimal(BigInt(row.amountCents), 2, 2), currency: currencySymbol(row.currency) },
    acceptedCoins: row.acceptedCoins,
    acceptedChainIds: row.acceptedChainIds,
    feeOfPrice: formatUnits(feeOfPriceUnits),
    netOfPrice: formatUnits(priceUnits - feeOfPriceUnits),
    createdAt: iso(row.createdAt),
    expiresAt: iso(row.expiresAt),
    payment:
      row.confirmedAt === null
        ? null
        : {
            amount: coins(row.paidUnits),
            fee: coins(row.feeUnits),
            net: coins(row.netUnits),
            surplus: row.surplusUnits === null ? null : coins(row.surplusUnits),
            coin: row.paidCoin,
            chainId: row.chainId,
            txHash: row.txHash,
            payer: row.payer,
            confirmedAt: iso(row.confirmedAt),
          },
  };
};

/** Notes a try that failed and will be repeated. */
export const recordEmailFailure = async (em: Em, id: string, reason: string): Promise<void> => {
  await em
    .fork()
    .execute(
      `update email_message set attempts = attempts + 1, last_error = ?, updated_at = now() where id = ? and state = 'pending'`,
      [reason, id],
    );
};

/** What becomes of the content: HTML is needed for attempts only; what holds a secret link is emptied altogether. */
const FORGET = `html = null,
  plain_text = case when kind = any(?::text[]) then null else plain_text end,
  data = case when kind = any(?::text[]) then '{}'::jsonb else data end`;
const secretKinds = `{${SECRET_KINDS.join(',')}}`;

/** A line on the timeline of the order, for a message that has one. */
const NOTE = `
  insert into timeline_event (intent_id, kind, data)
  select intent_id, 'email', jsonb_strip_nulls(jsonb_build_object(
    'email_id', id, 'email_kind', kind, 'recipient', recipient, 'state', state, 'reason', last_error))
  from changed where intent_id is not null`;

/** The transport has it. Safe to run twice. */
export const markEmailSent = async (
  em: Em,
  id: string,
  { transport, providerId }: { transport: string; providerId: string | null },
): Promise<void> => {
  await em.fork().execute(
    `with changed as (
       update email_message set state = 'sent', transport = ?, provider_id = ?, attempts = attempts + 1, last_error = null,
         sent_at = now(), updated_at = now(), ${FORGET}
       where id = ? and state = 'pending' returning id, kind, recipient, state, last_error, intent_id)
     ${NOTE}`,
    [transport, providerId, secretKinds, secretKinds, id],
  );
};

/** It will not be sent. Safe to run twice. @param reason in words, or null for what the last attempt said */
export const markEmailFailed = async (em: Em, id: string, reason: string | null): Promise<void> => {
  await em.fork().execute(
    `with changed as (
       update email_message set state = 'failed', last_error = coalesce(?, last_error, 'it could not be sent for days'),
         updated_at = now(), ${FORGET}
       where id = ? and state = 'pending' returning id, kind, recipient, state, last_error, intent_id)
     ${NOTE}`,
    [reason, secretKinds, secretKinds, id],
  );
};

/** What a provider tells afterwards of a message that it took. Safe to run twice. @returns whether the message is known */
export const recordEmailDelivery = async (
  em: Em,
  providerId: string,
  deliveryStatus: 'delivered' | 'bounced' | 'complained',
  reason: string | null,
): Promise<boolean> => {
  if (deliveryStatus === 'delivered') {
    const noted = await em.fork().execute<unknown[]>(
      `with known as (select id, kind, recipient, intent_id from email_message where provider_id = ?),
       noted as (
         insert into timeline_event (intent_id, kind, data)
         select k.intent_id, 'email', jsonb_build_object(
           'email_id', k.id, 'email_kind', k.kind, 'recipient', k.recipient, 'state', 'delivered')
         from known k where k.intent_id is not null and not exists (
           select from timeline_event e where e.intent_id = k.intent_id and e.kind = 'email'
             and e.data ->> 'email_id' = k.id and e.data ->> 'state' = 'delivered'))
       select 1 from known`,
      [providerId],
    );
    return noted.length > 0;
  }
  const known = await em.fork().execute<unknown[]>(
    `with changed as (
       update email_message set state = ?, last_error = ?, updated_at = now()
       where provider_id = ? and state in ('sent', 'bounced') and state <> ?
       returning id, kind, recipient, state, last_error, intent_id),
     noted as (${NOTE})
     select 1 from email_message where provider_id = ?`,
    [deliveryStatus, reason, providerId, deliveryStatus, providerId],
  );
  return known.length > 0;
};

// Settlements after the first one: for money that a person accepted when the intent was already CONFIRMED, or for a payment that the
// first one was carried out before. A settlement pays out the whole balance of a deposit address, so an earlier one may have paid the
// money already: only what is left is owed.
import type { IntentId } from '#domain/ids.ts';
import type { Sql } from '../pool.ts';

/**
 * Adds one settlement for each (chain, token) of accepted money that is neither paid out nor refunded. Safe to run twice: while a
 * settlement is open, none is added. Once it is paid, a call with `owedSince` adds one for money that it did not include: what was
 * accepted since, and the payment itself, when the settlement was owed before it for money that the wallet had refunded.
 * @param owedSince only money that was accepted or paid after this settlement was created; null for all accepted money
 */
export const oweAccepted = async (sql: Sql, intentId: IntentId, owedSince: string | null = null): Promise<void> => {
  await sql.query({ name: 'settlement-owe', text: OWE, values: [intentId, owedSince] });
};

const OWE = `
  insert into settlement (intent_id, chain_id, token, state, available_at, created_at)
  select $1, a.chain_id, a.token, 'pending', now(), now()
  from (
    select distinct t.chain_id, t.token
    from review_item r join token_transfer t on t.id = r.transfer_id
    where r.intent_id = $1 and r.outcome = 'accepted' and t.in_payment and t.state = 'confirmed'
      and ($2::bigint is null or exists (
        select from settlement s where s.id = $2 and s.chain_id = t.chain_id and s.token = t.token and s.created_at < r.resolved_at))
    union
    select t.chain_id, t.token
    from settlement s join checkout_intent i on i.id = s.intent_id
    join send_back b on b.intent_id = i.id and b.chain_id = s.chain_id and b.token = s.token
    join token_transfer t on t.intent_id = i.id and t.chain_id = s.chain_id and t.token = s.token
    where s.id = $2 and i.id = $1 and t.in_payment and t.state = 'confirmed'
      and b.state = 'confirmed' and b.source <> 'deposit' and b.confirmed_at < i.confirmed_at
  ) a
  where (
      select sum(t.amount_base_units) from token_transfer t
      where t.intent_id = $1 and t.chain_id = a.chain_id and t.token = a.token and t.state <> 'orphaned'
    ) > (
      select coalesce(sum(s.net_base_units + s.fee_base_units), 0) from settlement s
      where s.intent_id = $1 and s.chain_id = a.chain_id and s.token = a.token and s.state = 'settled'
    ) + (
      select coalesce(sum(b.amount_base_units), 0) from send_back b
      where b.intent_id = $1 and b.chain_id = a.chain_id and b.token = a.token and b.state = 'confirmed' and b.source = 'deposit')
  on conflict (intent_id, chain_id, token) where state in ('pending', 'sending') do nothing`;

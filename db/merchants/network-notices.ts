// E-mails to a store's people about a network that it accepts and cannot use now: each problem once, and at most once a day for a problem that
// comes and goes (decision 0099). Stores and notices are compared in SQL, so that one pass costs the same few statements for any number of stores.
import { randomUUID } from 'node:crypto';
import { acceptedCoinsOf } from '#domain/coins.ts';
import type { NetworkProblem, NetworkUnusableData } from '#domain/email-data.ts';
import { queueStoreEmails } from '../delivery/queue-emails.ts';
import type { Em } from '../orm.ts';
import { lockText } from '../sql.ts';

/** A network whose coins have value. */
export interface NoticedNetwork {
  id: number;
  name: string;
  isTest: boolean;
  /** This system has providers for it. */
  isOn: boolean;
  tokens: readonly { address: string; coin: number }[];
}

interface Found {
  storeId: string;
  chainId: number;
  problem: NetworkProblem;
}

/**
 * Every store with a receiver × every network that it accepts, with what is wrong there. Networks that are off count for stores that name
 * them, and for all stores once they were watched: before, nobody could pay on them.
 */
const PROBLEMS = `
  with network as (select * from jsonb_to_recordset(?::jsonb) as n(id int, "isTest" boolean, "isOn" boolean, tokens jsonb)),
  accepted as (
    select s.id as store_id, s.receiver, s.accepted_coins, n.* from store s
    join merchant m on m.id = s.merchant_id and m.status = 'active' and s.status = 'active'
    join network n on n."isTest" = s.is_test
    where s.receiver is not null and (n.id = any(s.accepted_chain_ids)
      or s.accepted_chain_ids is null and (n."isOn" or exists (select from chain_cursor c where c.chain_id = n.id)))),
  judged as (
    select a.store_id, a.id as chain_id, case
      when not a."isOn" then 'off'
      when rc.kind = 'token' then 'token'
      when rc.kind = 'account' and exists (
        select from receiver_code o where o.address = a.receiver and o.kind = 'contract') then 'no_code'
      when exists (
        select from token_check k join jsonb_to_recordset(a.tokens) as t(address text, coin int) on t.address = k.token
        where k.chain_id = a.id and k.trouble is not null
          and t.coin = any(coalesce(a.accepted_coins, '{${acceptedCoinsOf(null).join()}}'))) then 'changed_token'
      end as problem
    from accepted a left join receiver_code rc on rc.address = a.receiver and rc.chain_id = a.id)
  select store_id, chain_id, problem from judged where problem is not null`;

const NEW_NOTICES = `
  with found as (${PROBLEMS})
  insert into network_notice as n (store_id, chain_id, problem)
  select store_id, chain_id, problem from found
  on conflict (store_id, chain_id) do update set problem = excluded.problem, told_at = now()
  where n.problem <> excluded.problem
  returning store_id as "storeId", chain_id as "chainId", problem`;

/** A problem that is over for a day may be told again. */
const FORGET = `
  with found as (${PROBLEMS})
  delete from network_notice n where n.told_at < now() - interval '1 day'
  and not exists (select from found f where f.store_id = n.store_id and f.chain_id = n.chain_id)`;

/** One pass. @returns how many stores were told */
export const tellOfNetworks = (entityManager: Em, networks: readonly NoticedNetwork[]): Promise<number> =>
  entityManager.fork().transactional(async (em) => {
    // Two leaders may overlap for one run.
    await lockText(em, 'network-notices');
    const json = JSON.stringify(networks);
    await em.execute(FORGET, [json]);
    const found = await em.execute<Found[]>(NEW_NOTICES, [json]);
    const stores = Map.groupBy(found, ({ storeId }) => storeId);
    for (const [storeId, notices] of stores) {
      const lines = notices.map(({ chainId, problem }): NetworkUnusableData['networks'][number] => ({
        name: networks.find(({ id }) => id === chainId)?.name ?? `chain ${chainId}`,
        problem,
      }));
      await queueStoreEmails(em, 'people', {
        kind: 'network_unusable',
        // Unique: each message is sent.
        subjectId: `${storeId}:${randomUUID()}`,
        storeId,
        data: { networks: lines.sort((a, b) => a.name.localeCompare(b.name)) },
      });
    }
    return stores.size;
  });

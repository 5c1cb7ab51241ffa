// What networks have at the receiving addresses of stores: saved by the check of a new address, and by the worker for networks that are
// enabled later.
import type { Address } from '#domain/address.ts';
import type { CodeKind } from '#domain/payable-address.ts';
import type { ReceiverCodes } from '#domain/receiver-networks.ts';
import type { Em } from '../orm.ts';

/** Wallets are deployed, so a finding is read again after so long. */
const KEPT_HOURS = 24;

/** SQL: what networks have at the receiver of the store `s`, as an object by chain id. */
export const CODES_OF_RECEIVER = `(select coalesce(jsonb_object_agg(rc.chain_id, rc.kind), '{}'::jsonb) from receiver_code rc where rc.address = s.receiver)`;

/** Safe to run twice. */
export const saveReceiverCodes = async (
  em: Em,
  chainId: number,
  found: readonly { address: Address; kind: CodeKind }[],
): Promise<void> => {
  if (found.length === 0) return;
  await em.fork().execute(
    `insert into receiver_code (address, chain_id, kind)
     select f.address, ?, f.kind from jsonb_to_recordset(?::jsonb) as f(address text, kind text)
     on conflict (address, chain_id) do update set kind = excluded.kind, read_at = now()`,
    [chainId, JSON.stringify(found)],
  );
};

/** Receivers of stores that were never read on this chain, or a day ago; the longest waiting first. */
export const listUnreadReceivers = async (em: Em, chainId: number, limit: number): Promise<Address[]> => {
  const rows = await em.fork().execute<{ receiver: Address }[]>(
    `select s.receiver from (select distinct receiver from store where receiver is not null) s
     left join receiver_code rc on rc.address = s.receiver and rc.chain_id = ?
     where rc.read_at is null or rc.read_at < now() - make_interval(hours => ?)
     order by rc.read_at nulls first, s.receiver limit ?`,
    [chainId, KEPT_HOURS, limit],
  );
  return rows.map(({ receiver }) => receiver);
};

export const readReceiverCodes = async (em: Em, address: Address): Promise<ReceiverCodes> => {
  const rows = await em
    .fork()
    .execute<{ id: number; kind: CodeKind }[]>('select chain_id as id, kind from receiver_code where address = ?', [
      address,
    ]);
  return Object.fromEntries(rows.map(({ id, kind }) => [id, kind]));
};

export interface StoreReceiver {
  storeId: string;
  storeName: string;
  merchantId: string;
  isTest: boolean;
  acceptedChainIds: number[] | null;
  codes: ReceiverCodes;
}

/** Stores whose receiver has a gap or a contract somewhere, for operators: the others take every network. */
export const listStoreReceivers = (em: Em, chainIds: readonly number[]): Promise<StoreReceiver[]> =>
  em.fork().execute<StoreReceiver[]>(
    `select s.id as "storeId", s.name as "storeName", s.merchant_id as "merchantId", s.is_test as "isTest",
       s.accepted_chain_ids as "acceptedChainIds", ${CODES_OF_RECEIVER} as codes
     from store s where s.receiver is not null and (
       exists (select from receiver_code rc where rc.address = s.receiver and rc.kind <> 'account')
       or (select count(*) from receiver_code rc where rc.address = s.receiver and rc.chain_id = any(?)) < ?)
     order by s.created_at, s.id limit 200`,
    [`{${chainIds.join(',')}}`, chainIds.length],
  );

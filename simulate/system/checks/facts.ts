// All facts of a run at rest: what the chains have, what the database says, and what receivers and the e-mail provider took.

import type { Em } from '#db/orm.ts';
import { type Address, type Hex, toChecksumAddress } from '#domain/address.ts';
import { chainById } from '#domain/chains.ts';
import { addressFromTopic, balanceFromResult, balanceOfCalldata, TRANSFER_TOPIC } from '#domain/erc20.ts';
import { rpcCall } from '#scripts/lib/stack/json-rpc.ts';
import { CHAIN_IDS } from '../stack.ts';
import type { World } from '../world.ts';

/** A transfer as the node's own logs have it. */
export interface ChainTransfer {
  chainId: number;
  token: Address;
  units: bigint;
  base: bigint;
  from: Address;
  to: Address;
  txHash: string;
  blockHash: string;
  logIndex: number;
}

export interface Intent {
  id: string;
  store: string;
  status: number;
  deposit: Address;
  receiver: Address;
  feeReceiver: Address;
  price: bigint;
  toleranceBps: number;
  confirmedAt: string | null;
  orderId: string | null;
}

export interface Transfer {
  id: string;
  intent: string;
  chainId: number;
  token: Address;
  from: Address;
  base: bigint;
  units: bigint;
  state: 'seen' | 'confirmed' | 'orphaned';
  inPayment: boolean;
  booking: string | null;
  txHash: string;
  blockHash: string;
  logIndex: number;
}

export interface Facts {
  world: World;
  intents: Map<string, Intent>;
  transfers: Transfer[];
  bookings: {
    id: string;
    intent: string;
    store: string;
    kind: string;
    chainId: number;
    token: Address;
    coin: number;
    gross: bigint;
    fee: bigint;
    net: bigint;
  }[];
  reviews: { id: string; intent: string; kind: string; transfer: string; state: string; outcome: string | null }[];
  settlements: {
    intent: string;
    chainId: number;
    token: Address;
    state: string;
    net: bigint | null;
    fee: bigint | null;
    txHash: string | null;
    logIndex: number | null;
    lastError: string | null;
  }[];
  refunds: {
    id: string;
    intent: string;
    /** The reviewed transfer that it refunds whole. */
    transfer: string | null;
    chainId: number;
    token: Address;
    source: string;
    payer: Address;
    to: Address;
    state: string;
    amount: bigint;
    fee: bigint;
    withheld: bigint;
    txHash: string | null;
    logIndex: number | null;
    /** How often a reorganisation removed it after it was confirmed. */
    removals: number;
  }[];
  moves: { intent: string; from: number | null; to: number }[];
  webhooks: {
    id: string;
    transactionId: string;
    intent: string;
    store: string;
    type: string;
    state: string;
    attempts: number;
  }[];
  emails: { id: string; subject: string; kind: string; recipient: string; state: string }[];
  relayers: { chainId: number; address: Address; nextNonce: number; mined: number[] }[];
  /** Into deposit addresses, of our coins. */
  received: ChainTransfer[];
  /** Out of deposit addresses. */
  paidOut: ChainTransfer[];
  /** Every transfer of our coins. */
  moved: ChainTransfer[];
  balanceOf(chainId: number, token: Address, owner: Address): Promise<bigint>;
}

export type Report = (invariant: number, message: string) => void;

const READ = `select json_build_object(
  'intents', (select coalesce(json_agg(json_build_object('id', id, 'store', store_id, 'status', status, 'deposit', deposit_address,
    'receiver', receiver, 'feeReceiver', fee_receiver, 'price', amount_units::text || 'n', 'toleranceBps', tolerance_bps,
    'confirmedAt', confirmed_at, 'orderId', order_id)), '[]') from checkout_intent),
  'transfers', (select coalesce(json_agg(json_build_object('id', id::text, 'intent', intent_id, 'chainId', chain_id, 'token', token,
    'from', from_address, 'base', amount_base_units::text || 'n', 'units', amount_units::text || 'n', 'state', state,
    'inPayment', in_payment, 'booking', booking_id::text, 'txHash', tx_hash, 'blockHash', block_hash, 'logIndex', log_index)), '[]')
    from token_transfer),
  'bookings', (select coalesce(json_agg(json_build_object('id', id::text, 'intent', intent_id, 'store', store_id, 'kind', kind,
    'chainId', chain_id, 'token', token, 'coin', coin, 'gross', gross_units::text || 'n', 'fee', fee_units::text || 'n',
    'net', net_units::text || 'n')), '[]') from booking),
  'reviews', (select coalesce(json_agg(json_build_object('id', id::text, 'intent', intent_id, 'kind', kind,
    'transfer', transfer_id::text, 'state', state, 'outcome', outcome)), '[]') from review_item),
  'settlements', (select coalesce(json_agg(json_build_object('intent', intent_id, 'chainId', chain_id, 'token', token, 'state', state,
    'net', net_base_units::text || 'n', 'fee', fee_base_units::text || 'n', 'txHash', tx_hash, 'logIndex', log_index,
    'lastError', last_error)), '[]') from settlement),
  'refunds', (select coalesce(json_agg(json_build_object('id', id::text, 'intent', intent_id, 'transfer', transfer_id::text, 'chainId', chain_id, 'token', token,
    'source', source, 'payer', payer_address, 'to', to_address, 'state', state, 'amount', amount_base_units::text || 'n',
    'fee', fee_base_units::text || 'n', 'withheld', withheld_base_units::text || 'n', 'txHash', tx_hash, 'logIndex', log_index,
    'removals', removals)), '[]') from send_back),
  'moves', (select coalesce(json_agg(json_build_object('intent', intent_id, 'from', status_from, 'to', status_to) order by id), '[]')
    from timeline_event where status_to is not null),
  'webhooks', (select coalesce(json_agg(json_build_object('id', id, 'transactionId', transaction_id, 'intent', intent_id,
    'store', store_id, 'type', event_type, 'state', state,
    'attempts', (select count(*) from webhook_attempt a where a.event_id = e.id))), '[]') from webhook_event e),
  'emails', (select coalesce(json_agg(json_build_object('id', id, 'subject', subject_id, 'kind', kind, 'recipient', recipient,
    'state', state)), '[]') from email_message),
  'relayers', (select coalesce(json_agg(json_build_object('chainId', a.chain_id, 'address', a.address, 'nextNonce', a.next_nonce,
    'mined', (select coalesce(json_agg(t.nonce order by t.nonce), '[]') from relayer_tx t
      where t.chain_id = a.chain_id and t.relayer = a.address and t.state = 'mined'))), '[]') from relayer_account a)
)::text as everything`;

const revive = (_key: string, value: unknown): unknown =>
  typeof value === 'string' && /^-?\d+n$/.test(value) ? BigInt(value.slice(0, -1)) : value;

interface Log {
  address: string;
  topics: Hex[];
  data: Hex;
  transactionHash: string;
  blockHash: string;
  logIndex: string;
}

const chainTransfers = async ({ stack }: World): Promise<ChainTransfer[]> => {
  const perToken = CHAIN_IDS.flatMap((chainId) => chainById(chainId).tokens.map((token) => ({ chainId, token })));
  const found = await Promise.all(
    perToken.map(async ({ chainId, token }) => {
      const filter = { fromBlock: '0x0', toBlock: 'latest', address: token.address, topics: [TRANSFER_TOPIC] };
      const logs = await rpcCall<Log[]>(stack.nodeUrl(chainId), 'eth_getLogs', [filter], 60_000);
      return logs.map(({ topics, data, transactionHash, blockHash, logIndex }) => ({
        chainId,
        token: token.address,
        base: BigInt(data),
        units: BigInt(data) * 10n ** BigInt(18 - token.decimals),
        from: addressFromTopic(topics[1] ?? '0x'),
        to: addressFromTopic(topics[2] ?? '0x'),
        txHash: transactionHash,
        blockHash,
        logIndex: Number(logIndex),
      }));
    }),
  );
  return found.flat().filter(({ base }) => base > 0n);
};

type StoredFacts = Omit<Facts, 'world' | 'received' | 'paidOut' | 'moved' | 'balanceOf'>;

/** What the database says. */
export const readStoredFacts = async (em: Em): Promise<StoredFacts> => {
  const [row] = await em.fork().execute<{ everything: string }[]>(READ);
  const read = JSON.parse(row?.everything ?? '{}', revive) as Omit<StoredFacts, 'intents'> & { intents: Intent[] };
  return { ...read, intents: new Map(read.intents.map((intent) => [intent.id, intent])) };
};

export const readFacts = async (world: World): Promise<Facts> => {
  const { stack } = world;
  const stored = await readStoredFacts(stack.orm.em);
  const all = await chainTransfers(world);
  const deposits = new Set<string>([...stored.intents.values()].map(({ deposit }) => deposit));
  return {
    ...stored,
    world,
    moved: all,
    received: all.filter(({ to }) => deposits.has(to)),
    paidOut: all.filter(({ from }) => deposits.has(from)),
    async balanceOf(chainId, token, owner) {
      const call = { to: token, data: balanceOfCalldata(toChecksumAddress(owner)) };
      const nodeUrl = stack.nodeUrl(chainId as (typeof CHAIN_IDS)[number]);
      return balanceFromResult(await rpcCall<Hex>(nodeUrl, 'eth_call', [call, 'latest'])) ?? 0n;
    },
  };
};

export const total = <Row>(rows: readonly Row[], amount: (row: Row) => bigint): bigint =>
  rows.reduce((sum, row) => sum + amount(row), 0n);

export const sumBy = <Row>(rows: readonly Row[], key: (row: Row) => string, amount: (row: Row) => bigint) => {
  const sums = new Map<string, bigint>();
  for (const row of rows) sums.set(key(row), (sums.get(key(row)) ?? 0n) + amount(row));
  return sums;
};

/** Every difference between two tables of amounts, as text. Zeros count as absent. */
export const differences = (one: ReadonlyMap<string, bigint>, other: ReadonlyMap<string, bigint>): string[] =>
  [...new Set([...one.keys(), ...other.keys()])].flatMap((key) => {
    const [a, b] = [one.get(key) ?? 0n, other.get(key) ?? 0n];
    return a === b ? [] : [`${key}: ${a}, not ${b}`];
  });

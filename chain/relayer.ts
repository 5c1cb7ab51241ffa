// The relayer of a chain: calls the factory for many deposits at once. It holds only gas and can only pay the addresses in the terms
// (docs/architecture.md section 6). It has one or more keys, each with its own line of nonces (decision 0100). Two relayers are harmless:
// one holds the lease of a key, and the ledger checks its token.
import { setTimeout as delay } from 'node:timers/promises';
import { Wallet } from 'ethers';
import type { Address } from '#domain/address.ts';
import type { Chain } from '#domain/chains.ts';
import { LeaseLostError } from '#domain/errors.ts';
import type { SettledNews } from '#domain/settlements.ts';
import { createGasMemory } from './gas-market.ts';
import {
  defaultRelayerOptions,
  lineOf,
  type RelayerContext,
  type RelayerLine,
  type RelayerOptions,
} from './relayer-context.ts';
import { follow } from './relayer-transactions.ts';
import type { RpcPool } from './rpc-pool.ts';
import { settleDue } from './settle-due.ts';
import type { SettlementLedger } from './settlement-ledger.ts';
import type { WatcherLog } from './watch-session.ts';

export interface RelayerDeps {
  chain: Chain;
  pool: RpcPool;
  ledger: SettlementLedger;
  /** Each pays for gas; nothing else is ever sent to one. At least one. */
  privateKeys: readonly string[];
  log: WatcherLog;
  /** Names this run in the leases; two at once need two names. */
  owner: string;
  /** Told of each settlement that a transaction of ours has paid, once it is as deep as the chain's rule asks. */
  onSettled?: ((news: SettledNews) => void) | undefined;
}

/** Of each key. */
const NONCES_IN_FLIGHT = 4;
const FAILURE_WAIT_MS = 1_000;

/** A key, or an address whose key was taken away, and its line while this run holds the lease. */
interface Member {
  context: RelayerContext;
  line: RelayerLine | null;
  /** When the lease was last taken, renewed or asked for. */
  leaseAt: number;
  /** What the ledger says of it; undefined: not known. */
  shown: string | null | undefined;
}

export const createRelayer = (deps: RelayerDeps, overrides: Partial<RelayerOptions> = {}) => {
  const { chain, pool, ledger, log, owner } = deps;
  const options = { ...defaultRelayerOptions(chain), ...overrides };
  const market = createGasMemory({ chainId: chain.id, pool, ledger }, options.pricesKeptMs);
  const wallets = deps.privateKeys.map((key) => new Wallet(key));
  const memberOf = (relayer: Address, wallet: Wallet | null): Member => ({
    context: { chain, pool, ledger, wallet, relayer, options, market, onSettled: deps.onSettled },
    ...{ line: null, leaseAt: Number.NEGATIVE_INFINITY, shown: undefined },
  });

  const findMembers = async (): Promise<Member[]> => {
    const keys = wallets.map((wallet) => memberOf(wallet.address as Address, wallet));
    const known = keys.map(({ context }) => context.relayer);
    const left = (await ledger.accountsInFlight(chain.id)).filter((account) => !known.includes(account));
    for (const account of left) log.warn({ chainId: chain.id, account }, 'a relayer without a key is followed');
    return [...keys, ...left.map((account) => memberOf(account, null))];
  };

  /** Takes the lease when it is free, and renews it in time. */
  const holdLease = async (member: Member): Promise<void> => {
    const age = performance.now() - member.leaseAt;
    if (member.line === null) {
      if (age < FAILURE_WAIT_MS) return;
      const lease = await ledger.acquireLease(chain.id, member.context.relayer, owner, options.leaseMs);
      if (lease) member.line = lineOf(member.context, lease);
      member.shown = undefined;
    } else if (age > options.leaseMs / 3) await ledger.renewLease(member.line.lease, options.leaseMs);
    else return;
    member.leaseAt = performance.now();
  };

  const say = async (member: Member, line: RelayerLine, ofChain: string | null): Promise<void> => {
    const { failure, lease } = line;
    if (failure !== null) log.warn({ chainId: chain.id, err: failure }, 'relayer step failed');
    const label = failure === null ? ofChain : failure instanceof Error ? failure.message : String(failure);
    if (label === member.shown) return;
    if (label) log.warn({ chainId: chain.id, relayer: lease.relayer, trouble: label }, 'relayer in trouble');
    await ledger.setTrouble(lease, label);
    member.shown = label;
  };

  /** Gives a line up whose lease somebody else has now. Other errors are thrown. */
  const unlessLost = async (member: Member, work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof LeaseLostError)) throw error;
      member.line = null;
    }
  };

  /** @returns how long to wait */
  const round = async (members: readonly Member[]): Promise<number> => {
    for (const member of members) await unlessLost(member, () => holdLease(member));
    const lines = members.flatMap(({ line }) => line ?? []);
    if (lines.length === 0) return FAILURE_WAIT_MS;
    await relayStep(lines);
    const ofChain = await ledger.stuckMessage(chain.id, options.retry.attemptsUntilTrouble);
    for (const member of members) {
      const { line } = member;
      if (line?.failure instanceof LeaseLostError) member.line = null;
      else if (line) await unlessLost(member, () => say(member, line, ofChain));
    }
    if (options.settleWithinMs > 0) await market.sample();
    return lines.some(({ failure }) => failure !== null) ? Math.max(options.pollMs, FAILURE_WAIT_MS) : options.pollMs;
  };

  return {
    /**
     * Relays until aborted, and then gives up its leases. Never throws: what fails is logged, shown as trouble, tried again.
     */
    async run(signal: AbortSignal, onTick: () => void = () => {}): Promise<void> {
      let members: Member[] = [];
      while (!signal.aborted) {
        onTick();
        let wait = FAILURE_WAIT_MS;
        try {
          if (members.length === 0) members = await findMembers();
          wait = await round(members);
        } catch (error) {
          log.warn({ chainId: chain.id, err: error }, 'relayer stopped by an error; it starts again');
        }
        await delay(wait, undefined, { signal }).catch(() => {});
      }
      for (const { line } of members) if (line) await ledger.releaseLease(line.lease).catch(() => {});
    },
  };
};

/**
 * Looks after each key's transactions in flight, then sends a batch of what is due with one of the keys. Never throws: a line keeps why
 * its part failed, and the others go on.
 */
export const relayStep = async (lines: readonly RelayerLine[]): Promise<void> => {
  for (const line of lines) {
    await keepingFailure([line], async () => {
      line.open = await follow(line.context, line.lease, line.lostSince);
    });
  }
  const senders = lines.filter(({ failure, context }) => failure === null && context.wallet !== null);
  const [first, ...more] = senders.filter(({ open }) => open.count < NONCES_IN_FLIGHT);
  if (!first) return;
  const able = [first, ...more] as const;
  await keepingFailure(able, () => settleDue(able, able.length < senders.length));
};

const keepingFailure = async (lines: readonly RelayerLine[], work: () => Promise<void>): Promise<void> => {
  let failure: unknown = null;
  try {
    await work();
  } catch (error) {
    failure = error;
  }
  for (const line of lines) line.failure = failure;
};

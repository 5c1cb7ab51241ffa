// Simulated payments of test stores (decision 0080): which scenarios there are, and what each pays.
import type { Address } from './address.ts';
import { type Chain, type Token, tokenOf } from './chains.ts';
import type { CoinId } from './coins.ts';
import { add, type BaseUnits, larger, smaller, subtract, toBaseUnitsCeil, type Units, unitsOf } from './money.ts';

export const SCENARIOS = ['paid', 'short', 'over', 'late', 'expired', 'reorganised', 'wrong_coin'] as const;
export type Scenario = (typeof SCENARIOS)[number];
export const isScenario = (text: unknown): text is Scenario => SCENARIOS.some((known) => known === text);

/** Scenarios that end the time to pay at once. */
export const endsTheClock = (scenario: Scenario): boolean => scenario === 'late' || scenario === 'expired';

/** What a scenario needs to know of an order. */
export interface SimulatedOrder {
  amountUnits: Units;
  /** What counts toward the price so far. */
  receivedUnits: Units;
  /** Waits for its payment: neither paid nor ended. */
  isOpen: boolean;
  acceptedCoins: readonly CoinId[];
  acceptedChainIds: readonly number[];
  acceptsBridgedTokens: boolean;
}

export interface SimulatedTransfer {
  chainId: number;
  coin: CoinId;
  token: Address;
  amountBaseUnits: BaseUnits;
  decimals: number;
}

export type SimulationProblem =
  /** No accepted chain is a local one that is on. */
  | 'test_chain_unavailable'
  /** The order is paid or has ended, so there is nothing to do. */
  | 'nothing_due'
  /** The order accepts every coin of its chains. */
  | 'no_other_coin';

/** What the scenario pays; `transfer` is null when it pays nothing. @param chains those that are on */
export const planSimulation = (
  order: SimulatedOrder,
  scenario: Scenario,
  chains: readonly Chain[],
): { transfer: SimulatedTransfer | null } | { problem: SimulationProblem } => {
  const local = chains.filter(({ id, local }) => local && order.acceptedChainIds.includes(id));
  if (local.length === 0) return { problem: 'test_chain_unavailable' };
  if (scenario !== 'over' && scenario !== 'late' && scenario !== 'wrong_coin' && !order.isOpen) {
    return { problem: 'nothing_due' };
  }
  if (scenario === 'expired') return { transfer: null };
  const found = scenario === 'wrong_coin' ? otherToken(order, local) : acceptedToken(order, local);
  if (!found) return { problem: scenario === 'wrong_coin' ? 'no_other_coin' : 'test_chain_unavailable' };
  const { chain, token } = found;
  const amountBaseUnits = toBaseUnitsCeil(amountOf(order, scenario), token.decimals);
  return {
    transfer: {
      ...{ chainId: chain.id, coin: token.coin, token: token.address },
      ...{ amountBaseUnits, decimals: token.decimals },
    },
  };
};

const share = (units: Units, parts: bigint): Units => unitsOf((units + parts - 1n) / parts);

const amountOf = ({ amountUnits, receivedUnits }: SimulatedOrder, scenario: Scenario): Units => {
  const due = subtract(amountUnits, smaller(receivedUnits, amountUnits));
  switch (scenario) {
    case 'short':
      return share(due, 2n);
    case 'over':
      return add(due, share(amountUnits, 10n));
    case 'late':
    case 'wrong_coin':
      return amountUnits;
    default:
      // Dust still due within the tolerance is paid too.
      return larger(due, unitsOf(1n));
  }
};

interface Place {
  chain: Chain;
  token: Token;
}

const acceptedToken = ({ acceptedCoins }: SimulatedOrder, chains: readonly Chain[]): Place | undefined =>
  chains
    .flatMap((chain) => acceptedCoins.map((coin) => ({ chain, token: tokenOf(chain, coin) })))
    .find((place): place is Place => place.token !== undefined);

/** Another coin, or else a bridged token that the order does not take. */
const otherToken = (order: SimulatedOrder, chains: readonly Chain[]): Place | undefined => {
  const places = chains.flatMap((chain) => chain.tokens.map((token) => ({ chain, token })));
  return (
    places.find(({ token }) => !order.acceptedCoins.includes(token.coin)) ??
    places.find(({ token }) => token.isBridged && !order.acceptsBridgedTokens)
  );
};

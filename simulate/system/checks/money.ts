// Invariants 1, 2, 4, 10, 11 and 12: the ledger is the chain, money is paid once, and every figure adds up.
import { readRefundableOrder } from '#db/refunds/refundable-order.ts';
import { chainById } from '#domain/chains.ts';
import type { IntentId } from '#domain/ids.ts';
import { rpcCall } from '#scripts/lib/stack/json-rpc.ts';
import { readView } from '../pages.ts';
import type { CHAIN_IDS } from '../stack.ts';
import { type ChainTransfer, differences, type Facts, type Intent, type Report, sumBy, total } from './facts.ts';

const keyOf = ({
  chainId,
  blockHash,
  txHash,
  logIndex,
}: Pick<ChainTransfer, 'chainId' | 'blockHash' | 'txHash' | 'logIndex'>) =>
  `${chainId}:${blockHash}:${txHash}:${logIndex}`;

/** 1: every transfer on a chain is in the ledger once, and nothing else is. */
export const ledgerIsChain = ({ intents, transfers, received }: Facts, report: Report): void => {
  const byDeposit = new Map([...intents.values()].map((intent) => [intent.deposit, intent.id]));
  const live = transfers.filter(({ state }) => state !== 'orphaned');
  const rows = new Map(live.map((row) => [keyOf(row), row]));
  if (rows.size !== live.length) report(1, 'a transfer is in the ledger twice');
  const real = new Set(received.map(keyOf));
  for (const one of received) {
    const row = rows.get(keyOf(one));
    if (!row)
      report(1, `${one.base} of ${one.txHash} to ${byDeposit.get(one.to)} on ${one.chainId} are not in the ledger`);
    else if (row.base !== one.base || row.units !== one.units || row.from !== one.from || row.token !== one.token)
      report(1, `${one.txHash} is not stored as it is on the chain`);
    else if (row.intent !== byDeposit.get(one.to)) report(1, `${one.txHash} is stored with another order`);
    else if (row.state !== 'confirmed') report(1, `${one.txHash} is final on its chain and ${row.state} in the ledger`);
  }
  for (const [key, { txHash, intent, state }] of rows)
    if (!real.has(key)) report(1, `${txHash} of ${intent} is ${state} in the ledger, and not on its chain`);
};

const isUndone = ({ transfers }: Facts, id: string): boolean =>
  transfers.some(
    ({ intent, inPayment, state, booking }) => intent === id && state === 'orphaned' && (inPayment || booking !== null),
  );

/** 2: paid means that the money came, or that a person accepted what came. */
export const paidWithMoney = (facts: Facts, report: Report): void => {
  for (const { id, status, price, toleranceBps, confirmedAt } of facts.intents.values()) {
    if (status !== 20) {
      if (confirmedAt !== null && status !== 5) report(2, `${id} was confirmed and is ${status}`);
      continue;
    }
    const parts = facts.transfers.filter((row) => row.intent === id && row.inPayment && row.state === 'confirmed');
    const isEnough = total(parts, ({ units }) => units) >= price - (price * BigInt(toleranceBps)) / 10_000n;
    const reviews = facts.reviews.filter(({ intent }) => intent === id);
    const isAccepted = reviews.some(({ outcome }) => outcome === 'accepted');
    if (isEnough || isAccepted) continue;
    // A reorganisation that was deeper than the confirmations took it: then a person was asked.
    if (!isUndone(facts, id)) report(2, `${id} is paid with ${total(parts, ({ units }) => units)} of ${price}`);
    else if (!reviews.some(({ kind }) => kind === 'reorg_after_confirmed'))
      report(2, `${id} lost its payment after it was confirmed, and nobody was asked`);
  }
};

const placeOf = (id: string, chainId: number, token: string): string => `${id} ${chainId} ${token}`;

/** 4 and 10: what came is what was paid out and what is held; each settlement is one payment of the contract. */
export const paidOutOnce = async (facts: Facts, report: Report): Promise<void> => {
  const { intents, received, paidOut, settlements } = facts;
  const byDeposit = new Map([...intents.values()].map((intent) => [intent.deposit as string, intent]));
  const idOf = (deposit: string): string => byDeposit.get(deposit)?.id ?? deposit;
  const came = sumBy(
    received,
    ({ to, chainId, token }) => placeOf(idOf(to), chainId, token),
    ({ base }) => base,
  );
  const left = sumBy(
    paidOut,
    ({ from, chainId, token }) => placeOf(idOf(from), chainId, token),
    ({ base }) => base,
  );
  for (const [place, base] of came) {
    const [id = '', chainId = '', token = ''] = place.split(' ');
    const intent = intents.get(id);
    if (!intent) continue;
    const held = await facts.balanceOf(Number(chainId), token as Intent['deposit'], intent.deposit);
    const out = left.get(place) ?? 0n;
    if (base !== out + held) report(4, `${place}: ${base} came, ${out} were paid out, ${held} are held`);
  }
  const settled = ownSettlements(facts);
  const ids = settled.map(({ chainId, txHash, logIndex }) => `${chainId}:${txHash}:${logIndex}`);
  if (new Set(ids).size !== ids.length) report(4, 'two settlements are one payment of the contract');
  const known = sumBy(
    settled,
    ({ intent, chainId, token }) => placeOf(intent, chainId, token),
    ({ net, fee }) => (net ?? 0n) + (fee ?? 0n),
  );
  for (const { intent, chainId, token, amount } of releases(facts)) {
    const place = placeOf(intent, chainId, token);
    known.set(place, (known.get(place) ?? 0n) + amount);
  }
  for (const difference of differences(left, known))
    report(4, `paid out by the chain and by the ledger: ${difference}`);
  for (const { intent, state, lastError } of settlements)
    if (state !== 'settled' && !isUndone(facts, intent))
      report(4, `a settlement of ${intent} is ${state}: ${lastError}`);
  receiversGot(facts, report);
  await paymentsArePaidOut(facts, came, report);
};

const releases = ({ refunds }: Facts) =>
  refunds.filter(({ source, state }) => source === 'deposit' && state === 'confirmed');

/** A release that emptied an address closes its settlement with its own event. */
const ownSettlements = (facts: Facts) => {
  const released = new Set(releases(facts).map(({ chainId, txHash, logIndex }) => `${chainId}:${txHash}:${logIndex}`));
  return facts.settlements.filter(
    ({ state, chainId, txHash, logIndex }) => state === 'settled' && !released.has(`${chainId}:${txHash}:${logIndex}`),
  );
};

/** 10: merchants and platform got to the last unit what the ledger says. */
const receiversGot = (facts: Facts, report: Report): void => {
  const { intents, paidOut } = facts;
  const settled = ownSettlements(facts);
  const to = (address: string, chainId: number, token: string): string => `${address} ${chainId} ${token}`;
  const got = sumBy(
    paidOut,
    (one) => to(one.to, one.chainId, one.token),
    ({ base }) => base,
  );
  const due = new Map<string, bigint>();
  for (const { intent: id, chainId, token, net, fee } of settled) {
    const intent = intents.get(id);
    if (!intent) continue;
    for (const [address, base] of [
      [intent.receiver, net],
      [intent.feeReceiver, fee],
    ] as const) {
      const key = to(address, chainId, token);
      due.set(key, (due.get(key) ?? 0n) + (base ?? 0n));
    }
  }
  for (const { intent, chainId, token, to: payee, amount, fee } of releases(facts)) {
    const parts = [
      [payee, amount - fee],
      [intents.get(intent)?.feeReceiver ?? payee, fee],
    ] as const;
    for (const [address, base] of parts) {
      const key = to(address, chainId, token);
      due.set(key, (due.get(key) ?? 0n) + base);
    }
  }
  for (const difference of differences(got, due)) report(10, `received by the chain and by the books: ${difference}`);
};

/** 4: nothing of a payment is left at its deposit address. */
const paymentsArePaidOut = async (facts: Facts, came: ReadonlyMap<string, bigint>, report: Report): Promise<void> => {
  for (const place of came.keys()) {
    const [id = '', chainId = '', token = ''] = place.split(' ');
    const intent = facts.intents.get(id);
    const rows = facts.transfers.filter(
      (row) => row.intent === id && row.chainId === Number(chainId) && row.token === token && row.state === 'confirmed',
    );
    if (intent?.status !== 20 || rows.length === 0 || rows.some(({ inPayment }) => !inPayment)) continue;
    const held = await facts.balanceOf(Number(chainId), token as Intent['deposit'], intent.deposit);
    if (held > 0n) report(4, `${held} of the payment of ${id} are still at its address on ${chainId}`);
  }
};

/** 4: the relayer's nonces have no gap, and each is used by one transaction. */
export const noncesHaveNoGap = async ({ world, relayers }: Facts, report: Report): Promise<void> => {
  for (const { chainId, address, nextNonce, mined } of relayers) {
    const nodeUrl = world.stack.nodeUrl(chainId as (typeof CHAIN_IDS)[number]);
    const count = Number(await rpcCall<string>(nodeUrl, 'eth_getTransactionCount', [address, 'latest']));
    if (count !== nextNonce)
      report(4, `the relayer of ${chainId} has sent ${count} transactions and counts ${nextNonce}`);
    const first = mined[0] ?? 0;
    const hasGap = mined.some((nonce, index) => nonce !== first + index);
    if (hasGap) report(4, `the relayer's nonces on ${chainId} have a gap or a repetition: ${mined.join(' ')}`);
  }
};

/** 11: nobody is offered more than they sent, in the coin and on the chain where they sent it. */
export const offersAreFair = async ({ world, intents, transfers }: Facts, report: Report): Promise<void> => {
  const em = world.stack.orm.em.fork();
  const byIntent = Map.groupBy(
    transfers.filter(({ state }) => state === 'confirmed'),
    ({ intent }) => intent,
  );
  for (const [intent, rows] of byIntent) {
    const sent = sumBy(
      rows,
      ({ chainId, token, from }) => `${chainId} ${token} ${from}`,
      ({ base }) => base,
    );
    const order = await readRefundableOrder(em, intents.get(intent)?.store ?? '', intent as IntentId);
    for (const { chainId, token, payer, remainingBaseUnits } of order?.shares ?? []) {
      const own = sent.get(`${chainId} ${token} ${payer}`) ?? 0n;
      if (remainingBaseUnits > own)
        report(11, `${payer} is offered ${remainingBaseUnits} for ${intent} and sent ${own}`);
    }
  }
};

/** 12: bookings are the sums of their transfers, by token; nothing of a payment is unbooked. */
export const bookingsAddUp = (
  { bookings, transfers, intents, refunds }: Pick<Facts, 'bookings' | 'transfers' | 'intents' | 'refunds'>,
  report: Report,
): void => {
  const parts = Map.groupBy(transfers, ({ booking }) => booking ?? '');
  for (const { id, intent, chainId, token, gross, fee, net } of bookings) {
    const own = parts.get(id) ?? [];
    if (own.some((row) => row.intent !== intent || row.chainId !== chainId || row.token !== token))
      report(12, `a booking of ${intent} mixes tokens, networks or orders`);
    if (total(own, ({ units }) => units) !== gross)
      report(12, `a booking of ${intent} is ${gross}, its transfers are not`);
    if (fee + net !== gross) report(12, `a booking of ${intent}: fee and net are not the gross amount`);
  }
  const paid = new Set(bookings.flatMap(({ intent, kind }) => (kind === 'payment' ? [intent] : [])));
  for (const { id, confirmedAt } of intents.values())
    if ((confirmedAt !== null) !== paid.has(id)) report(12, `${id} is confirmed or has a booked payment, and not both`);
  // Money whose refund the merchant's wallet paid is the merchant's, and booked (decision 0054), also when that refund was removed later.
  const refunded = new Set(
    refunds.flatMap(({ transfer, source, state, removals }) =>
      source !== 'deposit' && (state === 'confirmed' || removals > 0) ? [transfer] : [],
    ),
  );
  for (const { id, intent, booking, txHash } of transfers)
    if (booking !== null && intents.get(intent)?.confirmedAt === null && !refunded.has(id))
      report(12, `${txHash} of ${intent} is booked: neither was the order paid nor this transfer refunded`);
  for (const { inPayment, booking, state, txHash } of transfers)
    if (inPayment && state === 'confirmed' && booking === null)
      report(12, `${txHash} is in a payment and in no booking`);
};

/** Four places, and more where the amount has them, as pages and the API show it. */
const shown = (units: bigint): string => {
  const digits = units.toString().padStart(19, '0');
  const places = digits.slice(-18).replace(/0+$/, '').padEnd(4, '0');
  return `${digits.slice(0, -18)}.${places}`;
};

/** As people call a token: two of one coin have two names. */
const nameOf = ({ chainId, token }: { chainId: number; token: string }): string =>
  chainById(chainId).tokens.find(({ address }) => address === token)?.name ?? token;

/** 12: the paid page shows each token's sum, and the API the sum of the payment. */
export const pagesAddUp = async (facts: Facts, report: Report): Promise<void> => {
  const { world, bookings, intents } = facts;
  for (const order of world.orders) {
    if (intents.get(order.id)?.status !== 20) continue;
    const payment = bookings.filter(({ intent, kind }) => intent === order.id && kind === 'payment');
    const byName = sumBy(payment, nameOf, ({ gross }) => gross);
    const expected = [...byName].map(([name, units]) => `${shown(units)} ${name}`).sort();
    const view = await readView(world, order);
    const read = (view?.state.amount ?? '').split(' + ').sort();
    if (read.join() !== expected.join())
      report(12, `the page of ${order.id} shows ${read}, its bookings are ${expected}`);
    const got = await order.shop.client.getCheckout(order.id);
    const sum = shown(total(payment, ({ gross }) => gross));
    if (got.actual_paid_amount !== sum)
      report(12, `the API says ${got.actual_paid_amount} of ${order.id}, its bookings ${sum}`);
  }
};

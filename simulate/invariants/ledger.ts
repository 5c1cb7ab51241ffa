// Invariants 1 and 4: the ledger is the chain, and money is paid out once.
import { balanceOf } from '../chain/contracts.ts';
import { isDust } from '../model.ts';
import type { TrueTransfer } from '../world/truth.ts';
import type { Check, Facts, OrderCase, Report } from './check.ts';
import type { TransferRow } from './snapshot.ts';

type Key = Pick<TransferRow, 'chainId' | 'blockHash' | 'txHash' | 'logIndex'>;
const keyOf = ({ chainId, blockHash, txHash, logIndex }: Key): string =>
  `${chainId}:${blockHash}:${txHash}:${logIndex}`;

const isSame = (row: TransferRow, real: TrueTransfer): boolean =>
  row.base === real.baseUnits &&
  row.units === real.units &&
  row.from === real.from &&
  row.token === real.token.address &&
  row.coin === real.token.coin &&
  row.blockTime === real.blockTime;

/** 1: every final transfer is in the ledger exactly once, as it is on the chain; nothing else is. */
export const ledgerIsChain: Check = ({ orders, isSettled }, report) => {
  for (const { order, real, rows } of orders) {
    const live = rows.filter(({ state }) => state !== 'orphaned');
    const byKey = new Map(live.map((row) => [keyOf(row), row]));
    if (byKey.size !== live.length) report(1, `order ${order.name} has a transfer twice`);
    for (const transfer of real) {
      const row = byKey.get(keyOf(transfer));
      if (row && !isSame(row, transfer)) report(1, `order ${order.name}: ${transfer.txHash} is stored wrongly`);
      if (!isSettled) continue;
      if (!row) report(1, `order ${order.name}: ${transfer.units} units of ${transfer.txHash} are not in the ledger`);
      else if (row.state !== 'confirmed')
        report(1, `order ${order.name}: ${transfer.txHash} is final and not confirmed`);
    }
    const onChain = new Set(real.map(keyOf));
    if (!isSettled) continue;
    for (const row of live)
      if (!onChain.has(keyOf(row)))
        report(1, `order ${order.name}: ${row.txHash} is in the ledger and not on the chain`);
  }
};

const chainLogs = ({ world }: Facts): Map<string, bigint> => {
  const paid = new Map<string, bigint>();
  // Settled: deposit, token, paid, fee. Released: deposit, token, to, paid, fee, digest.
  for (const { chain, blocks } of world.truth.chains)
    for (const { txs } of blocks)
      for (const { tx, logs, firstLog } of txs)
        for (const [index, { data }] of logs.entries())
          if (data.length === 2 + 4 * 64 || data.length === 2 + 6 * 64) {
            const from = data.length === 2 + 4 * 64 ? 2 : 3;
            const word = (place: number): bigint => BigInt(`0x${data.slice(2 + place * 64, 66 + place * 64)}`);
            paid.set(`${chain.id}:${tx.hash}:${firstLog + index}`, word(from) + word(from + 1));
          }
  return paid;
};

/** 4: each settlement is one payment of the contract, and no two are the same; paid out and held is what was received. */
export const paidOnce: Check = (facts, report) => {
  const logs = chainLogs(facts);
  const seen = new Set<string>();
  for (const one of facts.orders) {
    const settlements = facts.snapshot.settlements.filter(({ intent }) => intent === one.order.id);
    for (const { chainId, txHash, logIndex, state, net, fee } of settlements) {
      if (state !== 'settled') continue;
      const key = `${chainId}:${txHash}:${logIndex}`;
      if (seen.has(key)) report(4, `order ${one.order.name}: two settlements are the payment ${key}`);
      seen.add(key);
      if (!facts.isSettled) continue;
      const paid = logs.get(key);
      const isWrong = paid === undefined || paid !== (net ?? 0n) + (fee ?? 0n);
      if (isWrong) report(4, `order ${one.order.name}: ${key} paid ${paid}, the ledger says ${net} and ${fee}`);
    }
    if (facts.isSettled) balanceOfDeposit(facts, one, settlements, report);
  }
};

/** What was received is what was paid out by the ledger, plus what the deposit address holds. */
const balanceOfDeposit = (
  { world, snapshot }: Facts,
  { order, intent, real, rows }: OrderCase,
  settlements: Facts['snapshot']['settlements'],
  report: Report,
): void => {
  for (const token of world.truth.tokens) {
    const sim = world.truth.chains.find(({ chain }) => chain.id === token.chainId);
    if (!sim) continue;
    const isHere = (row: { chainId: number; token: string }): boolean =>
      row.chainId === token.chainId && row.token === token.address;
    const received = real.filter((one) => one.chainId === token.chainId && one.token.address === token.address);
    const sum = received.reduce((total, { baseUnits }) => total + baseUnits, 0n);
    const held = balanceOf(sim.head().state, token.address, order.deposit);
    const paid = settlements
      .filter((row) => isHere(row) && row.state === 'settled')
      .reduce((total, { net, fee }) => total + (net ?? 0n) + (fee ?? 0n), 0n);
    const returned = snapshot.refunds
      .filter((row) => row.intent === order.id && isHere(row) && row.state === 'confirmed' && row.source === 'deposit')
      .reduce((total, { base }) => total + base, 0n);
    const difference = sum - held - paid - returned;
    // Where anybody settled money that no payment has, the ledger learns of it when a person decides.
    if (difference < 0n || (difference > 0n && !order.isSettledByOthers)) {
      report(
        4,
        `order ${order.name}, ${token.chainId}: received ${sum}, paid out ${paid}, refunded ${returned}, held ${held}`,
      );
    }
    const open = settlements.find((row) => isHere(row) && row.state !== 'settled');
    if (open && sum === 0n && held === 0n) {
      report(
        4,
        `order ${order.name}, ${token.chainId}: a settlement waits for money that no block has (${open.lastError})`,
      );
    }
    const hasMoneyInPayment = rows.some((row) => isHere(row) && row.inPayment && row.state === 'confirmed');
    const isAllInPayment = rows.every(
      (row) => !isHere(row) || row.inPayment || row.state === 'orphaned' || isDust(row.units),
    );
    const arrivedLater = rows.some((row) => isHere(row) && !row.inPayment);
    if (intent.status === 20 && hasMoneyInPayment && isAllInPayment && !arrivedLater && held > 0n) {
      const state = settlements.find(isHere);
      report(
        4,
        `order ${order.name}, ${token.chainId}: ${held} of the payment are not paid out (${state?.state}: ${state?.lastError})`,
      );
    }
  }
};

// The factory's payouts and tokens' transfers, from logs, as the verification of the books compares them.
import { addressFromWord, wordsOf } from '#domain/abi.ts';
import { toChecksumAddress } from '#domain/address.ts';
import type { ChainTransfer, Payout } from '#domain/books/book-facts.ts';
import { parseTransferLog } from '#domain/erc20.ts';
import { baseUnitsOf } from '#domain/money.ts';
import type { Log, LogFilter } from './block-reader.ts';
import { RELEASED_TOPIC, SETTLED_TOPIC } from './settlement-batch.ts';

/** Topics of the events that take money out of a deposit address. */
export const PAYOUT_TOPICS: LogFilter['topics'] = [[SETTLED_TOPIC, RELEASED_TOPIC]];

/** Undefined for another event. */
export const payoutOf = ({ topics, data, txHash, logIndex, blockNumber }: Log): Payout | undefined => {
  const isRelease = topics[0] === RELEASED_TOPIC;
  if (!isRelease && topics[0] !== SETTLED_TOPIC) return undefined;
  const [deposit, token, ...rest] = wordsOf(data);
  const to = isRelease ? rest.shift() : undefined;
  const [paid, fee] = rest;
  if (!deposit || !token || !paid || !fee) return undefined;
  return {
    kind: isRelease ? 'released' : 'settled',
    deposit: addressFromWord(deposit),
    token: addressFromWord(token),
    to: to === undefined ? null : addressFromWord(to),
    paidBaseUnits: baseUnitsOf(`0x${paid}`),
    feeBaseUnits: baseUnitsOf(`0x${fee}`),
    ...{ txHash, logIndex, blockNumber },
  };
};

/** Undefined for anything but a transfer of an amount. */
export const chainTransferOf = (log: Log): ChainTransfer | undefined => {
  const transfer = parseTransferLog(log);
  if (!transfer) return undefined;
  const { txHash, logIndex, blockNumber, blockHash } = log;
  return { ...transfer, token: toChecksumAddress(log.address), txHash, logIndex, blockNumber, blockHash };
};

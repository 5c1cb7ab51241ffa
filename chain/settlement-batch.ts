// The factory's `settleBatch`: its calldata for a list of deposits, and what its events say was paid or skipped.
import { Interface } from 'ethers';
import { checkoutFactoryAbi } from '#contracts/generated/checkout-factory.ts';
import { contractIdWord, wordsOf } from '#domain/abi.ts';
import { type Address, type Hex, toChecksumAddress } from '#domain/address.ts';
import type { ContractId } from '#domain/ids.ts';
import type { DueSettlement, PaidBy, PaidOut } from '#domain/settlements.ts';
import type { Log } from './block-reader.ts';

const factory = new Interface(checkoutFactoryAbi);

const topicOf = (event: string): Hex => (factory.getEvent(event)?.topicHash ?? '0x') as Hex;
export const SETTLED_TOPIC = topicOf('Settled');
export const RELEASED_TOPIC = topicOf('Released');
const SKIPPED_TOPIC = topicOf('Skipped');

/** The contract's id of an intent as an indexed topic. */
export const topicOfContractId = (contractId: ContractId): Hex => `0x${contractIdWord(contractId)}`;

export const contractIdOfTopic = (topic: Hex | undefined): ContractId => (topic ?? '').slice(-24) as ContractId;

/** Deposits that share everything but their intent make one group, whose terms are sent once. */
export const settleBatchCalldata = (due: readonly DueSettlement[]): Hex => {
  const groups = Map.groupBy(due, (item) => `${item.receiver}:${item.feeReceiver}:${item.feeRateE9}:${item.token}`);
  const encoded = [...groups.values()].flatMap((items) => {
    const [first] = items;
    const contractIds = items.map(({ contractId }) => BigInt(`0x${contractId}`));
    return first ? [[first.receiver, first.feeReceiver, first.feeRateE9, first.token, contractIds]] : [];
  });
  return factory.encodeFunctionData('settleBatch', [encoded]) as Hex;
};

/** A payment that the factory tells of in one log; undefined for its other events. */
export const paidOutOf = (log: Log): { paid: PaidOut; by: Exclude<PaidBy, 'relayer'> } | undefined => {
  if (log.topics[0] !== SETTLED_TOPIC && log.topics[0] !== RELEASED_TOPIC) return undefined;
  const event = factory.parseLog({ topics: [...log.topics], data: log.data });
  if (!event) return undefined;
  return {
    paid: {
      contractId: contractIdOfTopic(log.topics[1]),
      token: toChecksumAddress(event.args.getValue('token')),
      netBaseUnits: event.args.getValue('paid'),
      feeBaseUnits: event.args.getValue('fee'),
      txHash: log.txHash,
      logIndex: log.logIndex,
      blockNumber: log.blockNumber,
      blockHash: log.blockHash,
    },
    by: log.topics[0] === RELEASED_TOPIC ? 'release' : 'anyone',
  };
};

/** The digest of the order that a `Released` event carried out; `0x` for other events. */
export const digestOf = ({ topics, data }: Log): Hex =>
  topics[0] === RELEASED_TOPIC ? `0x${wordsOf(data)[5] ?? ''}` : '0x';

const SKIP_MESSAGES: Readonly<Record<string, string>> = {
  NothingToSettle: 'the deposit address holds nothing',
  BalanceUnknown: 'the token did not tell the balance',
  TransferFailed: 'the token refused the transfer to the receiver',
};

/** What the contract said in one transaction of ours. Logs of other contracts are left out. */
export const readBatchLogs = (
  logs: readonly Log[],
  factoryAddress: Address,
): { paid: PaidOut[]; skipped: Map<ContractId, string> } => {
  const ours = logs.filter(({ address }) => address === factoryAddress.toLowerCase());
  const skipped = ours.flatMap((log): [ContractId, string][] => {
    if (log.topics[0] !== SKIPPED_TOPIC) return [];
    const reason: unknown = factory.parseLog({ topics: [...log.topics], data: log.data })?.args.getValue('reason');
    const name = typeof reason === 'string' ? factory.getError(reason)?.name : undefined;
    return [
      [
        contractIdOfTopic(log.topics[1]),
        (name && SKIP_MESSAGES[name]) ?? `the contract skipped it (${String(reason)})`,
      ],
    ];
  });
  return { paid: ours.flatMap((log) => paidOutOf(log)?.paid ?? []), skipped: new Map(skipped) };
};

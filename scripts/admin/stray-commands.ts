// `stray list|order|resolve`: money at deposit addresses that is none of our coins, the release order that moves it, and the decision.
import { type Command, InvalidArgumentError, Option } from 'commander';
import { newReleaseNonce } from '#db/refunds/release-nonce.ts';
import { listStrayMoney, readStrayMoney, type StrayRow } from '#db/stray-money/stray-list.ts';
import { resolveStray } from '#db/stray-money/stray-money.ts';
import { type Address, type Hex, typedAddress } from '#domain/address.ts';
import { networkName } from '#domain/chains.ts';
import { UserError } from '#domain/errors.ts';
import { type BaseUnits, formatDecimal, parseBaseUnits } from '#domain/money.ts';
import { knownPayable, type PayableAddress } from '#domain/payable-address.ts';
import type { ReleaseOrder } from '#domain/release-order.ts';
import { statusName } from '#domain/status.ts';
import { isNativeToken, type StrayOutcome } from '#domain/stray-money.ts';
import { parseSignature, splitOf, transactionOf, typedDataOf } from '#domain/stray-release.ts';
import { commandActor } from './actor.ts';
import { withAddressCheck } from './address-check.ts';
import { action, systemEnvironment, withDatabase } from './context.ts';
import { isoOrNull, moment, table, testWord } from './format.ts';

export const addStrayCommands = (program: Command): void => {
  const stray = program
    .command('stray')
    .description('native coin and unknown tokens at deposit addresses, which pay no order');
  addList(stray);
  addOrder(stray);
  addResolve(stray);
};

const amountOf = ({ decimals, symbol }: StrayRow, baseUnits: bigint): string =>
  decimals === null ? `${baseUnits} base units` : `${formatDecimal(baseUnits, decimals, 0)} ${symbol ?? ''}`.trim();

const addList = (stray: Command): void => {
  const list = stray
    .command('list')
    .description('open money, oldest first; with --resolved what was decided, newest first')
    .option('--resolved', 'money that was decided on')
    .option('--store <store-id>', 'only money of this store');
  action(list, async ({ resolved, store }) =>
    withDatabase(systemEnvironment(), async (em) => {
      const rows = await listStrayMoney(em, {
        state: resolved ? 'resolved' : 'open',
        limit: 1_000,
        ...(typeof store === 'string' ? { storeId: store } : {}),
      });
      return { json: rows.map(describe), lines: tableOf(rows) };
    }),
  );
};

const describe = (row: StrayRow) => ({
  stray_id: row.id,
  all_scale_checkout_intent_id: row.intentId,
  status_name: statusName(row.intentStatus),
  store_id: row.storeId,
  store_is_test: row.storeIsTest,
  chain_id: row.chainId,
  token: row.token,
  is_native: isNativeToken(row.token),
  symbol: row.symbol ?? null,
  decimals: row.decimals ?? null,
  amount_base_units: String(row.amountBaseUnits),
  deposit_address: row.depositAddress,
  sender: row.sender ?? null,
  tx_hash: row.txHash ?? null,
  found_by: row.foundBy,
  outcome: row.outcome ?? null,
  reason: row.resolution ?? null,
  resolved_by: row.resolvedBy ?? null,
  resolved_at: isoOrNull(row.resolvedAt),
  created_at: row.createdAt.toISOString(),
});

const tableOf = (rows: readonly StrayRow[]): string[] =>
  table(
    ['stray', 'amount', 'network', 'contract', 'store', 'intent', 'found', 'outcome'],
    rows.map((row) => [
      ...[row.id, amountOf(row, row.amountBaseUnits), networkName(row.chainId)],
      ...[isNativeToken(row.token) ? 'native coin' : row.token, `${row.storeName}${testWord(row.storeIsTest)}`],
      ...[row.intentId, moment(row.createdAt), row.outcome ?? '-'],
    ]),
  );

interface OrderOptions {
  to: Address;
  amount?: string;
  minutes: number;
  nonce?: bigint;
  deadline?: bigint;
  signature?: Hex;
}

const addOrder = (stray: Command): void => {
  const order = stray
    .command('order')
    .argument('<stray-id>')
    .description(
      'the release order: typed data (EIP-712) for the receiver to sign; with its signature, the transaction that anyone may send',
    )
    .addOption(new Option('--to <address>', 'who gets it').argParser(asAddress).makeOptionMandatory())
    .option('--amount <decimal>', 'a part of it; default: all that was found')
    .addOption(new Option('--minutes <n>', 'how long the order may be sent').argParser(asMinutes).default(60))
    .addOption(new Option('--nonce <n>', 'of the order that was signed').argParser(asNumber))
    .addOption(new Option('--deadline <seconds>', 'of the order that was signed').argParser(asNumber))
    .addOption(new Option('--signature <hex>', "the receiver's signature").argParser(asSignature));
  action(order, async (given, strayId: string) => {
    const env = systemEnvironment();
    return await withDatabase(env, async (em) => {
      const row = await readStrayMoney(em, strayId);
      if (!row) throw new UserError('stray_not_found', `There is no such money: ${strayId}.`);
      const options = given as unknown as OrderOptions;
      const to = await withAddressCheck(env, em, (check) => check(options.to, { chainId: row.chainId }));
      return orderOf(row, options, to);
    });
  });
};

const orderOf = (row: StrayRow, { amount, minutes, nonce, deadline, signature }: OrderOptions, to: PayableAddress) => {
  const isSigned = signature !== undefined;
  if (isSigned !== (nonce !== undefined) || isSigned !== (deadline !== undefined)) {
    throw new UserError('order_incomplete', 'Give --nonce, --deadline and --signature together.');
  }
  const order: ReleaseOrder = {
    token: row.token,
    to,
    amountBaseUnits: amount === undefined ? row.amountBaseUnits : partOf(row, amount),
    nonce: nonce ?? newReleaseNonce(),
    deadline: deadline ?? BigInt(Math.floor(Date.now() / 1000) + minutes * 60),
  };
  const { feeBaseUnits, netBaseUnits } = splitOf(row, order);
  const split = {
    amount_base_units: String(order.amountBaseUnits),
    fee_base_units: String(feeBaseUnits),
    net_base_units: String(netBaseUnits),
  };
  const summary = `${amountOf(row, order.amountBaseUnits)} on ${networkName(row.chainId)}: ${to} gets ${amountOf(row, netBaseUnits)}, the fee is ${amountOf(row, feeBaseUnits)}.`;
  if (signature) {
    const transaction = transactionOf(row, order, signature);
    return {
      json: { ...split, transaction },
      lines: [summary, 'Send this transaction from any account:', JSON.stringify(transaction)],
    };
  }
  const typedData = typedDataOf(row, order);
  return {
    json: {
      ...split,
      signer: row.receiver,
      typed_data: typedData,
      nonce: String(order.nonce),
      deadline: String(order.deadline),
    },
    lines: [
      summary,
      `${row.receiver} signs this (eth_signTypedData_v4):`,
      JSON.stringify(typedData),
      `Then: stray order ${row.id} --to ${to}${amount === undefined ? '' : ` --amount ${amount}`} --nonce ${order.nonce} --deadline ${order.deadline} --signature 0x…`,
    ],
  };
};

const partOf = (row: StrayRow, text: string): BaseUnits => {
  const part = parseBaseUnits(text, row.decimals ?? 0);
  if (part && part <= row.amountBaseUnits) return part;
  throw new UserError('bad_amount', `amount: a decimal of at most ${amountOf(row, row.amountBaseUnits)}.`);
};

const addResolve = (stray: Command): void => {
  const resolve = stray
    .command('resolve')
    .argument('<stray-id>')
    .description('record that it was released, or close it: the money stays at the deposit address')
    .addOption(
      new Option('--outcome <outcome>', 'what happened')
        .choices(['released', 'closed'] satisfies StrayOutcome[])
        .makeOptionMandatory(),
    )
    .requiredOption('--reason <text>', 'why, for the timeline and the audit log');
  action(resolve, async (options, strayId: string) =>
    withDatabase(systemEnvironment(), async (em) => {
      const { outcome, reason } = options as { outcome: StrayOutcome; reason: string };
      const { intentId } = await resolveStray(em, { strayId, outcome, reason, actor: commandActor() });
      return {
        json: { all_scale_checkout_intent_id: intentId, stray_id: strayId, outcome },
        lines: [`${strayId} of ${intentId}: ${outcome}.`],
      };
    }),
  );
};

const asAddress = (given: string): Address => {
  try {
    return knownPayable(typedAddress(given));
  } catch (error) {
    throw error instanceof UserError ? new InvalidArgumentError(error.message) : error;
  }
};
const asMinutes = (given: string): number => {
  if (/^\d{1,5}$/.test(given) && Number(given) > 0) return Number(given);
  throw new InvalidArgumentError('must be minutes from 1 to 99999');
};
const asNumber = (given: string): bigint => {
  if (/^\d{1,20}$/.test(given)) return BigInt(given);
  throw new InvalidArgumentError('must be a whole number');
};
const asSignature = (given: string): Hex => {
  const signature = parseSignature(given);
  if (signature) return signature;
  throw new InvalidArgumentError('must be 0x and the bytes of a signature');
};

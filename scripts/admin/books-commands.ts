// `books verify`: compares ledger, orders, files and reports with the chains, to the last unit.
import type { Command } from 'commander';
import { loadChains } from '#chain/chains-file.ts';
import { createRpcPool } from '#chain/rpc-pool.ts';
import type { BookDifference } from '#domain/books/book-facts.ts';
import { findChain, tokenName } from '#domain/chains.ts';
import { coinSymbol } from '#domain/coins.ts';
import { formatUnits, type Units } from '#domain/money.ts';
import { type Books, isProven, verifyBooks } from '#worker/books/verify-books.ts';
import { action, systemEnvironment, withDatabase } from './context.ts';
import { table } from './format.ts';

/** Explained differences that the text shows; the JSON has all. */
const SHOWN = 50;
const RPC_TIMEOUT_MS = 30_000;

export const addBooksCommands = (program: Command): void => {
  const books = program
    .command('books')
    .description('the books: what came, where it went, and whether all records agree');
  const verify = books
    .command('verify')
    .description(
      'compare ledger, orders, CSV files and reports with each chain at one block; exits 1 if a difference is not explained or a chain cannot be read',
    )
    .option('--store <store-id>', 'only addresses and records of this store');
  action(verify, async (options) => {
    const env = systemEnvironment();
    const pools = new Map(
      loadChains(env).map(({ chain, rpcUrls }) => [
        chain.id,
        createRpcPool({ chainId: chain.id, urls: rpcUrls, timeoutMs: RPC_TIMEOUT_MS }),
      ]),
    );
    try {
      const storeId = typeof options.store === 'string' ? options.store : null;
      const result = await withDatabase(env, (em) => verifyBooks({ em, pools, storeId }));
      if (!isProven(result)) process.exitCode = 1;
      return { json: jsonOf(result, storeId), lines: linesOf(result) };
    } finally {
      await Promise.all([...pools.values()].map((pool) => pool.close()));
    }
  });
};

const network = (chainId: number): string => findChain(chainId)?.name ?? String(chainId);

/** Documented in docs/runbook.md. */
const jsonOf = (books: Books, storeId: string | null) => ({
  ok: isProven(books),
  started_at: books.startedAt.toISOString(),
  seconds: books.seconds,
  store_id: storeId,
  orders: books.orders,
  unexplained: books.unexplained,
  explained: books.differences.length - books.unexplained,
  chains: books.chains.map(({ chainId, block, addresses, tokens }) => ({
    chain_id: chainId,
    network: network(chainId),
    block_number: Number(block.number),
    block_hash: block.hash,
    addresses,
    tokens: tokens.map((one) => ({
      token: one.token,
      coin: coinSymbol(one.coin),
      token_name: tokenName(chainId, one.token, one.coin),
      addresses: one.addresses,
      received: formatUnits(one.receivedUnits),
      settled: formatUnits(one.settledUnits),
      refunded: formatUnits(one.refundedUnits),
      fees: formatUnits(one.feeUnits),
      held: formatUnits(one.heldUnits),
      booked: formatUnits(one.bookedUnits),
    })),
  })),
  unverified: books.unverified.map(({ chainId, addresses, reason }) => ({ chain_id: chainId, addresses, reason })),
  reported: books.reported.map(({ storeId: store, chainId, token, coin, bookedUnits, reportedUnits }) => ({
    store_id: store,
    chain_id: chainId,
    token,
    coin: coinSymbol(coin),
    booked: formatUnits(bookedUnits),
    reported: formatUnits(reportedUnits),
  })),
  differences: books.differences.map((one) => ({
    store_id: one.storeId,
    all_scale_checkout_intent_id: one.intentId,
    chain_id: one.chainId,
    token: one.token,
    coin: one.coin === null ? null : coinSymbol(one.coin),
    deposit_address: one.depositAddress,
    records: one.records,
    amount: one.amount,
    explanation: one.explanation,
    text: one.text,
  })),
});

const linesOf = (books: Books): string[] => {
  const [wrong, explained] = [
    books.differences.filter(({ explanation }) => explanation === null),
    books.differences.filter(({ explanation }) => explanation !== null),
  ];
  const left = explained.length - SHOWN;
  return [
    ...books.chains.flatMap(({ chainId, block, addresses, tokens }) => [
      `${network(chainId)}: ${addresses} addresses at block ${block.number} (${block.hash})`,
      ...table(
        ['token', 'received', 'settled', 'refunded', 'held', 'fees', 'booked'],
        tokens.map((one) => {
          const show = (units: Units): string => formatUnits(units);
          const columns = [one.receivedUnits, one.settledUnits, one.refundedUnits, one.heldUnits, one.feeUnits];
          return [tokenName(chainId, one.token, one.coin), ...columns.map(show), show(one.bookedUnits)];
        }),
      ).map((line) => `  ${line}`),
    ]),
    ...books.unverified.map(
      ({ chainId, addresses, reason }) => `${network(chainId)}: NOT VERIFIED, ${addresses} addresses: ${reason}`,
    ),
    ...(wrong.length > 0 ? ['', 'NOT EXPLAINED:', ...wrong.map(lineOf)] : []),
    ...(explained.length > 0 ? ['', 'Explained:', ...explained.slice(0, SHOWN).map(lineOf)] : []),
    ...(left > 0 ? [`… and ${left} more (--json has all)`] : []),
    '',
    `${books.orders} orders in ${books.seconds} s: ${wrong.length} differences not explained, ${explained.length} explained.`,
  ];
};

const lineOf = ({
  intentId,
  chainId,
  token,
  coin,
  records: [first, second],
  amount,
  explanation,
  text,
}: BookDifference) => {
  const place = [
    coin === null ? null : chainId === null ? coinSymbol(coin) : tokenName(chainId, token, coin),
    chainId === null ? null : `on ${network(chainId)}`,
  ];
  const where = [intentId, ...place].filter((part) => part !== null).join(' ');
  return `  ${where}: ${first} / ${second}: ${amount}${explanation ? ` [${explanation}]` : ''} ${text}`;
};

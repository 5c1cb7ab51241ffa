// `demo pay|reorg|receiver`: try payments and webhooks on local chains, without a wallet or a shop.
import { type Command, InvalidArgumentError, Option } from 'commander';
import { loadChains } from '#chain/chains-file.ts';
import { payFromDevelopmentWallet } from '#chain/local/local-transfer.ts';
import { reorganise } from '#chain/local/reorganise.ts';
import { amountDue } from '#db/intents/amount-due.ts';
import { tokenOf } from '#domain/chains.ts';
import { COIN_IDS, type CoinId, coinBySymbol, coinSymbol } from '#domain/coins.ts';
import type { EnabledChain, Env } from '#domain/config.ts';
import { UserError } from '#domain/errors.ts';
import { formatDecimal, parseBaseUnits } from '#domain/money.ts';
import { action, systemEnvironment, withDatabase } from './context.ts';
import { findIntent } from './intent-report.ts';
import { runReceiver } from './receiver-command.ts';

export const addDemoCommands = (program: Command): void => {
  const demo = program.command('demo').description('try things out on local chains');
  addPay(demo);
  addReorg(demo);
  addReceiver(demo);
};

const addPay = (demo: Command): void => {
  const pay = demo
    .command('pay')
    .argument('<intent-id>')
    .description('send a real token transfer from the development wallet to the deposit address of an intent')
    .addOption(new Option('--coin <coin>', 'USDT or USDC; default: the first accepted one').argParser(asCoin))
    .addOption(new Option('--chain <id>', 'a local chain; default: the first accepted one').argParser(asWholeNumber))
    .option('--amount <coins>', 'for example 1.5; default: the amount that is still due');
  action(pay, async (options, intentId: string) => {
    const given = options as { coin?: CoinId; chain?: number; amount?: string };
    const env = systemEnvironment();
    return await withDatabase(env, async (em) => {
      const intent = await findIntent(em, intentId);
      const coin = given.coin ?? intent.acceptedStableCoins[0];
      if (!coin) throw new UserError('no_coin', 'this intent accepts no coin');
      const { chain, rpcUrls } = localChain(env, given.chain, intent.acceptedChainIds);
      const token = tokenOf(chain, coin);
      if (!token) throw new UserError('no_token', `${chain.name} does not have ${coinSymbol(coin)}`);
      const amountBaseUnits = given.amount
        ? parseBaseUnits(given.amount, token.decimals)
        : await amountDue(em, intent, token.decimals);
      if (!amountBaseUnits) {
        throw given.amount
          ? new UserError(
              'bad_amount',
              `--amount: must be a positive amount with at most ${token.decimals} decimals, for example 1.5`,
            )
          : new UserError('nothing_due', 'nothing is due: give --amount to send more');
      }
      const { txHash } = await payFromDevelopmentWallet({
        rpcUrl: rpcUrls[0] ?? '',
        chain,
        coin,
        to: intent.depositAddress,
        amountBaseUnits,
      });
      const amount = formatDecimal(amountBaseUnits, token.decimals, 4);
      return {
        json: { tx_hash: txHash },
        lines: [`Sent ${amount} ${coinSymbol(coin)} on ${chain.name} to ${intent.depositAddress}: ${txHash}`],
      };
    });
  });
};

const addReorg = (demo: Command): void => {
  const reorg = demo
    .command('reorg')
    .description('replace the newest blocks of a local chain by empty ones, like a reorganisation')
    .addOption(new Option('--chain <id>', 'a local chain').makeOptionMandatory().argParser(asWholeNumber))
    .addOption(new Option('--depth <blocks>', 'how many blocks').makeOptionMandatory().argParser(asWholeNumber));
  action(reorg, async (options) => {
    const { chain: id, depth } = options as { chain: number; depth: number };
    const { chain, rpcUrls } = localChain(systemEnvironment(), id, [id]);
    const result = await reorganise(rpcUrls[0] ?? '', depth);
    return {
      json: {
        chain_id: chain.id,
        depth,
        from_block: result.fromBlock,
        to_block: result.toBlock,
        dropped_tx_hashes: result.dropped,
      },
      lines: [
        `${chain.name}: blocks ${result.fromBlock} to ${result.toBlock} were replaced by empty ones with other hashes; the height is the same.`,
        result.dropped.length > 0
          ? `${result.dropped.length} transaction(s) were removed from the chain. They do not return: pay again to get the intent paid.`
          : 'They had no transactions.',
        ...result.dropped.map((hash) => `  ${hash}`),
      ],
    };
  });
};

const addReceiver = (demo: Command): void => {
  demo
    .command('receiver')
    .description(
      'receive webhooks and verify each: signature, timestamp, nonce, repeated events. One line for each delivery, until Ctrl-C or --count',
    )
    .addOption(
      new Option('--port <port>', 'listen on 127.0.0.1:PORT; 0 means a free port')
        .makeOptionMandatory()
        .argParser(asPort),
    )
    .addOption(new Option('--fail <n>', 'respond 503 to the first N deliveries').default(0).argParser(asWholeNumber))
    .addOption(new Option('--count <n>', 'end after N accepted deliveries').argParser(asWholeNumber))
    .addOption(new Option('--api-key <key>', 'the key that signs').env('ALLSCALE_API_KEY'))
    .addOption(new Option('--api-secret <secret>', 'its secret').env('ALLSCALE_API_SECRET'))
    .option('--save <folder>', 'save headers and body of each delivery as ID.headers and ID.body')
    .option('--json', 'print each delivery as one line of JSON')
    .action(runReceiver);
};

/** The requested local chain, or the first one that the intent accepts. Throws UserError. */
const localChain = (env: Env, wanted: number | undefined, accepted: readonly number[]): EnabledChain => {
  const local = loadChains(env).filter(({ chain }) => chain.local);
  const found =
    wanted === undefined
      ? local.find(({ chain }) => accepted.includes(chain.id))
      : local.find(({ chain }) => chain.id === wanted);
  if (found) return found;
  const names = local.map(({ chain }) => chain.id).join(', ') || 'none';
  throw new UserError(
    'not_local',
    wanted === undefined
      ? `this intent accepts no local chain (enabled local chains: ${names})`
      : `--chain: ${wanted} is not an enabled local chain (${names})`,
  );
};

const asCoin = (text: string): CoinId => {
  const coin = coinBySymbol(text) ?? COIN_IDS.find((id) => String(id) === text);
  if (coin) return coin;
  throw new InvalidArgumentError(`must be one of ${COIN_IDS.map(coinSymbol).join(', ')}`);
};

const asWholeNumber = (text: string): number => {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('must be a whole number');
};

const asPort = (text: string): number => {
  const port = asWholeNumber(text);
  if (port > 65_535) throw new InvalidArgumentError('must be a port, 0 to 65535');
  return port;
};

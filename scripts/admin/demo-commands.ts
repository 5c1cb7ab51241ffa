// `demo pay|reorg|receiver`: try payments and webhooks on local chains, without a wallet or a shop.
import { type Command, InvalidArgumentError, Option } from 'commander';
import { reorganise } from '#chain/local/reorganise.ts';
import { COIN_IDS, type CoinId, coinBySymbol, coinSymbol } from '#domain/coins.ts';
import { action, systemEnvironment, withDatabase } from './context.ts';
import { localChain, payIntent } from './demo-payment.ts';
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
    const env = systemEnvironment();
    const sent = await withDatabase(env, (em) => payIntent(em, env, intentId, options));
    return {
      json: { tx_hash: sent.txHash },
      lines: [`Sent ${sent.amount} ${coinSymbol(sent.coin)} on ${sent.chain.name} to ${sent.to}: ${sent.txHash}`],
    };
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

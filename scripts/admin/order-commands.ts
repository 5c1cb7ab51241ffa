// `order create`: an order made by hand, as the dashboard makes it.
import { randomUUID } from 'node:crypto';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { loadChains } from '#chain/chains-file.ts';
import { createHandOrder } from '#db/intents/hand-order.ts';
import { typedAddress } from '#domain/address.ts';
import { type CoinId, coinBySymbol, coinSymbol } from '#domain/coins.ts';
import { CURRENCY_IDS, type CurrencyId, currencySymbol } from '#domain/currencies.ts';
import { UserError } from '#domain/errors.ts';
import { formatUnits } from '#domain/money.ts';
import { OrderSourceKind } from '#domain/order-source.ts';
import { knownPayable } from '#domain/payable-address.ts';
import { readTypedAmount, typedProblem } from '#domain/typed-amount.ts';
import { createOrderMaker } from '#web/api/own-orders.ts';
import { commandActor } from './actor.ts';
import { action, systemEnvironment, withDatabase } from './context.ts';
import { needVariable, publicUrlOf } from './environment.ts';

interface CreateOptions {
  store: string;
  amount: bigint;
  coin?: CoinId;
  currency?: CurrencyId;
  description?: string;
  orderId?: string;
  minutes?: number;
}

export const addOrderCommands = (program: Command): void => {
  const order = program.command('order').description('orders made by hand');
  const create = order
    .command('create')
    .description('creates an order and prints the URL of its checkout')
    .requiredOption('--store <store-id>', 'the store that is paid')
    .addOption(new Option('--amount <amount>', 'such as 12.50').argParser(asCents).makeOptionMandatory())
    .addOption(new Option('--coin <coin>', 'priced in USDT or USDC, without conversion').argParser(asCoin))
    .addOption(new Option('--currency <code>', 'priced in a currency, such as EUR').argParser(asCurrency))
    .option('--description <text>', 'shown to the shopper')
    .option('--order-id <id>', 'your own number')
    .addOption(
      new Option('--minutes <n>', 'payable for so long; default: the settings of the store').argParser(asMinutes),
    );
  action(create, async (given) => {
    const options = given as unknown as CreateOptions;
    if ((options.coin === undefined) === (options.currency === undefined)) {
      throw new UserError('not_exactly_one', 'Give exactly one of --coin and --currency.');
    }
    const env = systemEnvironment();
    const feeReceiver = knownPayable(typedAddress(needVariable(env, 'FEE_RECEIVER')));
    const publicUrl = publicUrlOf(env);
    const chains = loadChains(env).map(({ chain }) => chain);
    return await withDatabase(env, async (em) => {
      const orderOf = createOrderMaker({ orm: { em }, chains, feeReceiver });
      const intent = await orderOf({
        storeId: options.store,
        source: OrderSourceKind.HAND,
        body: {
          currency: options.currency ?? null,
          stable_coin: options.coin ?? null,
          amount_cents: Number(options.amount),
          order_id: options.orderId ?? null,
          order_description: options.description ?? null,
        },
        ...(options.minutes === undefined ? {} : { exactTtlSeconds: options.minutes * 60 }),
      });
      const id = await createHandOrder(em, intent, randomUUID(), commandActor());
      const url = `${publicUrl}/checkout/${id}`;
      const amount = `${formatUnits(intent.amountUnits)} ${coinSymbol(intent.stableCoin)}`;
      return {
        json: {
          all_scale_checkout_intent_id: id,
          checkout_url: url,
          amount_coins: formatUnits(intent.amountUnits),
          coin_symbol: coinSymbol(intent.stableCoin),
          order_id: intent.orderId,
          expires_at: intent.expiresAt.toISOString(),
        },
        lines: [url, `${amount}, payable until ${intent.expiresAt.toISOString()}`],
      };
    });
  });
};

const asCents = (text: string): bigint => {
  const read = readTypedAmount(text);
  const none = 'must be an amount above 0 with at most two decimals, such as 12.50';
  if ('problem' in read) throw new InvalidArgumentError(typedProblem(read, none));
  if (read.cents > 0n && read.cents <= 10n ** 13n) return read.cents;
  throw new InvalidArgumentError(none);
};

const asCoin = (text: string): CoinId => {
  const coin = coinBySymbol(text.toUpperCase());
  if (coin !== undefined) return coin;
  throw new InvalidArgumentError('must be USDT or USDC');
};

const asCurrency = (text: string): CurrencyId => {
  const currency = CURRENCY_IDS.find((id) => currencySymbol(id) === text.toUpperCase());
  if (currency !== undefined) return currency;
  throw new InvalidArgumentError(`must be one of ${CURRENCY_IDS.map(currencySymbol).join(', ')}`);
};

const asMinutes = (text: string): number => {
  const minutes = Number(text);
  if (/^\d{1,5}$/.test(text) && minutes >= 1 && minutes <= 10_080) return minutes;
  throw new InvalidArgumentError('must be a whole number of minutes from 1 to 10080');
};

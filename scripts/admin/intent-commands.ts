// `intent show|list`: intents with their transfers, timeline, webhooks, settlements and reviews.
import { type Command, InvalidArgumentError, Option } from 'commander';
import { CheckoutIntent } from '#db/entities/intent.entity.ts';
import { coinSymbol } from '#domain/coins.ts';
import { formatUnits } from '#domain/money.ts';
import { type IntentStatus, isIntentStatus, statusName } from '#domain/status.ts';
import { action, systemEnvironment, withDatabase } from './context.ts';
import { moment, table } from './format.ts';
import { findIntent, intentReport, reportLines } from './intent-report.ts';

export const addIntentCommands = (program: Command): void => {
  const intent = program.command('intent').description('checkout intents');

  action(
    intent.command('show').argument('<intent-id>').description('everything about an intent'),
    async (_options, intentId: string) => {
      const env = systemEnvironment();
      return await withDatabase(env, async (em) => {
        const report = await intentReport(em, await findIntent(em, intentId));
        return { json: report, lines: reportLines(report, env) };
      });
    },
  );

  const list = intent
    .command('list')
    .description('intents, newest first')
    .addOption(new Option('--status <status>', 'only this status, for example 20 or -5').argParser(asStatus))
    .option('--store <store-id>', 'only intents of this store')
    .option('--order <order-id>', 'only intents with this order id')
    .addOption(new Option('--limit <n>', 'maximum number of rows').default(50).argParser(asLimit));
  action(list, async (options) => {
    const { status, store, order, limit } = options as {
      status?: IntentStatus;
      store?: string;
      order?: string;
      limit: number;
    };
    return await withDatabase(systemEnvironment(), async (em) => {
      const where = {
        ...(status === undefined ? {} : { status }),
        ...(store === undefined ? {} : { store }),
        ...(order === undefined ? {} : { orderId: order }),
      };
      const intents = await em.find(CheckoutIntent, where, { orderBy: { id: 'desc' }, limit });
      return {
        json: intents.map(briefly),
        lines: table(
          ['intent', 'status', 'amount', 'order', 'store', 'created'],
          intents.map((entry) => [
            entry.id,
            `${entry.status} ${statusName(entry.status)}`,
            `${formatUnits(entry.amountUnits)} ${coinSymbol(entry.stableCoin)}`,
            entry.orderId ?? '-',
            entry.store.id,
            moment(entry.createdAt),
          ]),
        ),
      };
    });
  });
};

const briefly = (intent: CheckoutIntent) => ({
  all_scale_checkout_intent_id: intent.id,
  store_id: intent.store.id,
  status: intent.status,
  status_name: statusName(intent.status),
  amount_coins: formatUnits(intent.amountUnits),
  coin_symbol: coinSymbol(intent.stableCoin),
  order_id: intent.orderId ?? null,
  created_at: intent.createdAt.toISOString(),
  expires_at: intent.expiresAt.toISOString(),
});

const asStatus = (text: string): IntentStatus => {
  const status = Number(text);
  if (/^-?\d+$/.test(text) && isIntentStatus(status)) return status;
  throw new InvalidArgumentError('must be a status number, for example 20 (confirmed) or -5 (timed out)');
};

const asLimit = (text: string): number => {
  const limit = Number(text);
  if (/^\d+$/.test(text) && limit >= 1 && limit <= 10_000) return limit;
  throw new InvalidArgumentError('must be a number from 1 to 10000');
};

// `merchant list|activate|suspend|reactivate`: the console's actions, for scripts and for a system that has no operator yet.
import { type Command, InvalidArgumentError, Option } from 'commander';
import { listMerchants } from '#db/merchants/merchant-list.ts';
import { activateMerchant, reactivateMerchant, suspendMerchant } from '#db/merchants/merchants.ts';
import type { Units } from '#domain/money.ts';
import { commandActor } from './actor.ts';
import { asCoins } from './coins-option.ts';
import { action, systemEnvironment, withDatabase } from './context.ts';
import { publicUrlOf } from './environment.ts';
import { table } from './format.ts';

const STATUSES = ['applied', 'active', 'suspended'] as const;

export const addMerchantCommands = (program: Command): void => {
  const merchant = program.command('merchant').description('merchants and their applications');

  const list = merchant
    .command('list')
    .description('merchants, newest first')
    .addOption(new Option('--status <status>', 'only this status').choices([...STATUSES]))
    .option('--search <text>', 'part of a name or an e-mail address')
    .addOption(new Option('--limit <rows>', 'maximum number of rows').argParser(asLimit).default(50));
  action(list, async (options) =>
    withDatabase(systemEnvironment(), async (em) => {
      const { status, search, limit } = options as {
        status?: (typeof STATUSES)[number];
        search?: string;
        limit: number;
      };
      const rows = await listMerchants(em, { ...(status ? { status } : {}), ...(search ? { search } : {}), limit });
      return {
        json: rows.map((row) => ({
          merchant_id: row.id,
          name: row.name,
          email: row.email,
          status: row.status,
          website: row.website,
          stores: row.stores,
          test_stores: row.testStores,
          created_at: row.createdAt,
          activated_at: row.activatedAt,
        })),
        lines: table(
          ['merchant', 'name', 'e-mail', 'status', 'stores'],
          rows.map((row) => [
            row.id,
            row.name,
            row.email,
            row.status,
            `${row.stores}${row.testStores > 0 ? ` (${row.testStores} test)` : ''}`,
          ]),
        ),
      };
    }),
  );

  const activate = merchant
    .command('activate')
    .argument('<merchant-id>')
    .description('activate a merchant; its owners get an e-mail')
    .addOption(reasonOption())
    .addOption(new Option('--fee-bps <points>', 'fee of its stores, in basis points').argParser(asBasisPoints))
    .addOption(new Option('--min-fee <coins>', 'minimum fee of an order, for example 0.10').argParser(asCoins));
  action(activate, async (options, merchantId: string) => {
    const { feeBps, minFee } = options as { feeBps?: number; minFee?: Units };
    const terms = {
      ...(feeBps === undefined ? {} : { feeBps }),
      ...(minFee === undefined ? {} : { minFeeUnits: minFee }),
    };
    return await change(options, merchantId, 'active', (em, act) => activateMerchant(em, { ...act, ...terms }));
  });

  const suspend = merchant
    .command('suspend')
    .argument('<merchant-id>')
    .description('reject its new orders; open orders still complete')
    .addOption(reasonOption());
  action(suspend, async (options, merchantId: string) => change(options, merchantId, 'suspended', suspendMerchant));

  const reactivate = merchant
    .command('reactivate')
    .argument('<merchant-id>')
    .description('activate a suspended merchant again')
    .addOption(reasonOption());
  action(reactivate, async (options, merchantId: string) => change(options, merchantId, 'active', reactivateMerchant));
};

type Change = typeof suspendMerchant;

const change = async (options: Record<string, unknown>, merchantId: string, status: string, run: Change) => {
  const env = systemEnvironment();
  const publicUrl = publicUrlOf(env);
  return await withDatabase(env, async (em) => {
    await run(em, { merchantId, actor: commandActor(), reason: String(options.reason), publicUrl });
    return { json: { merchant_id: merchantId, status }, lines: [`${merchantId} is ${status}.`] };
  });
};

export const reasonOption = (): Option =>
  new Option('--reason <text>', 'why, for the audit log').makeOptionMandatory().argParser((given: string) => {
    if (given.trim() === '') throw new InvalidArgumentError('must not be empty');
    return given.trim();
  });

const asLimit = (given: string): number => {
  const limit = Number(given);
  if (/^\d+$/.test(given) && limit >= 1 && limit <= 10_000) return limit;
  throw new InvalidArgumentError('must be a number from 1 to 10000');
};

const asBasisPoints = (given: string): number => {
  const points = Number(given);
  if (/^\d+$/.test(given) && points <= 10_000) return points;
  throw new InvalidArgumentError('must be a whole number from 0 to 10000');
};

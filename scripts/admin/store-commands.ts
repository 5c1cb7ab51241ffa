// `store create|update|list|show`: shops and their settings.
import { type Command, InvalidArgumentError, Option } from 'commander';
import { Store } from '#db/entities/store.entity.ts';
import { createApiKey } from '#db/merchants/api-keys.ts';
import { checkSettings, updateMoneySettings } from '#db/merchants/change-store.ts';
import { permit } from '#db/merchants/money-permission.ts';
import { merchantFields, parseFields, storeSettings } from '#db/merchants/store-settings.ts';
import { createMerchantAndStore } from '#db/merchants/stores.ts';
import type { Em } from '#db/orm.ts';
import { UserError } from '#domain/errors.ts';
import { formatUnits } from '#domain/money.ts';
import { commandActor } from './actor.ts';
import { withAddressCheck } from './address-check.ts';
import { action, masterKeysOf, systemEnvironment, withDatabase } from './context.ts';
import { fields, isoOrNull, table, testWord } from './format.ts';
import { addStoreOptions, givenSettings, warnAboutWebhook } from './store-options.ts';

export const addStoreCommands = (program: Command): void => {
  const store = program.command('store').description('shops and their settings');
  addCreate(store);
  addUpdate(store);

  action(store.command('list').description('all stores, oldest first'), async () =>
    withDatabase(systemEnvironment(), async (em) => {
      const stores = await em.find(Store, {}, { populate: ['merchant'], orderBy: { createdAt: 'asc', id: 'asc' } });
      const rows = stores.map(({ id, name, isTest, status, merchant, webhookUrl }) => [
        id,
        `${name}${testWord(isTest)}`,
        status,
        merchant.email,
        webhookUrl ?? '-',
      ]);
      return {
        json: stores.map(describeStore),
        lines: table(['store', 'name', 'status', 'merchant', 'webhook'], rows),
      };
    }),
  );

  action(
    store.command('show').argument('<store-id>').description('all settings of a store'),
    async (_options, storeId: string) =>
      withDatabase(systemEnvironment(), async (em) => {
        const description = describeStore(await storeById(em, storeId));
        return { json: description, lines: settingLines(description) };
      }),
  );
};

const addCreate = (store: Command): void => {
  const create = store
    .command('create')
    .description(
      'create an active merchant (or use the one with this e-mail), a store and its first API key; the secret is shown only once',
    )
    .addOption(
      new Option('--email <email>', "the merchant's").makeOptionMandatory().argParser((text) => {
        const result = merchantFields.shape.email.safeParse(text);
        if (result.success) return result.data;
        throw new InvalidArgumentError(result.error.issues[0]?.message ?? 'is not valid');
      }),
    )
    .option('--merchant-name <name>', "the merchant's name; default: the store's name");
  addStoreOptions(create, ['status']);
  action(create, async (options) => {
    const { email, merchantName } = options as { email: string; merchantName?: string };
    const settings = givenSettings(options);
    const { name } = settings;
    if (!name) throw new UserError('bad_usage', "required option '--name <name>' not specified");
    const env = systemEnvironment();
    const masterKeys = masterKeysOf(env);
    warnAboutWebhook(settings);
    return await withDatabase(env, async (em) => {
      const { receiver: given, ...others } = parseFields(storeSettings, settings, 'store');
      const networks = { acceptedChainIds: others.acceptedChainIds, isTest: others.isTest ?? false };
      const receiver = given && (await withAddressCheck(env, em, (check) => check(given, networks)));
      const { storeId } = await createMerchantAndStore(em, {
        ...others,
        ...(receiver === undefined ? {} : { receiver }),
        name,
        email,
        ...(merchantName === undefined ? {} : { merchantName }),
      });
      const { apiKey, apiSecret } = await createApiKey(em, masterKeys, storeId, { name: 'first key' });
      return {
        json: { store_id: storeId, api_key: apiKey, api_secret: apiSecret },
        lines: [
          ...fields([
            ['store', storeId],
            ['API key', apiKey],
            ['API secret', apiSecret],
          ]),
          'The secret cannot be shown again.',
        ],
      };
    });
  });
};

const addUpdate = (store: Command): void => {
  const update = store.command('update').argument('<store-id>').description('change the given settings');
  action(addStoreOptions(update, ['isTest']), async (options, storeId: string) => {
    const settings = givenSettings(options);
    if (Object.keys(settings).length === 0) {
      throw new UserError('bad_usage', 'nothing to change: give at least one setting (see `store update --help`)');
    }
    warnAboutWebhook(settings);
    const env = systemEnvironment();
    return await withDatabase(env, async (em) => {
      const checked = await withAddressCheck(env, em, (check) => checkSettings(em, check, storeId, settings));
      // Who runs commands has the database anyway. All owners get an e-mail.
      await updateMoneySettings(em, permit('command'), storeId, checked, commandActor());
      const description = describeStore(await storeById(em, storeId));
      return { json: description, lines: settingLines(description) };
    });
  });
};

const storeById = async (em: Em, storeId: string): Promise<Store> => {
  const store = await em.findOne(Store, storeId, { populate: ['merchant'], refresh: true });
  if (!store) throw new UserError('store_not_found', `there is no store ${storeId}`);
  return store;
};

const describeStore = (store: Store) => ({
  store_id: store.id,
  name: store.name,
  status: store.status,
  is_test: store.isTest,
  merchant_id: store.merchant.id,
  merchant_email: store.merchant.email,
  receiver: store.receiver ?? null,
  webhook_url: store.webhookUrl ?? null,
  webhook_disabled_at: isoOrNull(store.webhookDisabledAt),
  logo_url: store.logoUrl ?? null,
  support_contact: store.supportContact ?? null,
  accepted_chain_ids: store.acceptedChainIds ?? null,
  accepts_bridged_tokens: store.acceptsBridgedTokens,
  minimum_confirmations: store.minimumConfirmations ?? null,
  tolerance_bps: store.toleranceBps,
  checkout_ttl_seconds: store.checkoutTtlSeconds,
  extension_seconds: store.extensionSeconds,
  replay_window_seconds: store.replayWindowSeconds,
  signs_responses: store.signsResponses,
  fee_bps: store.feeBps,
  min_fee: formatUnits(store.minFeeUnits),
  time_zone: store.timeZone,
  created_at: store.createdAt.toISOString(),
});

const settingLines = (store: ReturnType<typeof describeStore>): string[] =>
  fields([
    ['store', store.store_id],
    ['name', `${store.name}${testWord(store.is_test)}`],
    ['status', store.status],
    ['merchant', `${store.merchant_email} (${store.merchant_id})`],
    ['receiver', store.receiver],
    ['webhook', store.webhook_url],
    ['webhook disabled', store.webhook_disabled_at],
    ['logo', store.logo_url],
    ['support', store.support_contact],
    ['chains', store.accepted_chain_ids?.join(', ') ?? 'all enabled'],
    ['bridged tokens', store.accepts_bridged_tokens ? 'accepted' : 'reviewed'],
    ['confirmations', store.minimum_confirmations && JSON.stringify(store.minimum_confirmations)],
    ['tolerance', `${store.tolerance_bps} basis points`],
    ['checkout open for', `${store.checkout_ttl_seconds} s, ${store.extension_seconds} s more after a part payment`],
    ['replay window', `${store.replay_window_seconds} s`],
    ['signs responses', store.signs_responses ? 'yes' : 'no'],
    ['fee', `${store.fee_bps} basis points, at least ${store.min_fee} coin`],
    ['time zone', store.time_zone],
    ['created', store.created_at],
  ]);

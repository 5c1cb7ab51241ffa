// `key create|revoke|list`: the API keys of a store.
import { type Command, InvalidArgumentError, Option } from 'commander';
import { queueStoreEmails } from '#db/delivery/queue-emails.ts';
import { createApiKey, listApiKeys, revokeApiKey } from '#db/merchants/api-keys.ts';
import { apiKeyFields } from '#db/merchants/store-settings.ts';
import type { Em } from '#db/orm.ts';
import type { Env } from '#domain/config.ts';
import { action, masterKeysOf, systemEnvironment, withDatabase } from './context.ts';
import { fields, isoOrNull, moment, table } from './format.ts';

export const addKeyCommands = (program: Command): void => {
  const key = program.command('key').description('API keys of a store');

  const create = key
    .command('create')
    .argument('<store-id>')
    .description('create a key; the secret is shown only once')
    .option('--name <name>', 'label of the key', 'key')
    .addOption(
      new Option(
        '--allow <ranges>',
        'IP addresses and CIDR ranges that may use it, separated by commas; default: all',
      ).argParser(asRanges),
    );
  action(create, async (options, storeId: string) => {
    const { name, allow = [] } = options as { name: string; allow?: string[] };
    const env = systemEnvironment();
    const masterKeys = masterKeysOf(env);
    return await withDatabase(env, async (em) => {
      const { apiKey, apiSecret } = await createApiKey(
        em,
        masterKeys,
        storeId,
        { name, ipAllowlist: allow },
        undefined,
        (inner, made) => mailOwners(inner, env, storeId, made, name),
      );
      return {
        json: { store_id: storeId, api_key: apiKey, api_secret: apiSecret },
        lines: [
          ...fields([
            ['API key', apiKey],
            ['API secret', apiSecret],
          ]),
          'The secret cannot be shown again.',
        ],
      };
    });
  });

  action(
    key.command('revoke').argument('<api-key>').description('deny all further requests with a key; safe to repeat'),
    async (_options, apiKey: string) =>
      withDatabase(systemEnvironment(), async (em) => {
        const { revokedAt } = await revokeApiKey(em, apiKey);
        return {
          json: { api_key: apiKey, revoked_at: revokedAt.toISOString() },
          lines: [`${apiKey} was revoked at ${moment(revokedAt)}.`],
        };
      }),
  );

  action(
    key.command('list').argument('<store-id>').description('keys of a store, newest first; without secrets'),
    async (_options, storeId: string) =>
      withDatabase(systemEnvironment(), async (em) => {
        const keys = await listApiKeys(em, storeId);
        return {
          json: keys.map((entry) => ({
            api_key: entry.apiKey,
            name: entry.name,
            ip_allowlist: entry.ipAllowlist,
            created_at: entry.createdAt.toISOString(),
            revoked_at: isoOrNull(entry.revokedAt),
          })),
          lines: table(
            ['key', 'name', 'allowed from', 'created', 'revoked'],
            keys.map((entry) => [
              entry.apiKey,
              entry.name,
              entry.ipAllowlist.join(', ') || 'anywhere',
              moment(entry.createdAt),
              moment(entry.revokedAt),
            ]),
          ),
        };
      }),
  );
};

/** Commands are not held back: owners get an e-mail. */
const mailOwners = async (em: Em, env: Env, storeId: string, apiKey: string, keyName: string): Promise<void> => {
  const publicUrl = env.PUBLIC_URL?.replace(/\/+$/, '');
  // The e-mail links to the keys; a system without pages has none.
  if (!publicUrl) return;
  await queueStoreEmails(em, 'owners', {
    kind: 'new_key',
    subjectId: apiKey,
    storeId,
    data: {
      keyName,
      apiKey,
      createdBy: null,
      createdAt: new Date().toISOString(),
      link: `${publicUrl}/dashboard/${storeId}/developers`,
    },
  });
};

const asRanges = (text: string): string[] => {
  const result = apiKeyFields.shape.ipAllowlist.safeParse(text.split(','));
  if (result.success) return result.data;
  throw new InvalidArgumentError(result.error.issues[0]?.message ?? 'is not valid');
};

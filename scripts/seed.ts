// The data of a new local system: rates, and a demo merchant whose store and key the demo shop uses. Safe to run at every
// start: creates missing rows and updates URLs and the receiver.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { storeStaticRates } from '#db/intents/fiat-rates.ts';
import { createApiKey, listApiKeys } from '#db/merchants/api-keys.ts';
import { checkSettings, updateMoneySettings } from '#db/merchants/change-store.ts';
import { permit } from '#db/merchants/money-permission.ts';
import { createMerchantAndStore } from '#db/merchants/stores.ts';
import { openOrm } from '#db/orm.ts';
import { parseMasterKeys } from '#db/secrets.ts';
import { typedAddress } from '#domain/address.ts';
import { UserError } from '#domain/errors.ts';
import { knownPayable } from '#domain/payable-address.ts';
import { writePrivate } from './lib/data-folder.ts';

export interface SeedOptions {
  databaseUrl: string;
  masterKeys: string;
  /** File of the demo shop's credentials, because a secret is shown only once. Readable only by its owner. */
  dataDir: string;
  /** The demo merchant's on-chain address. */
  receiver: string;
  /** The demo shop's webhook receiver. */
  webhookUrl: string;
}

export interface DemoShop {
  storeId: string;
  apiKey: string;
  apiSecret: string;
}

export async function seed(options: SeedOptions): Promise<DemoShop> {
  const orm = await openOrm({ databaseUrl: options.databaseUrl, poolSize: 2 });
  try {
    const em = orm.em.fork();
    await storeStaticRates(em);
    const file = join(options.dataDir, 'demo-shop.json');
    const receiver = knownPayable(typedAddress(options.receiver));
    const { webhookUrl } = options;
    const known = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as DemoShop) : undefined;
    if (known && (await isUsable(em, known))) {
      // The local account has no code on any chain; the chains may not run yet.
      const check = async () => receiver;
      const checked = await checkSettings(em, check, known.storeId, { receiver, webhookUrl });
      await updateMoneySettings(em, permit('command'), known.storeId, checked);
      return known;
    }
    const { storeId } = await createMerchantAndStore(em, {
      name: 'Corner Shop',
      email: 'demo@shop.example',
      supportContact: 'help@shop.example',
      // A static file of the web server (public/assets).
      logoUrl: '/assets/corner-shop.svg',
      ...{ receiver, webhookUrl },
    });
    const key = await createApiKey(em, parseMasterKeys(options.masterKeys), storeId, { name: 'demo shop' });
    const shop = { storeId, ...key };
    writePrivate(file, `${JSON.stringify(shop)}\n`);
    return shop;
  } finally {
    await orm.close();
  }
}

/** False when the database is new or the key was revoked. */
async function isUsable(em: Parameters<typeof listApiKeys>[0], shop: DemoShop): Promise<boolean> {
  try {
    const keys = await listApiKeys(em, shop.storeId);
    return keys.some(({ apiKey, revokedAt }) => apiKey === shop.apiKey && !revokedAt);
  } catch (error) {
    if (error instanceof UserError && error.code === 'store_not_found') return false;
    throw error;
  }
}

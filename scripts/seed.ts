// What a fresh local system starts with: rates, and a demo merchant whose store and key the demo shop uses. Safe to run at
// every start: it makes what is missing and brings the addresses up to date.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { storeStaticRates } from '#db/intents/fiat-rates.ts';
import { createApiKey, createMerchantAndStore, listApiKeys, updateStore } from '#db/merchants/stores.ts';
import { openOrm } from '#db/orm.ts';
import { parseMasterKeys } from '#db/secrets.ts';
import { UserError } from '#domain/errors.ts';
import { writePrivate } from './lib/data-folder.ts';

export interface SeedOptions {
  databaseUrl: string;
  masterKeys: string;
  /** The demo shop's credentials are kept here, readable by their owner only: a secret is told once. */
  dataDir: string;
  /** Where the demo merchant is paid. */
  receiver: string;
  /** Where the demo shop takes its webhooks. */
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
    const settings = { receiver: options.receiver, webhookUrl: options.webhookUrl };
    const known = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as DemoShop) : undefined;
    if (known && (await isUsable(em, known))) {
      await updateStore(em, known.storeId, settings);
      return known;
    }
    const { storeId } = await createMerchantAndStore(em, {
      name: 'Corner Shop',
      email: 'demo@shop.example',
      supportContact: 'help@shop.example',
      // Served with the pages' own files (public/assets).
      logoUrl: '/assets/corner-shop.svg',
      ...settings,
    });
    const key = await createApiKey(em, parseMasterKeys(options.masterKeys), storeId, { name: 'demo shop' });
    const shop = { storeId, ...key };
    writePrivate(file, `${JSON.stringify(shop)}\n`);
    return shop;
  } finally {
    await orm.close();
  }
}

/** False when the database is a new one, or somebody revoked the key. */
async function isUsable(em: Parameters<typeof listApiKeys>[0], shop: DemoShop): Promise<boolean> {
  try {
    const keys = await listApiKeys(em, shop.storeId);
    return keys.some(({ apiKey, revokedAt }) => apiKey === shop.apiKey && !revokedAt);
  } catch (error) {
    if (error instanceof UserError && error.code === 'store_not_found') return false;
    throw error;
  }
}

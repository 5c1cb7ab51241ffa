// Logos as they were made anew from uploads: one for each store, served under the hash of its bytes.
import { StoreLogo } from '../entities/store.entity.ts';
import type { Em } from '../orm.ts';
import { sqlOf } from '../pool.ts';

/** The address under which a logo is served. */
export const logoPath = (sha256: string): string => `/logos/${sha256}.png`;

/** Keeps a store's logo within the transaction of `em`, or removes it. */
export const putLogo = async (em: Em, storeId: string, logo: { png: Buffer; sha256: string } | null): Promise<void> => {
  if (!logo) {
    await em.nativeDelete(StoreLogo, { store: storeId });
    return;
  }
  await em.upsert(StoreLogo, { store: storeId, ...logo, updatedAt: new Date() });
};

/** The bytes of a logo, whichever store's; null when no store has it. @param sha256 64 hex digits */
export const readLogo = async (em: Em, sha256: string): Promise<Buffer | null> => {
  const { rows } = await sqlOf({ em }).query<{ png: Buffer }>({
    name: 'logo-read',
    text: 'select png from store_logo where sha256 = $1 limit 1',
    values: [sha256],
  });
  return rows[0]?.png ?? null;
};

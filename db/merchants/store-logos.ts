// Store logos, one for each store. The server encodes each upload again, and serves it under the hash of its bytes.
import { StoreLogo } from '../entities/store.entity.ts';
import type { Em } from '../orm.ts';

/** The path under which a logo is served. */
export const logoPath = (sha256: string): string => `/logos/${sha256}.png`;

/** Writes a store's logo in the transaction of `em`, or deletes it. */
export const putLogo = async (em: Em, storeId: string, logo: { png: Buffer; sha256: string } | null): Promise<void> => {
  if (!logo) {
    await em.nativeDelete(StoreLogo, { store: storeId });
    return;
  }
  await em.upsert(StoreLogo, { store: storeId, ...logo, updatedAt: new Date() });
};

/** The bytes of a logo of any store; null when no store has it. @param sha256 64 hex digits */
export const readLogo = async (em: Em, sha256: string): Promise<Buffer | null> => {
  const logo = await em.fork().findOne(StoreLogo, { sha256 });
  return logo ? Buffer.from(logo.png) : null;
};

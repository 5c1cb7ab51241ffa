// Each code of an authenticator app counts once (RFC 6238 section 5.2): the last time step that an account used is kept.
import { kyselyOf } from '../kysely.ts';
import type { Em } from '../orm.ts';

export interface TotpStep {
  userId: string;
  /** SHA-256 of the account's sealed secret. */
  secretSha256: string;
  /** Unix time in steps of 30 seconds. */
  step: number;
}

/** Takes the step for this log-in. False when it or a later one was used before; of two requests at once, one gets true. */
export const takeTotpStep = async (em: Em, { userId, secretSha256, step }: TotpStep): Promise<boolean> => {
  const row = await kyselyOf(em.fork())
    .insertInto('TotpUse')
    .values({ userId, secretSha256, lastStep: step })
    .onConflict((conflict) =>
      conflict
        .column('userId')
        .doUpdateSet({ secretSha256, lastStep: step })
        .where(({ or, eb }) => or([eb('TotpUse.secretSha256', '<>', secretSha256), eb('TotpUse.lastStep', '<', step)])),
    )
    .returning('userId')
    .executeTakeFirst();
  return row !== undefined;
};

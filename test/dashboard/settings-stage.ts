// The service of a store's settings with its production rules, over a database of its own with a store.
import { Store } from '#db/entities/store.entity.ts';
import { type Orm, openOrm } from '#db/orm.ts';
import { chainById } from '#domain/chains.ts';
import { createReceiverCheck } from '#network/receiver-check.ts';
import type { ReceiverPolicy } from '#network/receiver-guard.ts';
import { STRICT_RECEIVERS } from '#network/receiver-policy.ts';
import { createTestDatabase } from '#test/support/database.ts';
import { makeStore } from '#test/support/intents.ts';
import { checkWithoutChains } from '#test/support/payable.ts';
import { createSettingsService } from '#web/dashboard/settings/server/settings-service.ts';
import type { SaveOutcome, SettingsSection, SettingsService } from '#web/dashboard/settings/server/settings-types.ts';
import { formOf, visitOf } from './visit.ts';

export interface SettingsStage {
  orm: Orm;
  storeId: string;
  settings: SettingsService;
  /** The service of a development system, with the same database. */
  developmentWith(receivers: ReceiverPolicy): SettingsService;
  storeOf(id: string): Promise<Store>;
  /** Saves the section as it is, but for these fields. */
  save(section: SettingsSection, changed: Parameters<typeof formOf>[0], id?: string): Promise<SaveOutcome>;
  close(): Promise<void>;
}

export const openSettings = async (): Promise<SettingsStage> => {
  const database = await createTestDatabase();
  const orm = await openOrm({ databaseUrl: database.url });
  const serviceWith = (development: boolean, receivers: ReceiverPolicy): SettingsService =>
    createSettingsService({
      orm,
      chains: [31337, 31338, 10, 137, 8453].map(chainById),
      checkAddress: checkWithoutChains,
      publicUrl: 'https://pay.example.com',
      changeWaitMs: 3_600_000,
      development,
      receivers: createReceiverCheck(receivers),
    });
  const settings = serviceWith(false, STRICT_RECEIVERS);
  const { storeId } = await makeStore(orm.em);
  return {
    orm,
    storeId,
    settings,
    developmentWith: (receivers) => serviceWith(true, receivers),
    storeOf: (id) => orm.em.fork().findOneOrFail(Store, id),
    async save(section, changed, id = storeId) {
      const { values } = await settings.view(id, section);
      return await settings.save(await visitOf(orm, id), section, formOf({ ...values, ...changed }));
    },
    async close() {
      await orm.close();
      await database.drop();
    },
  };
};

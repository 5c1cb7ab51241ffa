// Businesses with people, whose changes of where money goes wait, over a real Postgres; and what tests read of those changes.
import { Wallet } from 'ethers';
import { EmailMessage } from '#db/entities/email.entity.ts';
import { Member, type MemberRole } from '#db/entities/merchant-people.entity.ts';
import { PendingChange } from '#db/entities/pending-change.entity.ts';
import { Merchant, type ReceiverProof, Store } from '#db/entities/store.entity.ts';
import type { Actor } from '#db/merchants/audit.ts';
import { checkSettings } from '#db/merchants/change-store.ts';
import { type ChangeOutcome, requestReceiver } from '#db/merchants/pending-changes.ts';
import { createMerchantAndStore } from '#db/merchants/stores.ts';
import { type Orm, openOrm } from '#db/orm.ts';
import type { Address } from '#domain/address.ts';
import type { ChangeWaitsData } from '#domain/email-data.ts';
import { knownPayable, type PayableAddress } from '#domain/payable-address.ts';
import { createTestDatabase } from '#test/support/database.ts';
import { checkWithoutChains } from '#test/support/payable.ts';

const HOUR = 3_600_000;
export const RULES = { waitMs: 48 * HOUR, publicUrl: 'https://pay.example.com' };
export const OPERATOR: Actor = { kind: 'operator', id: 'op', email: 'op@allscale.example' };
export const later = (hours = 49) => new Date(Date.now() + hours * HOUR);
export const address = () => knownPayable(Wallet.createRandom().address as Address);

export const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: { code?: string; message: string }) => error.code ?? error.message,
  );

export const idOf = (outcome: ChangeOutcome): string => {
  if (!outcome.waits) throw new Error('it took effect at once');
  return outcome.id;
};

export const openBusinesses = async () => {
  const database = await createTestDatabase();
  const orm = await openOrm({ databaseUrl: database.url });
  return {
    orm,
    business: businessIn(orm),
    ...readsOf(orm),
    change: (storeId: string, actor: Actor, receiver = address(), proof: ReceiverProof | null = null) =>
      checkSettings(orm.em, checkWithoutChains, storeId, { receiver, ...(proof ? { receiverProof: proof } : {}) }).then(
        (checked) => requestReceiver(orm.em, { ...RULES, actor, storeId, checked }),
      ),
    close: async () => {
      await orm.close();
      await database.drop();
    },
  };
};

const businessIn = (orm: Orm) => {
  let count = 0;
  /** A business with a receiving address, two owners, a manager and a viewer. */
  return async (settings: { isTest?: boolean; receiver?: PayableAddress | null } = {}) => {
    count += 1;
    const now = address();
    const { merchantId, storeId } = await createMerchantAndStore(orm.em, {
      name: `Shop ${count}`,
      email: `shop-${count}@shop.example`,
      receiver: now,
      ...settings,
    });
    const person = async (name: string, role: MemberRole): Promise<Actor & { email: string }> => {
      const who = { kind: 'member' as const, id: `${name}-${count}`, email: `${name}-${count}@shop.example` };
      const em = orm.em.fork();
      em.create(Member, {
        merchant: em.getReference(Merchant, merchantId),
        userId: who.id,
        email: who.email,
        role,
        createdAt: new Date(),
      });
      await em.flush();
      return who;
    };
    const [ann, bob] = [await person('ann', 'owner'), await person('bob', 'owner')];
    const [mia, vic] = [await person('mia', 'manager'), await person('vic', 'viewer')];
    return { merchantId, storeId, now, ann, bob, mia, vic };
  };
};

const readsOf = (orm: Orm) => ({
  receiverOf: async (storeId: string) => (await orm.em.fork().findOneOrFail(Store, storeId)).receiver ?? null,
  roleOf: async (merchant: string, userId: string) =>
    (await orm.em.fork().findOne(Member, { merchant, userId }))?.role ?? null,
  stateOf: async (id: string) => (await orm.em.fork().findOneOrFail(PendingChange, id)).state,
  /** The secret of the link in a person's e-mail. */
  linkOf: async (id: string, recipient: string): Promise<string> => {
    const mail = await orm.em.fork().findOneOrFail(EmailMessage, { kind: 'change_waits', subjectId: id, recipient });
    return (mail.data as ChangeWaitsData).link.replace('https://pay.example.com/dashboard/cancel-change/', '');
  },
  mailsTo: async (kind: EmailMessage['kind'], merchantId: string): Promise<string[]> => {
    const mails = await orm.em.fork().find(EmailMessage, { kind, store: { merchant: merchantId } } as never);
    return mails.map(({ recipient }) => recipient).sort();
  },
  auditOf: async (id: string): Promise<string[]> =>
    (
      await orm.em
        .fork()
        .execute<{ action: string }[]>('select action from audit_entry where subject_id = ? order by id', [id])
    ).map(({ action }) => action),
});

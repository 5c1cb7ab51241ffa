// The people and stores that attacks need: a victim merchant with one row of everything, an attacker with a merchant of their own, each
// role, a shopper and an operator. Made through the system's own ways, beside what is there; nothing else is touched.
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { CheckoutIntent } from '#db/entities/intent.entity.ts';
import { ApiKey, Store } from '#db/entities/store.entity.ts';
import { createApiKey } from '#db/merchants/api-keys.ts';
import { createMerchantAndStore } from '#db/merchants/stores.ts';
import { type Orm, openOrm } from '#db/orm.ts';
import { FACTORY_ADDRESS } from '#domain/contract-addresses.ts';
import { depositAddress } from '#domain/deposit-address.ts';
import { type IntentId, makeContractId, makeIntentId } from '#domain/ids.ts';
import { centsOf, parseUnits, unitsOf } from '#domain/money.ts';
import { IntentStatus } from '#domain/status.ts';
import type { Credentials } from '#test/api/signed-client.ts';
import { join as joinStore } from '#test/dashboard/people.ts';
import { proveAddress } from '#test/support/accounts.ts';
import { addTransfer, randomAddress } from '#test/support/intents.ts';
import { addStoreRows, type StoreIds } from '#test/support/store-rows.ts';
import { type Person, signUp, withAuthenticator } from './people.ts';
import type { Target } from './target.ts';

export interface Shop {
  storeId: string;
  credentials: Credentials;
}

export interface World {
  target: Target;
  orm: Orm;
  /** In every text of the victim's data: a page that shows it has read the store. */
  mark: string;
  victim: StoreIds & Shop & Record<'owner' | 'manager' | 'viewer', Person>;
  /** The attacker's own store, with the same rows. */
  other: StoreIds & Shop & { owner: Person };
  shopper: Person;
  operator: Person;
  newIntent(
    shop: Shop,
    fields?: Partial<Record<'orderId' | 'orderDescription' | 'userName', string>>,
  ): Promise<IntentId>;
  /** Every row about the victim, as text, without what only counts requests. */
  victimRows(): Promise<Map<string, string>>;
  close(): Promise<void>;
}

const hex = (bytes: number): string => randomBytes(bytes).toString('hex');
/** What the worker writes while it delivers an e-mail that an earlier input caused: at any time, by nobody's request. */
const WRITTEN_BY_DELIVERY: Readonly<Record<string, readonly string[]>> = {
  email_message: [
    ...['state', 'subject_line', 'html', 'plain_text', 'transport', 'provider_id', 'attempts', 'last_error'],
    ...['sent_at', 'updated_at', 'own_workflow', 'data'],
  ],
};
const NEVER_CHANGES_HANDS = ['dispatch', 'request_log', 'rateLimit', 'day_total', 'rate_limit'];

export const openWorld = async (target: Target): Promise<World> => {
  const orm = await openOrm({ databaseUrl: target.databaseUrl, poolSize: 4 });
  const { url } = target;
  const mark = `QuietHarbour${hex(4)}`;
  const newIntent: World['newIntent'] = (shop, fields) => addIntent(orm, shop, IntentStatus.CREATED, fields);

  const person = async (needsTwo: boolean): Promise<Person> => {
    const made = await signUp(url, orm);
    await proveAddress(orm, made.userId);
    return needsTwo ? await withAuthenticator(url, made) : made;
  };
  const [owner, manager, viewer, otherOwner, operator] = await Promise.all([1, 2, 3, 4, 5].map(() => person(true)));
  const shopper = await person(false);
  if (!owner || !manager || !viewer || !otherOwner || !operator) throw new Error('accounts are missing');
  await orm.em.fork().execute(`update auth."user" set role = 'operator' where id = ?`, [operator.userId]);

  const victimShop = await makeShop(target, orm, mark);
  for (const [role, member] of Object.entries({ owner, manager, viewer } as const)) {
    await joinStore(orm, victimShop.storeId, member, role as 'owner');
  }
  const otherShop = await makeShop(target, orm, 'Elsewhere');
  await joinStore(orm, otherShop.storeId, otherOwner, 'owner');
  const victimIds = await fillStore(target, orm, victimShop, { mark, owner, member: viewer });
  const otherIds = await fillStore(target, orm, otherShop, {
    mark: 'Elsewhere',
    owner: otherOwner,
    member: otherOwner,
  });
  return {
    ...{ target, orm, mark, shopper, operator, newIntent },
    victim: { ...victimIds, ...victimShop, owner, manager, viewer },
    other: { ...otherIds, ...otherShop, owner: otherOwner },
    victimRows: rowsAbout(orm, victimIds, [owner.userId, manager.userId, viewer.userId]),
    close: () => orm.close(),
  };
};

const makeShop = async (target: Target, orm: Orm, name: string): Promise<Shop> => {
  const email = `merchant-${hex(6)}@shop.example`;
  const { storeId } = await createMerchantAndStore(orm.em, { name, email, receiver: randomAddress() });
  await orm.em.fork().nativeUpdate(Store, { id: storeId }, { supportContact: `help@${name.toLowerCase()}.example` });
  return { storeId, credentials: await createApiKey(orm.em, target.masterKeys, storeId, { name }) };
};

const addIntent = async (
  orm: Orm,
  { storeId, credentials }: Shop,
  status: IntentStatus,
  fields: object = {},
): Promise<IntentId> => {
  const em = orm.em.fork();
  const id = makeIntentId(Date.now() / 1000, randomBytes(8));
  const amountUnits = unitsOf(parseUnits('25') ?? 0n);
  const terms = {
    ...{ receiver: randomAddress(), feeReceiver: randomAddress(), feeRateE9: 6_000_000n },
    contractId: makeContractId(randomBytes(12)),
  };
  const now = new Date();
  em.create(CheckoutIntent, {
    ...{ id, store: em.getReference(Store, storeId), apiKey: em.getReference(ApiKey, credentials.apiKey), status },
    ...{ stableCoin: 1, amountCents: centsOf(2500n), amountUnits, acceptedStableCoins: [1, 2] },
    ...{ acceptedChainIds: [31337, 31338], toleranceBps: 50, extensionSeconds: 1800, paymentMethodType: 0 },
    ...{ factory: FACTORY_ADDRESS, ...terms, depositAddress: depositAddress(FACTORY_ADDRESS, terms) },
    ...{ expiresAt: new Date(now.getTime() + 1_800_000), createdAt: now, updatedAt: now },
    ...fields,
  } as never);
  await em.flush();
  return id;
};

const fillStore = async (
  target: Target,
  orm: Orm,
  shop: Shop,
  { mark, owner, member }: { mark: string; owner: Person; member: Person },
): Promise<StoreIds> => {
  const texts = { orderId: mark, orderDescription: mark, userName: mark };
  const id = await addIntent(orm, shop, IntentStatus.PENDING_MANUAL_OPERATION, texts);
  // No money that the worker would book.
  const transferId = await addTransfer(orm.em, id, { amount: '25', state: 'orphaned' });
  const { storeId, credentials } = shop;
  return await addStoreRows(orm, {
    ...{ storeId, keyId: credentials.apiKey, id, late: { intentId: id, transferId }, owner, member, mark },
    publicUrl: target.url,
  });
};

/** Rows of all tables that name the store, the merchant or one of its people, by table and content. */
const rowsAbout = (orm: Orm, { storeId, merchantId }: StoreIds, userIds: readonly string[]): World['victimRows'] => {
  const values: Readonly<Record<string, readonly string[]>> = {
    store_id: [storeId],
    merchant_id: [merchantId],
    user_id: userIds,
    userId: userIds,
  };
  let query: string | null = null;
  const parameters: string[] = [];
  const build = async (): Promise<string> => {
    const columns = await orm.em.fork().execute<{ name: string; bare: string; column_name: string }[]>(
      `select format('%I.%I', c.table_schema, c.table_name) as name, c.table_name as bare, c.column_name
       from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
       where table_schema in ('public', 'auth') and t.table_type = 'BASE TABLE'
         and (c.column_name = any('{store_id,merchant_id,user_id,userId}') or (c.table_name in ('store', 'merchant') and c.column_name = 'id')
           or (table_schema = 'auth' and c.table_name = 'user' and c.column_name = 'id'))`,
    );
    const selects = columns
      .filter(({ bare }) => !NEVER_CHANGES_HANDS.some((name) => bare.includes(name)))
      .map(({ name, bare, column_name }) => {
        const named = { store: [storeId], merchant: [merchantId], user: userIds }[bare];
        const wanted = column_name === 'id' ? (named ?? []) : (values[column_name] ?? []);
        parameters.push(`{${wanted.join(',')}}`);
        const left = (WRITTEN_BY_DELIVERY[bare] ?? []).map((column) => `'${column}'`).join(',');
        const row = left ? `(to_jsonb(t) - array[${left}])::text` : 't::text';
        return `select '${name}' as name, ${row} as row from ${name} t where t."${column_name}"::text = any(?::text[])`;
      });
    return selects.join(' union ');
  };
  return async () => {
    query ??= await build();
    const rows = await orm.em.fork().execute<{ name: string; row: string }[]>(query, parameters);
    return new Map(rows.map(({ name, row }) => [`${name} ${row}`, name]));
  };
};

/** Longer than a pause of the worker's schedules on a busy machine. */
const QUIET_MS = 45_000;
const QUIET_WITHIN_MS = 600_000;

/**
 * Waits until the worker has done what the new stores and the inputs so far caused (reports of past days, e-mails, reviews): a later change
 * is that of an input. Throws when the victim's rows keep changing.
 */
export const untilQuiet = async ({ target, victimRows }: World): Promise<void> => {
  if (!target.complete) return;
  const giveUpAt = Date.now() + QUIET_WITHIN_MS;
  let rows = await victimRows();
  for (let sameSince = Date.now(); Date.now() - sameSince < QUIET_MS; ) {
    await delay(500);
    const next = await victimRows();
    const change = changeOf(rows, next);
    if (change) sameSince = Date.now();
    if (Date.now() > giveUpAt) throw new Error(`the victim's rows keep changing by themselves: ${change}`);
    rows = next;
  }
};

/** The worker adds the reports of past days, one by one for minutes, and nothing else adds any (activities/reports.ts). */
const ADDED_BY_WORKER = 'public.report ';

/** What changed, in few characters; null when nothing did. */
export const changeOf = (before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string | null => {
  const changes = [
    ...[...before.keys()].filter((row) => !after.has(row)).map((row) => `gone: ${row}`),
    ...[...after.keys()]
      .filter((row) => !before.has(row) && !row.startsWith(ADDED_BY_WORKER))
      .map((row) => `new: ${row}`),
  ];
  return changes.length === 0 ? null : changes.map((row) => row.slice(0, 160)).join(' | ');
};

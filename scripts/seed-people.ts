// Log-ins of a new local system: the demo merchant's owner and an operator. Their passwords are generated once for each data folder
// and stored there, readable only by the user who runs it. Safe to run at every start.
import { randomInt } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { wordlists } from 'ethers';
import { setWalletAside } from '#db/accounts/account-wallets.ts';
import { Member } from '#db/entities/merchant-people.entity.ts';
import { Store } from '#db/entities/store.entity.ts';
import { type Em, openOrm } from '#db/orm.ts';
import { derivePasswordKeys } from '#web/account/keys/password-keys.ts';
import { type Auth, createAuth } from '#web/auth/create-auth.ts';
import { startClean } from '#web/auth/end-everything.ts';
import { addPassword } from '#web/auth/log-in-secret.ts';
import { makeOperator } from '#web/auth/operators.ts';
import { writePrivate } from './lib/data-folder.ts';

export interface LogIn {
  email: string;
  password: string;
}

export interface DemoPeople {
  owner: LogIn;
  operator: LogIn;
}

export interface SeedPeopleOptions {
  databaseUrl: string;
  authSecret: string;
  publicUrl: string;
  dataDir: string;
  /** The owner becomes a member of this store's merchant. */
  storeId: string;
}

const WORDS = 5;

/** Creates missing accounts. A changed password stays as it is; the file then holds the old one. */
export async function seedPeople(options: SeedPeopleOptions): Promise<DemoPeople> {
  const people = keptPeople(join(options.dataDir, 'demo-people.json'));
  const auth = createAuth({ ...options, secret: options.authSecret });
  const orm = await openOrm({ databaseUrl: options.databaseUrl, poolSize: 1 });
  try {
    const aside = (userId: string) => setWalletAside(orm.em, userId);
    const ownerId = await ensureAccount(auth, people.owner, aside);
    await ensureAccount(auth, people.operator, aside);
    await makeOperator(auth, people.operator.email, null, aside);
    await makeOwner(orm.em.fork(), options.storeId, ownerId, people.owner.email);
    return people;
  } finally {
    await Promise.all([auth.close(), orm.close()]);
  }
}

function keptPeople(file: string): DemoPeople {
  if (!existsSync(file)) {
    const people: DemoPeople = {
      owner: { email: 'demo@shop.example', password: makePassword() },
      operator: { email: 'operator@allscale.example', password: makePassword() },
    };
    writePrivate(file, `${JSON.stringify(people)}\n`);
  }
  return JSON.parse(readFileSync(file, 'utf8')) as DemoPeople;
}

/** Easy to type. */
function makePassword(): string {
  return Array.from({ length: WORDS }, () => wordlists.en?.getWord(randomInt(2048)) ?? '').join('-');
}

/** Derives the password as browsers do (decision 0030). @returns the account's id */
async function ensureAccount(
  auth: Auth,
  { email, password }: LogIn,
  setAside: (userId: string) => Promise<void>,
): Promise<string> {
  const context = await auth.$context;
  const { internalAdapter } = context;
  const found = await internalAdapter.findUserByEmail(email);
  if (found?.user.emailVerified) return found.user.id;
  const { logInSecret } = await derivePasswordKeys(email, password);
  if (found) await startClean(context, found.user.id, () => setAside(found.user.id));
  const { id } =
    found?.user ?? (await internalAdapter.createUser({ email, name: email, emailVerified: true }, { method: 'seed' }));
  await addPassword(context, id, await context.password.hash(logInSecret));
  return id;
}

async function makeOwner(em: Em, storeId: string, userId: string, email: string): Promise<void> {
  const { merchant } = await em.findOneOrFail(Store, storeId);
  if (await em.findOne(Member, { merchant, userId })) return;
  em.create(Member, { merchant, userId, email, role: 'owner', createdAt: new Date() });
  await em.flush();
}

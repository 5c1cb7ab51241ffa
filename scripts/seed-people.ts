// Log-ins of a new local system: the demo merchant's owner and an operator. Their passwords are generated once for each data folder
// and stored there, readable only by the user who runs it. Safe to run at every start.
import { randomInt } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { wordlists } from 'ethers';
import { Member } from '#db/entities/merchant-people.entity.ts';
import { Store } from '#db/entities/store.entity.ts';
import { type Em, openOrm } from '#db/orm.ts';
import { derivePasswordKeys } from '#web/account/keys/password-keys.ts';
import { type Auth, createAuth } from '#web/auth/create-auth.ts';
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
    const ownerId = await ensureAccount(auth, people.owner);
    await ensureAccount(auth, people.operator);
    await makeOperator(auth, people.operator.email, null);
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
async function ensureAccount(auth: Auth, { email, password }: LogIn): Promise<string> {
  const { internalAdapter } = await auth.$context;
  const found = await internalAdapter.findUserByEmail(email);
  if (found) return found.user.id;
  const { logInSecret } = await derivePasswordKeys(email, password);
  const { user } = await auth.api.signUpEmail({ body: { email, name: email, password: logInSecret } });
  await internalAdapter.updateUser(user.id, { emailVerified: true });
  return user.id;
}

async function makeOwner(em: Em, storeId: string, userId: string, email: string): Promise<void> {
  const { merchant } = await em.findOneOrFail(Store, storeId);
  if (await em.findOne(Member, { merchant, userId })) return;
  em.create(Member, { merchant, userId, email, role: 'owner', createdAt: new Date() });
  await em.flush();
}

// `person export|erase`: what is stored about a person, and its erasure. The ledger stays (docs/security/personal-data.md).

import { createHash } from 'node:crypto';
import { type Command, Option } from 'commander';
import { writeAudit } from '#db/merchants/audit.ts';
import type { Em } from '#db/orm.ts';
import { erasePerson, exportPerson, type PersonKey } from '#db/personal-data/person.ts';
import type { AuditAction } from '#domain/audit-actions.ts';
import { emailAddressOf } from '#domain/email-address.ts';
import { UserError } from '#domain/errors.ts';
import { commandActor } from './actor.ts';
import { action, systemEnvironment } from './context.ts';
import { fields } from './format.ts';
import { withAccounts } from './with-accounts.ts';

interface PersonOptions {
  email?: string;
  store?: string;
  user?: string;
  reason?: string;
}

export const addPersonCommands = (program: Command): void => {
  const person = program.command('person').description('personal data of one person');

  action(
    withKey(person.command('export').description('print everything that is stored about a person, as JSON')),
    async (options) => {
      const key = keyOf(options);
      return await withAccounts(systemEnvironment(), async (auth, em) => {
        const { exportAccount } = await import('#web/auth/delete-account.ts');
        const account = 'email' in key ? await exportAccount(auth, key.email) : null;
        const data = { account, ...(await exportPerson(em, key)) };
        await audit(em, 'person.export', key, {});
        return { json: data, lines: [JSON.stringify(data, null, 2)] };
      });
    },
  );

  const erase = withKey(
    person.command('erase').description('erase what is stored about a person, but the ledger and the audit log'),
  ).addOption(new Option('--reason <text>', 'who asked, for the audit log').makeOptionMandatory());
  action(erase, async (options) => {
    const key = keyOf(options);
    return await withAccounts(systemEnvironment(), async (auth, em) => {
      const { deleteAccount, exportAccount } = await import('#web/auth/delete-account.ts');
      const account = 'email' in key ? await exportAccount(auth, key.email) : null;
      if (account) await deleteAccount(auth, em, account.id, commandActor());
      const counts = await erasePerson(em, key);
      await audit(em, 'person.erase', key, { ...counts, account: account !== null }, options.reason as string);
      return {
        json: { account: account !== null, ...counts },
        lines: fields([
          ['account', account ? 'deleted' : 'none'],
          ['orders erased', String(counts.orders)],
          ['logged requests deleted', String(counts.requests)],
          ['e-mails emptied', String(counts.emails)],
          ['invitations deleted', String(counts.invitations)],
          ['lists of recipients', String(counts.stores)],
        ]),
      };
    });
  });
};

const withKey = (command: Command): Command =>
  command
    .option('--email <email>', "the person's e-mail address")
    .option('--store <store-id>', 'with --user: the store whose customer it is')
    .option('--user <user-id>', 'the id that the shop gave its customer (user_id of the API)');

const keyOf = (options: Record<string, unknown>): PersonKey => {
  const { email, store, user } = options as PersonOptions;
  if (email && !store && !user) return { email: emailAddressOf(email) };
  if (!email && store && user) return { storeId: store, userId: user };
  throw new UserError('bad_usage', 'name either --email, or --store and --user');
};

/** The log must not keep the name that was just erased, but a later question "was I erased?" can be answered by the hash. */
const subjectOf = (key: PersonKey): string =>
  createHash('sha256')
    .update('email' in key ? key.email : `${key.storeId}:${key.userId}`)
    .digest('hex');

const audit = (
  em: Em,
  act: AuditAction<'person'>,
  key: PersonKey,
  data: Record<string, unknown>,
  reason?: string,
): Promise<void> =>
  em.transactional((transaction) =>
    writeAudit(transaction as Em, {
      actor: commandActor(),
      action: act,
      subjectKind: 'person',
      subjectId: subjectOf(key),
      ...(reason ? { reason } : {}),
      data,
    }),
  );

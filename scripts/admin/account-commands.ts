// `account recover`: for an owner who has lost every log-in method and every recovery code.
import type { Command } from 'commander';
import { commandActor } from './actor.ts';
import { action, systemEnvironment } from './context.ts';
import { needVariable, publicUrlOf } from './environment.ts';
import { fields, moment } from './format.ts';
import { reasonOption } from './merchant-commands.ts';
import { emailOption } from './operator-commands.ts';
import { withAccounts } from './with-accounts.ts';

export const addAccountCommands = (program: Command): void => {
  const account = program.command('account').description('accounts of merchants and shoppers');
  const recover = account
    .command('recover')
    .description(
      'start a recovery: every known address is told and can stop it; after the waiting time a link in the mailbox replaces all log-in methods. First make sure, by another way than e-mail, that the owner asks for it',
    )
    .addOption(emailOption())
    .addOption(reasonOption());
  action(recover, async (options) => {
    const env = systemEnvironment();
    const { email, reason } = options as { email: string; reason: string };
    const [{ createRecovery }, { openOrm }] = await Promise.all([
      import('#web/auth/recovery.ts'),
      import('#db/orm.ts'),
    ]);
    return await withAccounts(env, async (auth) => {
      const orm = await openOrm({ databaseUrl: needVariable(env, 'DATABASE_URL'), poolSize: 1 });
      try {
        const { readyAt, ...started } = await createRecovery(orm, auth, publicUrlOf(env)).start(email, {
          actor: commandActor(),
          reason,
        });
        return {
          json: { email: started.email, user_id: started.userId, ready_at: readyAt.toISOString() },
          lines: fields([
            ['account', started.email],
            ['the mailed link works from', moment(readyAt)],
          ]),
        };
      } finally {
        await orm.close();
      }
    });
  });
};

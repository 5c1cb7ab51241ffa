// `operator create|list|remove|recover`: the users of the console. The first operator of a system is created here.

import { text } from 'node:stream/consumers';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { setWalletAside } from '#db/accounts/account-wallets.ts';
import { writeAudit } from '#db/merchants/audit.ts';
import { merchantFields } from '#db/merchants/store-settings.ts';
import type { Em } from '#db/orm.ts';
import type { AuditAction } from '#domain/audit-actions.ts';
import { UserError } from '#domain/errors.ts';
import { commandActor } from './actor.ts';
import { action, systemEnvironment } from './context.ts';
import { publicUrlOf } from './environment.ts';
import { fields, moment, table } from './format.ts';
import { withAccounts } from './with-accounts.ts';

export const addOperatorCommands = (program: Command): void => {
  const operator = program.command('operator').description('users of the console');

  const create = operator
    .command('create')
    .description(
      'create an operator, or give an existing account the role; prints a link to choose a password when it has no log-in. An account whose e-mail address nobody has proven starts clean: all that it could log in with is deleted',
    )
    .addOption(emailOption())
    .option('--password-stdin', 'read the password from standard input instead (one line)');
  action(create, async (options) => {
    const { email, passwordStdin } = options as { email: string; passwordStdin?: boolean };
    const env = systemEnvironment();
    const secret = passwordStdin ? await logInSecretFromInput(email) : null;
    return await withAccounts(env, async (auth, em) => {
      const operators = await loadOperators();
      const made = await operators.makeOperator(auth, email, secret, (userId) => setWalletAside(em, userId));
      const publicUrl = publicUrlOf(env);
      const setUp = made.canLogIn ? null : await operators.setUpLink(auth, made.userId, publicUrl);
      await audit(em, 'operator.create', made.userId, {
        email: made.email,
        existed: made.existed,
        startedClean: made.startedClean,
      });
      return {
        json: {
          email: made.email,
          user_id: made.userId,
          existed: made.existed,
          started_clean: made.startedClean,
          set_up_link: setUp?.link ?? null,
          link_expires_at: setUp?.expiresAt.toISOString() ?? null,
        },
        lines: fields([
          ['operator', made.email],
          ['account', accountText(made)],
          ...(setUp
            ? ([
                ['choose a password at', setUp.link],
                ['link valid until', moment(setUp.expiresAt)],
              ] as const)
            : ([['log-in', `${publicUrl}/account/log-in`]] as const)),
          ['console', `${publicUrl}/operator`],
        ]),
      };
    });
  });

  action(operator.command('list').description('all operators'), async () =>
    withAccounts(systemEnvironment(), async (auth) => {
      const all = await (await loadOperators()).listOperators(auth);
      return {
        json: all.map(({ email, userId, createdAt }) => ({
          email,
          user_id: userId,
          created_at: new Date(createdAt).toISOString(),
        })),
        lines: table(
          ['e-mail', 'account since'],
          all.map(({ email, createdAt }) => [email, moment(new Date(createdAt))]),
        ),
      };
    }),
  );

  addRecover(operator);

  const remove = operator
    .command('remove')
    .description('remove the role and end the sessions; the account stays')
    .addOption(emailOption());
  action(remove, async (options) =>
    withAccounts(systemEnvironment(), async (auth, em) => {
      const removed = await (await loadOperators()).removeOperator(auth, (options as { email: string }).email);
      await audit(em, 'operator.remove', removed.userId, { email: removed.email });
      return {
        json: { email: removed.email, user_id: removed.userId },
        lines: [`${removed.email} is no longer an operator.`],
      };
    }),
  );
};

const addRecover = (operator: Command): void => {
  const recover = operator
    .command('recover')
    .description(
      'delete everything that an operator logs in with, and print a link to choose a password (the only recovery of operators)',
    )
    .addOption(emailOption());
  action(recover, async (options) => {
    const env = systemEnvironment();
    return await withAccounts(env, async (auth, em) => {
      const operators = await loadOperators();
      const { email } = options as { email: string };
      const recovered = await operators.recoverOperator(auth, email, (userId) => setWalletAside(em, userId));
      await audit(em, 'operator.recover', recovered.userId, { email: recovered.email });
      const { link, expiresAt } = await operators.setUpLink(auth, recovered.userId, publicUrlOf(env));
      return {
        json: { email: recovered.email, set_up_link: link, link_expires_at: expiresAt.toISOString() },
        lines: fields([
          ['operator', recovered.email],
          ['choose a password at', link],
          ['link valid until', moment(expiresAt)],
        ]),
      };
    });
  });
};

const accountText = ({ existed, startedClean }: { existed: boolean; startedClean: boolean }): string => {
  if (!existed) return 'new';
  if (!startedClean) return 'existed, and is now an operator; its sessions ended';
  return 'existed with an unproven e-mail address: its passwords, passkeys, codes and sessions were deleted';
};

/** Slow to load, and `--help` does not need it. */
const loadOperators = () => import('#web/auth/operators.ts');

export const emailOption = (): Option =>
  new Option('--email <email>', "the account's").makeOptionMandatory().argParser((given) => {
    const result = merchantFields.shape.email.safeParse(given);
    if (result.success) return result.data;
    throw new InvalidArgumentError(result.error.issues[0]?.message ?? 'is not valid');
  });

const audit = (em: Em, act: AuditAction<'operator'>, userId: string, data: Record<string, unknown>): Promise<void> =>
  em.transactional((transaction) =>
    writeAudit(transaction as Em, {
      actor: commandActor(),
      action: act,
      subjectKind: 'account',
      subjectId: userId,
      data,
    }),
  );

/** Checks and derives the password as a browser does; only the derived secret is sent on. */
const logInSecretFromInput = async (email: string): Promise<string> => {
  const password = (await text(process.stdin)).replace(/\r?\n$/, '');
  if (/[\r\n]/.test(password)) throw new UserError('bad_usage', 'the password must be one line');
  const { keysOfNewPassword } = await import('#web/account/keys/new-password.ts');
  try {
    return (await keysOfNewPassword(email, password)).logInSecret;
  } catch (error) {
    throw new UserError('bad_password', error instanceof Error ? error.message : 'the password cannot be used');
  }
};

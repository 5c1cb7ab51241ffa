// `audit list|verify` and `master-key rotate`: reads the audit log, verifies its hash chain, and seals secrets under a new key.
import { type Command, InvalidArgumentError, Option } from 'commander';
import { rewrapSecrets } from '#db/api/master-keys.ts';
import { findBrokenAuditEntry } from '#db/merchants/audit.ts';
import { listAuditEntries, readAuditExtent } from '#db/merchants/audit-list.ts';
import { UserError } from '#domain/errors.ts';
import { commandActor } from './actor.ts';
import { action, masterKeysOf, systemEnvironment, withDatabase } from './context.ts';
import { fields, moment, table, testWord } from './format.ts';

export const addAuditCommands = (program: Command): void => {
  const audit = program.command('audit').description('the audit log');

  const list = audit
    .command('list')
    .description('entries, newest first')
    .option('--action <text>', 'beginning of the action, for example merchant.')
    .option('--actor <who>', 'e-mail address or id of the actor')
    .option('--subject <id>', 'id of the merchant, store, intent or account')
    .addOption(new Option('--limit <rows>', 'maximum number of rows').argParser(asLimit).default(50));
  action(list, async (options) =>
    withDatabase(systemEnvironment(), async (em) => {
      const { limit, ...filter } = options as { action?: string; actor?: string; subject?: string; limit: number };
      const rows = await listAuditEntries(em, {
        limit,
        ...(filter.action ? { action: filter.action } : {}),
        ...(filter.actor ? { actor: filter.actor } : {}),
        ...(filter.subject ? { subject: filter.subject } : {}),
      });
      return {
        json: rows.map((row) => ({
          id: row.id,
          at: row.at.toISOString(),
          actor_kind: row.actorKind,
          actor_id: row.actorId,
          actor_email: row.actorEmail,
          action: row.action,
          subject_kind: row.subjectKind,
          subject_id: row.subjectId,
          merchant_id: row.merchantId,
          store_id: row.storeId,
          store_is_test: row.storeIsTest,
          reason: row.reason,
          data: row.data,
          hash: row.hash,
        })),
        lines: table(
          ['entry', 'at', 'who', 'action', 'subject', 'reason'],
          rows.map((row) => [
            ...[row.id, moment(row.at), row.actorEmail ?? row.actorId, row.action],
            ...[`${row.subjectKind} ${row.subjectId}${testWord(row.storeIsTest)}`, row.reason ?? '-'],
          ]),
        ),
      };
    }),
  );

  action(
    audit.command('verify').description('verify the whole hash chain; fails at the first broken entry'),
    async () =>
      withDatabase(systemEnvironment(), async (em) => {
        const { count, lastId } = await readAuditExtent(em);
        const broken = await findBrokenAuditEntry(em);
        if (broken) {
          throw new UserError(
            'audit_broken',
            `the chain breaks at entry ${broken.id}: an entry before it was changed or deleted`,
          );
        }
        return {
          json: { entries: count, verified_up_to: lastId },
          lines: [lastId ? `The chain is intact: ${count} entries, verified up to ${lastId}.` : 'The log is empty.'],
        };
      }),
  );
  addMasterKeyCommands(program);
};

const addMasterKeyCommands = (program: Command): void => {
  const masterKey = program.command('master-key').description('the keys that seal API secrets (MASTER_KEYS)');
  action(
    masterKey
      .command('rotate')
      .description(
        'seal every secret again under the first key of MASTER_KEYS; can be stopped and repeated. Give web and worker that key first',
      ),
    async () => {
      const env = systemEnvironment();
      const keys = masterKeysOf(env);
      return await withDatabase(env, async (em) => {
        const done = await rewrapSecrets(em, keys, commandActor());
        if (done.failed.length > 0) {
          throw new UserError(
            'secrets_not_opened',
            `${done.rewrapped} secrets are now sealed under ${done.masterKeyId}; ${done.failed.length} could not be opened with these keys, for example ${done.failed[0]}: keep the old keys and add the missing one`,
          );
        }
        return {
          json: {
            master_key_id: done.masterKeyId,
            rewrapped: done.rewrapped,
            already_current: done.alreadyCurrent,
          },
          lines: fields([
            ['master key', done.masterKeyId],
            ['sealed again', done.rewrapped],
            ['already current', done.alreadyCurrent],
          ]),
        };
      });
    },
  );
};

const asLimit = (given: string): number => {
  const limit = Number(given);
  if (/^\d+$/.test(given) && limit >= 1 && limit <= 10_000) return limit;
  throw new InvalidArgumentError('must be a number from 1 to 10000');
};

// `audit list|verify` and `master-key rotate`: reads the audit log, verifies its hash chain and its head, and seals secrets under a new
// key.
import { readFile } from 'node:fs/promises';
import { text as textOf } from 'node:stream/consumers';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { rewrapSecrets } from '#db/api/master-keys.ts';
import { describeAuditProblem, verifyAuditLog } from '#db/merchants/audit-heads.ts';
import { trustedAuditKeys } from '#db/merchants/audit-keys.ts';
import { listAuditEntries, readAuditExtent } from '#db/merchants/audit-list.ts';
import { parseMasterKeys } from '#db/secrets.ts';
import { auditHeadText, readAuditHead, type SignedAuditHead } from '#domain/audit-head.ts';
import type { Env } from '#domain/config.ts';
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
          subject_email: row.subjectEmail,
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

  addVerifyCommand(audit);
  addMasterKeyCommands(program);
};

const addVerifyCommand = (audit: Command): void => {
  const verify = audit
    .command('verify')
    .description(
      'verify the whole hash chain, and compare the log with a head that was mailed: finds changed, removed and rewritten entries. Fails at the first problem',
    )
    .option(
      '--head <file or text>',
      'a saved e-mail with a head, its text, or - for standard input; without it: the newest head in the database',
    )
    .option('--public-key <keys...>', 'further keys that signed heads, for example of a master key that was removed');
  action(verify, async (options) => {
    const { head: source, publicKey = [] } = options as { head?: string; publicKey?: string[] };
    const given = source === undefined ? null : await headFrom(source);
    const env = systemEnvironment();
    const trusted = trustedKeys(env, publicKey);
    if (given && !trusted)
      throw new UserError(
        'bad_usage',
        'set MASTER_KEYS, AUDIT_SIGNING_KEY or --public-key: without them the signature of a head cannot be verified',
      );
    return await withDatabase(env, async (em) => {
      const { count, lastId } = await readAuditExtent(em);
      const { problem, head } = await verifyAuditLog(em, { given, trusted });
      if (problem) throw new UserError('audit_broken', describeAuditProblem(problem));
      return {
        json: {
          entries: count,
          verified_up_to: lastId,
          head: head && {
            number: head.number,
            at: head.at,
            last_id: head.lastId,
            hash: head.hash,
            given: given !== null,
          },
        },
        lines: [
          lastId ? `The chain is intact: ${count} entries, verified up to ${lastId}.` : 'The log is empty.',
          ...(given
            ? [
                `It agrees with head ${given.number} of ${given.at}: nothing up to entry ${given.lastId} was changed or removed.`,
              ]
            : head
              ? [
                  'It agrees with the newest head in the database. Compare it with the one that was mailed, or give that with --head:',
                  auditHeadText(head),
                ]
              : ['There is no signed head yet: the worker makes one a day.']),
        ],
      };
    });
  });
};

const headFrom = async (source: string): Promise<SignedAuditHead> => {
  const text = source === '-' ? await textOf(process.stdin) : await readFile(source, 'utf8').catch(() => source);
  const head = readAuditHead(text);
  if (!head) throw new UserError('bad_usage', '--head: this file or text has no head of the audit log');
  return head;
};

/** Null without any key: signatures of heads in the database are not verified. */
const trustedKeys = (env: Env, given: readonly string[]): string[] | null => {
  const { MASTER_KEYS, AUDIT_SIGNING_KEY } = env;
  const own = trustedAuditKeys(AUDIT_SIGNING_KEY || null, MASTER_KEYS ? parseMasterKeys(MASTER_KEYS) : null);
  return own.length + given.length > 0 ? [...own, ...given] : null;
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

// Heads of the audit log: once a day the chain's last hash and the number of entries are signed and mailed, so that they are kept where
// nobody with the database can change them. Verification compares the log with such a head: it finds a shortened and a rewritten log,
// which a chain without a key does not (decision 0061).
import type { SignedAuditHead } from '#domain/audit-head.ts';
import { queueEmail } from '../delivery/queue-emails.ts';
import { AuditHeadRow } from '../entities/account-security.entity.ts';
import { AuditEntry } from '../entities/merchant-people.entity.ts';
import type { Em } from '../orm.ts';
import { findBrokenAuditEntry, lockAuditChain } from './audit.ts';
import { type AuditKey, isSignedAuditHead, signAuditHead } from './audit-keys.ts';

export interface NewAuditHead {
  key: AuditKey;
  /** Public keys of this system. The application's database role may insert heads, so a row alone does not mean that a head left. */
  trusted: readonly string[];
  /** E-mail addresses. */
  recipients: readonly string[];
  now?: Date;
}

/**
 * Signs and mails the head, once a day (UTC). Null when it was done today, and for an empty log. Throws when nobody would receive it,
 * and when today's row is not signed by this system.
 */
export const recordAuditHead = (entityManager: Em, options: NewAuditHead): Promise<SignedAuditHead | null> =>
  entityManager.fork().transactional(async (em) => {
    const { key, trusted, recipients, now = new Date() } = options;
    // Entries of transactions in progress are in the next head.
    await lockAuditChain(em);
    const day = now.toISOString().slice(0, 10);
    const done = await em.findOne(AuditHeadRow, { day });
    if (done && isOurs(headOf(done), trusted)) return null;
    if (done)
      throw new Error(`The head of the audit log of ${day} was not signed by this system: run "admin -- audit verify"`);
    const last = await em.findOne(AuditEntry, { id: { $gt: 0n } }, { orderBy: { id: 'desc' } });
    if (!last) return null;
    if (recipients.length === 0) {
      throw new Error("Nobody receives the audit log's head: create an operator, or set AUDIT_HEAD_EMAILS");
    }
    const before = await newestAuditHead(em);
    const head = signAuditHead(key, {
      number: (before?.number ?? 0) + 1,
      at: now.toISOString(),
      entries: String(await em.count(AuditEntry)),
      lastId: String(last.id),
      hash: last.hash,
    });
    await em.insert(AuditHeadRow, { ...head, day, at: now, entries: BigInt(head.entries), lastId: last.id });
    for (const recipient of recipients) {
      await queueEmail(em, { kind: 'audit_head', subjectId: `audit_head:${head.number}`, recipient, data: head });
    }
    return head;
  });

/** The newest head that the database knows; null when there is none. */
export const newestAuditHead = async (em: Em): Promise<SignedAuditHead | null> => {
  const row = await em.fork().findOne(AuditHeadRow, { number: { $gt: 0 } }, { orderBy: { number: 'desc' } });
  return row && headOf(row);
};

const headOf = ({ number, at, entries, lastId, hash, publicKey, signature }: AuditHeadRow): SignedAuditHead => ({
  number,
  at: at.toISOString(),
  entries: String(entries),
  lastId: String(lastId),
  hash,
  publicKey,
  signature,
});

const isOurs = (head: SignedAuditHead, trusted: readonly string[]): boolean =>
  trusted.includes(head.publicKey) && isSignedAuditHead(head);

export type AuditProblem =
  | { kind: 'broken'; id: string }
  | { kind: 'head_forged'; number: number }
  | { kind: 'head_unknown_key'; number: number; publicKey: string }
  | { kind: 'entry_missing'; number: number; id: string }
  | { kind: 'rewritten'; number: number; id: string }
  | { kind: 'entries_missing'; number: number; expected: string; found: number };

export interface AuditVerification {
  /** Null: the log is what it was. */
  problem: AuditProblem | null;
  /** The head that it was compared with: the given one, else the newest in the database. */
  head: SignedAuditHead | null;
}

/**
 * Verifies the chain, then compares the log with the newest head in the database and with a head that was kept outside.
 * @param trusted public keys whose signatures count; without them, signatures are not verified
 */
export const verifyAuditLog = async (
  entityManager: Em,
  { given = null, trusted = null }: { given?: SignedAuditHead | null; trusted?: readonly string[] | null } = {},
): Promise<AuditVerification> => {
  const em = entityManager.fork();
  const stored = await newestAuditHead(em);
  const head = given ?? stored;
  const broken = await findBrokenAuditEntry(em);
  if (broken) return { problem: { kind: 'broken', id: broken.id }, head };
  for (const each of [given, stored]) {
    const problem = each && (signatureProblem(each, trusted) ?? (await differenceFrom(em, each)));
    if (problem) return { problem, head };
  }
  return { problem: null, head };
};

const signatureProblem = (head: SignedAuditHead, trusted: readonly string[] | null): AuditProblem | null => {
  if (trusted === null) return null;
  const { number, publicKey } = head;
  if (!trusted.includes(publicKey)) return { kind: 'head_unknown_key', number, publicKey };
  return isSignedAuditHead(head) ? null : { kind: 'head_forged', number };
};

const differenceFrom = async (em: Em, { number, lastId, hash, entries }: SignedAuditHead) => {
  const last = await em.findOne(AuditEntry, { id: BigInt(lastId) }, { fields: ['hash'] });
  if (!last) return { kind: 'entry_missing', number, id: lastId } as const;
  if (last.hash !== hash) return { kind: 'rewritten', number, id: lastId } as const;
  const found = await em.count(AuditEntry, { id: { $lte: BigInt(lastId) } });
  return String(found) === entries ? null : ({ kind: 'entries_missing', number, expected: entries, found } as const);
};

/** A sentence for the operator. */
export const describeAuditProblem = (problem: AuditProblem): string => {
  switch (problem.kind) {
    case 'broken':
      return `the chain breaks at entry ${problem.id}: an entry before it was changed or deleted`;
    case 'head_forged':
      return `head ${problem.number} has a wrong signature: it was changed after it was signed`;
    case 'head_unknown_key':
      return `head ${problem.number} was signed by an unknown key (${problem.publicKey}); an earlier key of this system is given with --public-key`;
    case 'entry_missing':
      return `entry ${problem.id}, the last one of head ${problem.number}, is missing: the end of the log was cut off`;
    case 'rewritten':
      return `entry ${problem.id} differs from head ${problem.number}: it or an entry before it was rewritten`;
    case 'entries_missing':
      return `head ${problem.number} counts ${problem.expected} entries up to its last one, the log has ${problem.found}`;
  }
};

// The head of the audit log's chain, as text that people keep outside the system: how many entries there are, the last one's id and its
// hash, with a signature (decision 0061).

export interface AuditHead {
  /** 1, 2, 3, …: a missing one is noticed. */
  number: number;
  /** ISO-8601. */
  at: string;
  entries: string;
  /** Id of the last entry. */
  lastId: string;
  /** Of the last entry, hexadecimal. It depends on every entry before. */
  hash: string;
}

export interface SignedAuditHead extends AuditHead {
  /** The Ed25519 public key, base64url. */
  publicKey: string;
  /** Over `auditHeadMessage`, base64url. */
  signature: string;
}

/** What is signed. */
export const auditHeadMessage = ({ number, at, entries, lastId, hash }: AuditHead): string =>
  ['allscale audit head v1', number, at, entries, lastId, hash].join('\n');

const LABELS: { [Name in keyof SignedAuditHead]: { label: string; pattern: string } } = {
  number: { label: 'Audit head', pattern: '\\d{1,9}' },
  at: { label: 'Time', pattern: '[\\d-]{10}T[\\d:.]{8,15}Z' },
  entries: { label: 'Entries', pattern: '\\d{1,19}' },
  lastId: { label: 'Last entry', pattern: '\\d{1,19}' },
  hash: { label: 'Hash', pattern: '[0-9a-f]{64}' },
  publicKey: { label: 'Public key', pattern: '[\\w-]{43}' },
  signature: { label: 'Signature', pattern: '[\\w-]{86}' },
};

/** Labels and values in the order in which they are shown. English in every language, so that a command can read them again. */
export const auditHeadFacts = (head: SignedAuditHead): { label: string; value: string }[] =>
  Object.entries(LABELS).map(([name, { label }]) => ({ label, value: String(head[name as keyof SignedAuditHead]) }));

export const auditHeadText = (head: SignedAuditHead): string =>
  auditHeadFacts(head)
    .map(({ label, value }) => `${label}: ${value}`)
    .join('\n');

/** Finds a head in a text, for example in an e-mail that was saved with its headers; null when there is none. */
export const readAuditHead = (text: string): SignedAuditHead | null => {
  // Mail servers break long lines (quoted-printable).
  const whole = text.replaceAll(/=\r?\n/g, '');
  const found: Partial<Record<keyof SignedAuditHead, string>> = {};
  for (const [name, { label, pattern }] of Object.entries(LABELS)) {
    const value = new RegExp(`${label}:\\s*(${pattern})(?![\\w-])`).exec(whole)?.[1];
    if (value === undefined) return null;
    found[name as keyof SignedAuditHead] = value;
  }
  return { ...(found as Record<keyof SignedAuditHead, string>), number: Number(found.number) };
};

// What the audit log's page shows.

/** Which entries: all, log-ins with factors and sessions, or changes. */
export type AuditPart = 'all' | 'log-ins' | 'changes';

export interface AuditLine {
  id: string;
  /** ISO-8601. */
  at: string;
  /** E-mail address of the member; null for the platform: its operators, commands and workers. */
  who: string | null;
  action: string;
  /** What was changed; null for an account's own entries. */
  subject: string | null;
  storeName: string | null;
  reason: string | null;
  data: [name: string, value: unknown][];
}

export interface AuditService {
  /** Newest first. @param after the last entry of the page before */
  lines(merchantId: string, part: AuditPart, after?: string): Promise<{ lines: AuditLine[]; next: string | null }>;
}

// A change that waits, as e-mails and pages name it.
import type { ChangeSummary } from '#domain/email-data.ts';
import type { ChangeDetails } from '../entities/pending-change.entity.ts';

export const summaryOf = (details: ChangeDetails): ChangeSummary => {
  switch (details.kind) {
    case 'receiver':
      return { kind: details.kind, subject: details.to, from: details.from };
    case 'owner_invitation':
    case 'owner_role':
      return { kind: details.kind, subject: details.email, from: null };
    case 'webhook_secret':
      return { kind: details.kind, subject: details.name, from: null };
  }
};

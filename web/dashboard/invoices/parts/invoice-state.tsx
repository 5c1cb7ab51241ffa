// The state of an invoice as a badge.
import { Badge, type Tone } from '#web/ui/badge.tsx';
import type { InvoiceState } from '../server/invoices-types.ts';

const STATES: Readonly<Record<InvoiceState, { label: string; tone: Tone }>> = {
  draft: { label: 'Draft', tone: 'plain' },
  open: { label: 'Open', tone: 'busy' },
  overdue: { label: 'Overdue', tone: 'warn' },
  paid: { label: 'Paid', tone: 'ok' },
  void: { label: 'Void', tone: 'plain' },
};

export function InvoiceStateBadge({ state }: { state: InvoiceState }) {
  const { label, tone } = STATES[state];
  return <Badge tone={tone}>{label}</Badge>;
}

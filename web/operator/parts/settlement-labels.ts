// States of settlements as operators read them.
import type { SettlementState } from '#db/entities/chain.entity.ts';

export const SETTLEMENT_LABELS: Readonly<Record<SettlementState, string>> = {
  pending: 'Waiting',
  sending: 'Being sent',
  settled: 'Settled',
  failed: 'Failed',
};

// What the actions of the checkout's forms return. Types only from conform: its scripts stay out of the first load.
import type { SubmissionResult } from '@conform-to/react';
import type { ClaimResult } from '../server/claim-result.ts';
import type { ReceiptResult } from '../server/receipt-service.ts';
import type { RefundAddressOutcome } from '../server/refund-address-service.ts';

interface FormReply<Outcome> {
  /** What was typed, and which fields were rejected. */
  result: SubmissionResult;
  outcome: Outcome;
}

export type ClaimReply = FormReply<ClaimResult>;
export type ReceiptReply = FormReply<ReceiptResult>;
export type RefundAddressReply = FormReply<RefundAddressOutcome>;

export const typedValue = (result: SubmissionResult | undefined, name: string): string | undefined => {
  const value = result?.initialValue?.[name];
  return typeof value === 'string' ? value : undefined;
};

// What an operator reads about a review is true of this money: of a denied payer, and of money that a reorganisation removed.
import { expect, test } from 'vitest';
import type { ReviewDetail } from '#db/reviews/review-queue.ts';
import { unitsOf } from '#domain/money.ts';
import { IntentStatus } from '#domain/status.ts';
import { decisionText } from '#web/operator/parts/decision-texts.ts';
import { reviewPage } from '#web/operator/server/review-view.ts';

const AT = new Date('2026-11-29T00:51:34.375Z');

const review = (changed: Partial<ReviewDetail>): ReviewDetail =>
  ({
    ...{
      id: '1',
      kind: 'late',
      state: 'open',
      intentStatus: IntentStatus.PENDING_MANUAL_OPERATION,
      chainId: 31337,
      coin: 1,
      token: `0x${'3'.repeat(40)}`,
    },
    ...{ amountUnits: unitsOf('25'), receivedUnits: unitsOf('25'), priceUnits: unitsOf('25'), toleranceBps: 0 },
    ...{ acceptedCoins: [1], acceptedChainIds: [31337], createdAt: AT, blockTime: AT, expiresAt: AT },
    ...{ blockNumber: 7n, cursorBlock: null, confirmedTx: null, resolvedAt: null, transferState: 'confirmed' },
    ...{ from: `0x${'1'.repeat(40)}`, settlements: [], siblings: [], refund: null, confirmedBy: null },
    ...changed,
  }) as Partial<ReviewDetail> as ReviewDetail;

const found = (changed: Partial<ReviewDetail>): string =>
  reviewPage(review(changed), null)
    .checks.map((check) => check.found)
    .join('\n');

test('a transfer that a reorganisation removed may come back, and nothing of it stays anywhere', () => {
  const gone = { kind: 'reorg_after_confirmed', transferState: 'orphaned', receivedUnits: unitsOf('0') } as const;
  expect(found(gone)).toContain('block 7 was removed by a reorganisation: this transfer is not on the chain');
  expect(found(gone)).toContain('all of this order’s money on the chain is 0.0000');
  expect(found(gone)).not.toMatch(/never|confirmed money/);
  const page = reviewPage(review(gone), null);
  expect(page.possible.map((outcome) => decisionText(outcome, page).hint)).toEqual([
    expect.stringContaining('If the network brings the payment back'),
  ]);
  expect(decisionText('closed', reviewPage(review({}), null)).hint).toContain('stays where it is');
});

test('of a denied payer the merchant is not said to refund, and screening is told as it was when the money came', () => {
  const denied = reviewPage(review({ kind: 'screening' }), null);
  const hints = denied.possible.map((outcome) => decisionText(outcome, denied).hint).join(' ');
  expect(hints).toContain('the merchant cannot refund a denied payer');
  expect(hints).not.toContain('owner refunds');
  expect(found({ kind: 'screening' })).toContain('it denied 0x1111');
  expect(found({})).toContain('it did not deny 0x1111');
});

test('settlements are named in words', () => {
  const settlements = (['pending', 'sending', 'settled', 'failed'] as const).map((state) => ({ state, txHash: null }));
  const labels = reviewPage(review({ settlements }), null).facts.map(({ label }) => label);
  expect(labels.filter((label) => label.startsWith('Settlement'))).toEqual([
    ...['Settlement (waiting)', 'Settlement (being sent)', 'Settlement (settled)', 'Settlement (failed)'],
  ]);
});

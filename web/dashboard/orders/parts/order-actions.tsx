// What a member may do about an order: decide on money that was found, send it back, deliver the webhook again, write a note.
import { Form, Link, useNavigation } from '@remix-run/react';
import { useEffect, useRef, useState } from 'react';
import { LinkButton, SubmitButton } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { ConfirmForm } from '#web/ui/confirm-form.tsx';
import { TextArea } from '#web/ui/field.tsx';
import { groupDigits, Money } from '#web/ui/money.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { Summary } from '#web/ui/summary.tsx';
import { ReadOnlyNotice } from '../../frame/read-only-notice.tsx';
import type { OrderReview, OrderView } from '../server/orders-types.ts';

/** What was refused, and what had been typed. */
export interface Rejected {
  act: string;
  /** Which review or webhook. */
  about: string;
  message: string;
  typed: string;
}

interface OrderActionsProps {
  order: OrderView;
  /** The order's address. */
  base: string;
  storeBase: string;
  /** Managers and owners, while the store is not suspended. */
  mayAct: boolean;
  /** Owners: only the receiving wallet can send back. */
  mayRefund: boolean;
  rejected: Rejected | null;
}

export function OrderActions({ order, base, storeBase, mayAct, mayRefund, rejected: refused }: OrderActionsProps) {
  return (
    <>
      {order.reviews.map((review) => (
        <ReviewCard key={review.id} {...{ review, order, base, mayAct, mayRefund: mayRefund, rejected: refused }} />
      ))}
      {order.payment?.surplus && mayRefund ? (
        <Card
          title="More was paid than asked for"
          lead="The surplus was paid out with the rest; you can return it to the payer."
        >
          <LinkButton to={`${base}/send-back`}>Refund the surplus</LinkButton>
        </Card>
      ) : null}
      <Webhooks {...{ order, storeBase, mayAct, rejected: refused }} />
      {mayAct ? <NoteCard rejected={refused?.act === 'note' ? refused : null} /> : null}
    </>
  );
}

/** Empty again when its note is in the timeline, and by nothing else that happens to the order: what is typed stays. */
function NoteCard({ rejected }: { rejected: Rejected | null }) {
  const { state, formData } = useNavigation();
  const sending = state !== 'idle' && formData?.get('do') === 'note';
  const wasSending = useRef(false);
  const [kept, setKept] = useState(0);
  useEffect(() => {
    if (wasSending.current && !sending && !rejected) setKept((notes) => notes + 1);
    wasSending.current = sending;
  }, [sending, rejected]);
  return (
    <Card title="Add a note" lead="For your colleagues; shoppers never see it.">
      <Form method="post" className="grid gap-3" key={kept}>
        <input type="hidden" name="do" value="note" />
        <TextArea
          label="Note"
          name="text"
          rows={2}
          required
          maxLength={2000}
          defaultValue={rejected?.typed}
          error={rejected?.message}
        />
        <div>
          <SubmitButton name="do" value="note" busyLabel="Saving…">
            Add note
          </SubmitButton>
        </div>
      </Form>
    </Card>
  );
}

interface ReviewCardProps extends Pick<OrderActionsProps, 'order' | 'base' | 'mayAct' | 'mayRefund' | 'rejected'> {
  review: OrderReview;
}

function ReviewCard({ review, order, base, mayAct, mayRefund, rejected: refused }: ReviewCardProps) {
  const problemOf = (act: string) => (refused?.act === act && refused.about === review.id ? refused : null);
  return (
    <Card title={review.title}>
      <div className="grid gap-4">
        <p>
          <Money amount={review.amount} unit={review.coin} /> on {review.network}
          <span className="block font-mono text-xs text-ink-2 wrap-anywhere">{review.txHash}</span>
        </p>
        {review.operatorOnly ? (
          <Notice tone="info">AllScale decides on this: the payer is on a sanctions list.</Notice>
        ) : mayAct ? (
          <>
            {review.outcomes.includes('accepted') ? (
              <ConfirmForm
                act="accepted"
                label="Accept as payment"
                values={{ review: review.id }}
                reasonHint="Kept with the order and in the audit log."
                reason={problemOf('accepted')?.typed ?? ''}
                error={problemOf('accepted')?.message}
              >
                {order.statusName === 'CONFIRMED'
                  ? 'The order stays paid as it is, and this money is paid out to you as well.'
                  : 'The order becomes paid with this money, the webhook is sent, and the money is paid out to you.'}
                {review.short ? ` That is ${groupDigits(review.short)} less than its price.` : null}
              </ConfirmForm>
            ) : null}
            {!review.outcomes.includes('sent_back') ? null : mayRefund ? (
              <div>
                <LinkButton to={`${base}/send-back`}>Send it back to the payer</LinkButton>
              </div>
            ) : (
              <p className="text-sm text-ink-2">
                An owner can send it back to the payer: that takes the wallet of the receiving address.
              </p>
            )}
            <details>
              <Summary>Close without doing anything</Summary>
              <div className="mt-2">
                <ConfirmForm
                  act="closed"
                  label="Close"
                  tone="danger"
                  values={{ review: review.id }}
                  reason={problemOf('closed')?.typed ?? ''}
                  error={problemOf('closed')?.message}
                >
                  The money stays where it is, and this no longer waits for you.
                </ConfirmForm>
              </div>
            </details>
          </>
        ) : (
          <ReadOnlyNotice>A manager or an owner decides on this.</ReadOnlyNotice>
        )}
      </div>
    </Card>
  );
}

const WEBHOOK_STATES: Readonly<Record<string, string>> = {
  pending: 'is being delivered',
  delivered: 'was delivered',
  failed: 'could not be delivered',
  disabled: 'is switched off',
};

function Webhooks({ order, storeBase, mayAct, rejected: refused }: Omit<OrderActionsProps, 'base' | 'mayRefund'>) {
  if (order.webhooks.length === 0) return null;
  return (
    <Card title="Webhook">
      <ul className="grid gap-3">
        {order.webhooks.map(({ id, state, attempts }) => (
          <li key={id} className="flex flex-wrap items-center justify-between gap-3">
            <span className="text-sm">
              <Link className="link font-mono wrap-anywhere" to={`${storeBase}/webhooks/${id}`}>
                {id}
              </Link>{' '}
              {WEBHOOK_STATES[state] ?? state}; {attempts === 1 ? '1 attempt' : `${attempts} attempts`}
            </span>
            {mayAct ? (
              <Form method="post">
                <input type="hidden" name="webhook" value={id} />
                <SubmitButton name="do" value="redeliver" busyLabel="One moment…">
                  Send again
                </SubmitButton>
              </Form>
            ) : null}
            {refused?.act === 'redeliver' && refused.about === id ? (
              <Notice tone="bad">{refused.message}</Notice>
            ) : null}
          </li>
        ))}
      </ul>
    </Card>
  );
}

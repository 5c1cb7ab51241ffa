// What a member may do with an order: decide on its reviews, refund money, deliver the webhook again; and add a note.
import { Form, Link, useNavigation } from '@remix-run/react';
import { useEffect, useRef, useState } from 'react';
import { problemIn, submitted, useActionForm, useActionResult } from '#web/access/use-action-form.ts';
import { LinkButton, SubmitButton } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { countText } from '#web/ui/count-text.ts';
import { TextArea } from '#web/ui/field.tsx';
import { groupDigits, Money } from '#web/ui/money.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { Summary } from '#web/ui/summary.tsx';
import { FormNotice } from '../../frame/form-notice.tsx';
import { ReadOnlyNotice } from '../../frame/read-only-notice.tsx';
import type { OrderReview, OrderView } from '../server/orders-types.ts';
import { DecisionForm } from './decision-form.tsx';

interface OrderActionsProps {
  order: OrderView;
  /** The URL of the order's page. */
  base: string;
  storeBase: string;
  /** Managers and owners, while the store is not suspended. */
  mayAct: boolean;
  /** Owners: only the receiving wallet can refund. */
  mayRefund: boolean;
}

export function OrderActions({ order, base, storeBase, mayAct, mayRefund }: OrderActionsProps) {
  return (
    <>
      {order.reviews.map((review) => (
        <ReviewCard key={review.id} {...{ review, order, base, mayAct, mayRefund }} />
      ))}
      {order.bookings.length > 0 && mayRefund ? (
        <Card
          title={order.bookings.some(({ surplus }) => surplus) ? 'More was paid than the price' : 'Refund'}
          lead="Refund all or a part, to the payer or to another address. The wallet of the receiving address signs."
        >
          <LinkButton to={`${base}/send-back`}>Refund</LinkButton>
        </Card>
      ) : null}
      <Webhooks {...{ order, storeBase, mayAct }} />
    </>
  );
}

/** Emptied only when its note was added. Other changes of the order keep what is typed. */
export function NoteCard() {
  const form = useActionForm({ action: 'note' });
  const { rejected } = form;
  const { state, formData } = useNavigation();
  const sending = state !== 'idle' && formData?.get('do') === 'note';
  const wasSending = useRef(false);
  const [notes, setNotes] = useState(0);
  useEffect(() => {
    if (wasSending.current && !sending && !rejected) setNotes((count) => count + 1);
    wasSending.current = sending;
  }, [sending, rejected]);
  return (
    <Card title="Add a note" lead="For your colleagues; shoppers never see it.">
      <Form method="post" className="grid gap-3" key={notes} {...form.props}>
        <FormNotice form={form} />
        <TextArea label="Note" rows={2} required maxLength={2000} {...form.field('text')} />
        <div>
          <SubmitButton name="do" value="note" busyLabel="Saving…">
            Add note
          </SubmitButton>
        </div>
      </Form>
    </Card>
  );
}

interface ReviewCardProps extends Pick<OrderActionsProps, 'order' | 'base' | 'mayAct' | 'mayRefund'> {
  review: OrderReview;
}

function ReviewCard({ review, order, base, mayAct, mayRefund }: ReviewCardProps) {
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
              <DecisionForm
                action="accepted"
                label="Accept as payment"
                subject={review.id}
                reasonHint="Kept with the order and in the audit log."
              >
                {order.statusName === 'CONFIRMED'
                  ? 'The order stays paid, and this money is settled to your receiving address too.'
                  : 'The order becomes paid with this money, the webhook is sent, and the money is settled to your receiving address.'}
                {review.short ? ` That is ${groupDigits(review.short)} less than its price.` : null}
              </DecisionForm>
            ) : null}
            {!review.outcomes.includes('sent_back') ? null : mayRefund ? (
              <div>
                <LinkButton to={`${base}/send-back`}>Refund it to the payer</LinkButton>
              </div>
            ) : (
              <p className="text-sm text-ink-2">
                An owner can refund it to the payer, with the wallet of the receiving address.
              </p>
            )}
            <details>
              <Summary>Close without doing anything</Summary>
              <div className="mt-2">
                <DecisionForm action="closed" label="Close" tone="danger" subject={review.id}>
                  The money stays where it is, and this review is closed.
                </DecisionForm>
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
  disabled: 'has no receiver',
};

function Webhooks({ order, storeBase, mayAct }: Omit<OrderActionsProps, 'base' | 'mayRefund'>) {
  const result = useActionResult();
  const rejected = submitted(result, 'do') === 'redeliver' ? submitted(result, 'subject') : null;
  if (order.webhooks.length === 0) return null;
  return (
    <Card title="Webhook">
      <ul className="grid gap-3">
        {order.webhooks.map(({ id, about, state, attempts }) => (
          <li key={id} className="flex flex-wrap items-center justify-between gap-3">
            <span className="text-sm">
              <strong>{about}</strong> {WEBHOOK_STATES[state] ?? state}
              {attempts > 0 ? `; ${countText(attempts, 'attempt')}` : state === 'pending' ? '; not attempted yet' : ''}
              <Link className="link block font-mono text-xs wrap-anywhere" to={`${storeBase}/webhooks/${id}`}>
                {id}
              </Link>
            </span>
            {mayAct ? (
              <Form method="post">
                <input type="hidden" name="subject" value={id} />
                <SubmitButton name="do" value="redeliver" busyLabel="One moment…">
                  Redeliver
                </SubmitButton>
              </Form>
            ) : null}
            {rejected === id ? <Notice tone="bad">{problemIn(result)}</Notice> : null}
          </li>
        ))}
      </ul>
    </Card>
  );
}

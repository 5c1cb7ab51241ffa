// The decision on a review: the form while it is open, the outcome afterwards.
import { Form } from '@remix-run/react';
import { useActionForm } from '#web/access/use-action-form.ts';
import { FormNotice } from '#web/dashboard/frame/form-notice.tsx';
import { SubmitButton } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { Facts } from '#web/ui/facts.tsx';
import { Checkbox, FieldError } from '#web/ui/field.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';
import type { ReviewPageView } from '../server/operator-types.ts';
import { CONSOLE_ZONE, ReviewStateBadge } from './console-parts.tsx';
import { decisionText } from './decision-texts.ts';
import { ReasonField } from './reason-field.tsx';

interface ReviewDecisionProps {
  review: ReviewPageView;
  /** That it is accepted waits for another operator. */
  isProposed: boolean;
}

export function ReviewDecision({ review, isProposed }: ReviewDecisionProps) {
  if (review.state === 'resolved') return <Decided review={review} />;
  return <DecisionForm review={review} isProposed={isProposed} />;
}

function Decided({ review }: { review: ReviewPageView }) {
  return (
    <Card title="The decision">
      <Facts
        rows={[
          { label: 'Outcome', value: <ReviewStateBadge outcome={review.outcome} /> },
          { label: 'By', value: review.resolvedBy ?? 'the system' },
          ...(review.confirmedBy ? [{ label: 'Confirmed by', value: review.confirmedBy }] : []),
          {
            label: 'When',
            value: review.resolvedAt ? <LocalTime iso={review.resolvedAt} timeZone={CONSOLE_ZONE} /> : '–',
          },
          { label: 'Why', value: review.resolution ?? '–' },
        ]}
      />
    </Card>
  );
}

function DecisionForm({ review, isProposed }: ReviewDecisionProps) {
  const form = useActionForm();
  const choices = review.possible.filter((outcome) => !(isProposed && outcome === 'accepted'));
  const { refund } = review;
  if (refund && (refund.state === 'signed' || refund.state === 'sent')) {
    return (
      <Card title="Being refunded">
        <p className="text-sm">
          {refund.requestedBy} ordered a refund of this money
          {refund.state === 'sent' ? ', and it is on its way' : ', and it waits to be sent'}. The review closes when the
          refund is confirmed.
        </p>
      </Card>
    );
  }
  return (
    <Card title="Decide">
      <Form method="post" className="grid gap-3" {...form.props}>
        <FormNotice form={form} />
        <fieldset className="grid gap-1">
          <legend className="sr-only">Decision</legend>
          {choices.map((outcome) => (
            <Checkbox
              key={outcome}
              type="radio"
              required
              {...decisionText(outcome, review)}
              {...form.checkbox('outcome', outcome)}
            />
          ))}
          {form.error('outcome') ? <FieldError>{form.error('outcome')}</FieldError> : null}
        </fieldset>
        <ReasonField form={form} hint="For the merchant and the audit log." rows={3} maxLength={1000} />
        <div>
          <SubmitButton tone="primary" busyLabel="One moment…">
            Decide
          </SubmitButton>
        </div>
      </Form>
    </Card>
  );
}

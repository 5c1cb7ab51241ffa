// One found transfer: what it is, what was checked and what that showed, what may be done, and who did it and why.
import { type ActionFunctionArgs, data, type LoaderFunctionArgs, redirect } from '@remix-run/node';
import { Form, Link, useActionData, useLoaderData } from '@remix-run/react';
import { formState, type RejectedForm, rejectedForm, rejectedOldLogIn, textOf } from '#web/access/action-form.ts';
import { requireOperator } from '#web/access/require-member.ts';
import { Badge } from '#web/ui/badge.tsx';
import { LinkButton, SubmitButton } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { Facts } from '#web/ui/facts.tsx';
import { Checkbox } from '#web/ui/field.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';
import { groupDigits } from '#web/ui/money.tsx';
import { PageHeader } from '#web/ui/page-header.tsx';
import { StatusBadge } from '#web/ui/status-badge.tsx';
import { StoreName } from '#web/ui/store-name.tsx';
import { ActProblem } from '../parts/action-error.tsx';
import { CONSOLE_ZONE, DoneNotice, KIND_LABELS, Outside, ReviewStateBadge } from '../parts/console-parts.tsx';
import { ReasonField } from '../parts/reason-field.tsx';
import type { ReviewPageView } from '../server/operator-types.ts';

export const loader = async (args: LoaderFunctionArgs) => {
  await requireOperator(args);
  const review = await args.context.operator.review(args.params.reviewId ?? '');
  if (!review) throw new Response('Not found', { status: 404 });
  return review;
};

export const action = async (args: ActionFunctionArgs) => {
  const { actor, session } = await requireOperator(args);
  const form = await args.request.formData();
  if (!session.fresh) return data(rejectedOldLogIn(form), { status: 403 });
  const outcome = (['accepted', 'sent_back', 'closed'] as const).find((name) => name === textOf(form, 'outcome'));
  const problem = outcome
    ? await args.context.operator.resolve(args.params.reviewId ?? '', outcome, {
        actor,
        reason: textOf(form, 'reason'),
      })
    : { code: 'outcome_missing', field: 'outcome', message: 'Say what is to be done.' };
  if (problem?.code === 'review_not_found') throw new Response('Not found', { status: 404 });
  if (problem) return data(rejectedForm(form, problem), { status: 422 });
  return redirect(`/operator/reviews/${args.params.reviewId}?done=${outcome}`);
};

const DONE = {
  accepted: 'Accepted. The order’s workflow takes it from here: it counts as paid within moments.',
  sent_back: 'Recorded as sent back. No money was moved by this.',
  closed: 'Closed. The money stays where it is.',
};

const CHOICES = {
  accepted: {
    label: 'Accept',
    hint: 'The order counts as paid with this money; the shop is told and the money is paid out.',
  },
  sent_back: {
    label: 'Record as sent back',
    hint: 'For money that went back outside this system. It moves none: the merchant’s owner sends money back from the order’s page, with the receiver’s signature.',
  },
  closed: { label: 'Close', hint: 'Nothing more is done; the money stays where it is.' },
} as const;

export default function ReviewPage() {
  const review = useLoaderData<typeof loader>() as ReviewPageView;
  return (
    <>
      <PageHeader
        title={`${KIND_LABELS[review.kind]}: ${groupDigits(review.amount)} ${review.coin} on ${review.network}`}
        lead={<ReviewStateBadge outcome={review.outcome} />}
        actions={<LinkButton to="/operator/reviews">Review queue</LinkButton>}
      />
      <DoneNotice message={DONE} />
      <div className="grid gap-5 two:grid-cols-[minmax(0,3fr)_minmax(0,2fr)] two:items-start">
        <div className="grid min-w-0 gap-5">
          <Checks review={review} />
          <Card title="The transfer">
            <Facts
              rows={review.facts.map(({ label, value, link }) => ({
                label,
                value: (
                  <span className="font-mono text-xs">
                    <Outside to={link}>{value}</Outside>
                  </span>
                ),
              }))}
            />
          </Card>
        </div>
        <div className="grid min-w-0 gap-5">
          {review.state === 'resolved' ? <Decision review={review} /> : <Decide review={review} />}
          <Order review={review} />
        </div>
      </div>
    </>
  );
}

function Checks({ review }: { review: ReviewPageView }) {
  return (
    <Card title="What was checked">
      <ul className="grid gap-3">
        {review.checks.map(({ label, ok, found }) => (
          <li key={label} className="grid gap-1 border-b border-line pb-3 last:border-0 last:pb-0">
            <span className="flex flex-wrap items-center justify-between gap-2">
              <span className="font-semibold">{label}</span>
              <Badge tone={ok ? 'ok' : 'warn'}>{ok ? 'Yes' : 'No'}</Badge>
            </span>
            <span className="text-sm text-ink-2 wrap-anywhere">{found}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Decision({ review }: { review: ReviewPageView }) {
  return (
    <Card title="What was decided">
      <Facts
        rows={[
          { label: 'Outcome', value: <ReviewStateBadge outcome={review.outcome} /> },
          { label: 'By', value: review.resolvedBy ?? 'the system' },
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

function Decide({ review }: { review: ReviewPageView }) {
  const rejected = useActionData<RejectedForm>();
  const state = formState(rejected, 'resolve');
  const { refund: sendBack } = review;
  if (sendBack && (sendBack.state === 'signed' || sendBack.state === 'sent')) {
    return (
      <Card title="Being sent back">
        <p className="text-sm">
          {sendBack.requestedBy} ordered this money back to its payer
          {sendBack.state === 'sent' ? ', and it is on its way' : ', and the order waits to be sent'}. The review closes
          by itself when the chain has confirmed it.
        </p>
      </Card>
    );
  }
  return (
    <Card title="Decide">
      <Form method="post" className="grid gap-3">
        <input type="hidden" name="do" value="resolve" />
        <ActProblem state={state} />
        <fieldset className="grid gap-1">
          <legend className="sr-only">What is to be done</legend>
          {review.possible.map((outcome) => (
            <Checkbox
              key={outcome}
              type="radio"
              name="outcome"
              value={outcome}
              required
              label={CHOICES[outcome].label}
              hint={CHOICES[outcome].hint}
              defaultChecked={state.typed('outcome') === outcome}
            />
          ))}
        </fieldset>
        <ReasonField state={state} hint="The merchant and the audit log keep it." rows={3} maxLength={1000} />
        <div>
          <SubmitButton tone="primary" busyLabel="One moment…">
            Decide
          </SubmitButton>
        </div>
      </Form>
    </Card>
  );
}

function Order({ review }: { review: ReviewPageView }) {
  return (
    <Card title="The order">
      <div className="grid gap-4">
        <Facts
          rows={[
            { label: 'Status', value: <StatusBadge status={review.intentStatus} /> },
            { label: 'Order id', value: review.orderId ?? '–' },
            { label: 'Intent', value: <span className="font-mono text-xs">{review.intentId}</span> },
            {
              label: 'Store',
              value: (
                <Link to={`/operator/merchants/${review.merchantId}`} className="text-brand underline">
                  <StoreName name={review.storeName} isTest={review.storeIsTest} />
                </Link>
              ),
            },
          ]}
        />
        {review.siblings.length > 0 ? (
          <p className="text-sm">
            Other money of this order:{' '}
            {review.siblings.map(({ id, kind, state }, index) => (
              <span key={id}>
                {index > 0 ? ', ' : ''}
                <Link to={`/operator/reviews/${id}`} className="text-brand underline">
                  {KIND_LABELS[kind]} ({state})
                </Link>
              </span>
            ))}
          </p>
        ) : null}
        <p className="flex flex-wrap gap-2 text-sm">
          {review.temporalUrl ? (
            <a className="button px-3" href={review.temporalUrl} rel="noreferrer">
              Its workflow in Temporal
            </a>
          ) : null}
          <LinkButton to={`/operator/audit?subject=${review.intentId}`}>Its audit entries</LinkButton>
        </p>
      </div>
    </Card>
  );
}

// One review: the transfer, what was checked, the possible decisions, and who decided and why.
import { type ActionFunctionArgs, type LoaderFunctionArgs, redirect } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { oldLogInReply, parseForm, rejectForm, text } from '#web/access/form-action.ts';
import { readAgain } from '#web/access/read-again.ts';
import { readForm } from '#web/access/read-form.ts';
import { requireOperator } from '#web/access/require-member.ts';
import { problemIn, useActionResult } from '#web/access/use-action-form.ts';
import { REVIEW_LABELS } from '#web/text/review-titles.ts';
import { Badge } from '#web/ui/badge.tsx';
import { LinkButton } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { Facts } from '#web/ui/facts.tsx';
import { groupDigits } from '#web/ui/money.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { PageHeader } from '#web/ui/page-header.tsx';
import { StatusBadge } from '#web/ui/status-badge.tsx';
import { StoreName } from '#web/ui/store-name.tsx';
import { DoneNotice, ExternalLink, OrderLink, ReviewLinks, ReviewStateBadge } from '../parts/console-parts.tsx';
import { WaitingProposals } from '../parts/proposal-text.tsx';
import { ReviewDecision } from '../parts/review-decision.tsx';
import type { ListedProposal, ReviewPageView } from '../server/operator-types.ts';

export const loader = async (args: LoaderFunctionArgs) => {
  const { actor } = await requireOperator(args);
  const { operator } = args.context;
  const review = await operator.review(args.params.reviewId ?? '');
  if (!review) throw new Response('Not found', { status: 404 });
  return { review, proposals: await operator.waitingProposals({ reviewItemId: review.id }), self: actor.id };
};

/** Another operator, or the merchant, may have decided it meanwhile. */
export const shouldRevalidate = readAgain;

const decisionForm = z.object({
  outcome: z.enum(['accepted', 'sent_back', 'closed'], { error: 'Choose what to do.' }),
  reason: text,
});

export const action = async (args: ActionFunctionArgs) => {
  const { actor, session } = await requireOperator(args);
  const formData = await readForm(args.request);
  const old = oldLogInReply(session, formData, 'review', 'resolve');
  if (old) return old;
  const submission = parseForm(formData, decisionForm);
  if (submission.status !== 'success') return rejectForm(submission);
  const { outcome, reason } = submission.value;
  const problem = await args.context.operator.resolve(args.params.reviewId ?? '', outcome, { actor, reason });
  if (problem?.code === 'review_not_found') throw new Response('Not found', { status: 404 });
  if (problem) return rejectForm(submission, problem);
  return redirect(`/operator/reviews/${args.params.reviewId}?done=${outcome}`);
};

const PROPOSED = {
  accepted: 'Proposed. When another operator has confirmed it, the order is marked as paid within moments.',
};
const DONE = {
  sent_back: 'Recorded as refunded. No money was moved by this.',
  closed: 'Closed. Nothing was done with the money.',
};

export default function ReviewPage() {
  const { review, proposals, self } = useLoaderData<typeof loader>() as {
    review: ReviewPageView;
    proposals: ListedProposal[];
    self: string;
  };
  const result = useActionResult();
  const problem = review.state === 'resolved' ? problemIn(result) : null;
  return (
    <>
      <PageHeader
        title={`${REVIEW_LABELS[review.kind]}: ${groupDigits(review.amount)} ${review.coin} on ${review.network}`}
        lead={<ReviewStateBadge outcome={review.outcome} />}
        actions={<LinkButton to="/operator/reviews">Review queue</LinkButton>}
      />
      {result ? null : <DoneNotice messages={proposals.some(({ obsolete }) => obsolete === null) ? PROPOSED : DONE} />}
      {problem ? <Notice tone="bad">{problem} Nothing has changed by this.</Notice> : null}
      <WaitingProposals proposals={proposals} self={self} />
      <div className="grid gap-5 two:grid-cols-[minmax(0,3fr)_minmax(0,2fr)] two:items-start">
        <div className="grid min-w-0 gap-5">
          <Checks review={review} />
          <Card title="The transfer">
            <Facts
              rows={review.facts.map(({ label, value, link }) => ({
                label,
                value: (
                  <span className="font-mono text-xs">
                    <ExternalLink to={link}>{value}</ExternalLink>
                  </span>
                ),
              }))}
            />
          </Card>
        </div>
        <div className="grid min-w-0 gap-5">
          <ReviewDecision review={review} isProposed={proposals.length > 0} />
          <Order review={review} />
        </div>
      </div>
    </>
  );
}

function Checks({ review }: { review: ReviewPageView }) {
  return (
    <Card title="Checks">
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

function Order({ review }: { review: ReviewPageView }) {
  return (
    <Card title="The order">
      <div className="grid gap-4">
        <Facts
          rows={[
            { label: 'Status', value: <StatusBadge status={review.intentStatus} /> },
            { label: 'Order', value: <OrderLink {...review} /> },
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
            Other money of this order: <ReviewLinks reviews={review.siblings} />
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

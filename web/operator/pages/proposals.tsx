// What one operator proposed and another one confirms: each with what it does, by whom and why.
import { type ActionFunctionArgs, type LoaderFunctionArgs, redirect } from '@remix-run/node';
import { Form, Link, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { oldLogInReply, pageForms, parseForm, rejectForm, text } from '#web/access/form-action.ts';
import { readForm } from '#web/access/read-form.ts';
import { requireOperator } from '#web/access/require-member.ts';
import { useActionForm } from '#web/access/use-action-form.ts';
import { FormNotice } from '#web/dashboard/frame/form-notice.tsx';
import { Badge, type Tone } from '#web/ui/badge.tsx';
import { SubmitButton } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { type Column, DataTable } from '#web/ui/data-table.tsx';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';
import { PageHeader } from '#web/ui/page-header.tsx';
import { CONSOLE_ZONE, DoneNotice } from '../parts/console-parts.tsx';
import { percentOf } from '../parts/percent.ts';
import type { ListedProposal as Proposal } from '../server/operator-types.ts';

export const loader = async (args: LoaderFunctionArgs) => {
  const { actor } = await requireOperator(args);
  return { proposals: await args.context.operator.proposals(), self: actor.id };
};

const forms = pageForms('proposals', z.object({ do: z.enum(['confirm', 'cancel']), subject: text }));

export const action = async (args: ActionFunctionArgs) => {
  const { actor, session } = await requireOperator(args);
  const formData = await readForm(args.request);
  const old = oldLogInReply(session, formData, 'proposals', { by: 'do' });
  if (old) return old;
  const submission = parseForm(formData, forms);
  if (submission.status !== 'success') return rejectForm(submission);
  const { do: decision, subject } = submission.value;
  const problem = await args.context.operator.decideProposal(subject, decision, actor);
  return problem ? rejectForm(submission, problem) : redirect(`/operator/proposals?done=${decision}`);
};

const DONE = { confirm: 'Confirmed: it is done.', cancel: 'Withdrawn: nothing was changed.' };

const STATES: Readonly<Record<Proposal['state'], { tone: Tone; label: string }>> = {
  waiting: { tone: 'warn', label: 'Waits' },
  confirmed: { tone: 'ok', label: 'Confirmed' },
  canceled: { tone: 'plain', label: 'Withdrawn' },
};

export default function Proposals() {
  const { proposals, self } = useLoaderData<typeof loader>();
  const waits = (proposal: Proposal): boolean => proposal.state === 'waiting';
  return (
    <>
      <PageHeader
        title="Proposals"
        lead="Another fee, and money that is accepted, take two operators: one proposes, another confirms."
      />
      <DoneNotice messages={DONE} />
      <Card title="Waiting" flush>
        <ProposalForms proposals={proposals.filter(waits)} self={self} />
      </Card>
      <Card title="Decided" flush>
        <DataTable
          stacked
          caption="The latest proposals that were decided"
          rows={proposals.filter((proposal) => !waits(proposal))}
          rowKey={({ id }) => id}
          empty={<EmptyState title="None yet" />}
          columns={DECIDED_COLUMNS}
        />
      </Card>
    </>
  );
}

function ProposalForms({ proposals, self }: { proposals: readonly Proposal[]; self: string }) {
  if (proposals.length === 0) return <EmptyState title="Nothing waits" />;
  return (
    <ul className="divide-y divide-line border-t border-line">
      {proposals.map((proposal) => (
        <ProposalForm key={proposal.id} proposal={proposal} isOwn={proposal.proposedById === self} />
      ))}
    </ul>
  );
}

function ProposalForm({ proposal, isOwn }: { proposal: Proposal; isOwn: boolean }) {
  const form = useActionForm({ subject: proposal.id });
  const { id, reason, proposedBy, createdAt } = proposal;
  return (
    <li className="grid gap-3 px-4 py-3 md:px-5">
      <What proposal={proposal} />
      <p className="text-sm text-ink-2 wrap-anywhere">
        {proposedBy}, <LocalTime iso={createdAt} timeZone={CONSOLE_ZONE} />: {reason}
      </p>
      <Form method="post" className="flex flex-wrap items-center gap-3" {...form.props}>
        <input type="hidden" name="subject" value={id} />
        <FormNotice form={form} />
        {isOwn ? (
          <span className="text-sm">You proposed it: another operator confirms it.</span>
        ) : (
          <SubmitButton tone="primary" name="do" value="confirm">
            Confirm
          </SubmitButton>
        )}
        <SubmitButton name="do" value="cancel">
          Withdraw
        </SubmitButton>
      </Form>
    </li>
  );
}

const feeText = ({ feeBps, minFee }: { feeBps: number; minFee: string }): string =>
  `${percentOf(feeBps)}%, at least ${minFee}`;

function What({ proposal: { details, merchantId, merchantName } }: { proposal: Proposal }) {
  const merchant = (
    <Link to={`/operator/merchants/${merchantId}`} className="text-brand underline wrap-anywhere">
      {merchantName}
    </Link>
  );
  if (details.kind === 'store_fee') {
    return (
      <p>
        {merchant}: fee of {feeText(details.to)}, in place of {feeText(details.from)}
      </p>
    );
  }
  return (
    <p>
      {merchant}: accept{' '}
      <Link to={`/operator/reviews/${details.reviewItemId}`} className="text-brand underline">
        {details.money}
      </Link>{' '}
      as the payment
    </p>
  );
}

const DECIDED_COLUMNS: Column<Proposal>[] = [
  { key: 'what', header: 'Proposal', rowHeader: true, cell: (proposal) => <What proposal={proposal} /> },
  {
    key: 'state',
    header: 'Outcome',
    cell: ({ state }) => <Badge tone={STATES[state].tone}>{STATES[state].label}</Badge>,
  },
  { key: 'from', header: 'Proposed by', cell: ({ proposedBy }) => proposedBy },
  { key: 'by', header: 'Decided by', cell: ({ decidedBy }) => decidedBy ?? '–' },
  {
    key: 'at',
    header: 'When',
    cell: ({ decidedAt }) => (decidedAt ? <LocalTime iso={decidedAt} timeZone={CONSOLE_ZONE} /> : '–'),
  },
];

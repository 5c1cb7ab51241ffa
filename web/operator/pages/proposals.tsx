// What one operator proposed and another one confirms: each with what it does, by whom and why.
import { type ActionFunctionArgs, type LoaderFunctionArgs, redirect } from '@remix-run/node';
import { Form, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { oldLogInReply, pageForms, parseForm, rejectForm, text } from '#web/access/form-action.ts';
import { readAgain } from '#web/access/read-again.ts';
import { readForm } from '#web/access/read-form.ts';
import { requireOperator } from '#web/access/require-member.ts';
import { problemIn, submitted, useActionForm, useActionResult } from '#web/access/use-action-form.ts';
import { FormNotice } from '#web/dashboard/frame/form-notice.tsx';
import { Badge, type Tone } from '#web/ui/badge.tsx';
import { SubmitButton } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { type Column, DataTable } from '#web/ui/data-table.tsx';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { PageHeader } from '#web/ui/page-header.tsx';
import { CONSOLE_ZONE, DoneNotice } from '../parts/console-parts.tsx';
import { ProposalBy, ProposalText } from '../parts/proposal-text.tsx';
import type { ListedProposal as Proposal } from '../server/operator-types.ts';

export const loader = async (args: LoaderFunctionArgs) => {
  const { actor } = await requireOperator(args);
  return { proposals: await args.context.operator.proposals(), self: actor.id };
};

/** Another operator may have decided it meanwhile. */
export const shouldRevalidate = readAgain;

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
  if (!problem) return redirect(`/operator/proposals?done=${decision}`);
  if (problem.code !== 'not_second') return rejectForm(submission, problem);
  // The page has no button for it.
  args.context.reportDenied({ userId: actor.id, reason: 'own proposal' });
  return rejectForm(submission, problem, 403);
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
  const result = useActionResult();
  const subject = submitted(result, 'subject');
  // A proposal that waits shows its own.
  const problem = proposals.some((proposal) => waits(proposal) && proposal.id === subject) ? null : problemIn(result);
  return (
    <>
      <PageHeader
        title="Proposals"
        lead="Another fee, and money that is accepted, take two operators: one proposes, another confirms."
      />
      {result ? null : <DoneNotice messages={DONE} />}
      {problem ? <Notice tone="bad">{problem} Nothing has changed by this. What was decided is below.</Notice> : null}
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
  const { id } = proposal;
  return (
    <li id={id} className="grid gap-3 px-4 py-3 target:bg-brand-tint md:px-5">
      <ProposalText proposal={proposal} />
      <ProposalBy proposal={proposal} />
      <Form method="post" className="flex flex-wrap items-center gap-3" {...form.props}>
        <input type="hidden" name="subject" value={id} />
        <FormNotice form={form} />
        {isOwn || proposal.obsolete ? (
          <span className="text-sm">{proposal.obsolete ?? 'You proposed it: another operator confirms it.'}</span>
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

const DECIDED_COLUMNS: Column<Proposal>[] = [
  { key: 'what', header: 'Proposal', rowHeader: true, cell: (proposal) => <ProposalText proposal={proposal} /> },
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

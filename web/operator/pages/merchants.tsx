// All merchants, newest first, with open applications; and a form that invites a merchant by e-mail.
import { type ActionFunctionArgs, type LoaderFunctionArgs, redirect } from '@remix-run/node';
import { Form, Link, useLoaderData, useSearchParams } from '@remix-run/react';
import { z } from 'zod';
import { oldLogInReply, pageForms, parseForm, rejectForm, text } from '#web/access/form-action.ts';
import { readForm } from '#web/access/read-form.ts';
import { requireOperator } from '#web/access/require-member.ts';
import { useActionForm } from '#web/access/use-action-form.ts';
import { FormNotice } from '#web/dashboard/frame/form-notice.tsx';
import { SubmitButton } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { DataTable } from '#web/ui/data-table.tsx';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { Field } from '#web/ui/field.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';
import { PageHeader } from '#web/ui/page-header.tsx';
import { Pager } from '#web/ui/pager.tsx';
import { AccountStatusBadge } from '#web/ui/status-badge.tsx';
import { Tabs } from '#web/ui/tabs.tsx';
import { UnknownNotice } from '#web/ui/unknown-notice.tsx';
import { anyText, oneOf, timeAndId, unknownParts } from '#web/ui/unknown-parts.ts';
import { CONSOLE_ZONE, DoneNotice, withParameter } from '../parts/console-parts.tsx';
import { FeeFields } from '../parts/fee-fields.tsx';
import { ReasonField } from '../parts/reason-field.tsx';

const STATUSES = ['applied', 'active', 'suspended'] as const;
const LABELS = { applied: 'Applied', active: 'Active', suspended: 'Suspended' } as const;
const DONE = { invited: 'The merchant is active. Its owner gets an invitation by e-mail.' };

export const loader = async (args: LoaderFunctionArgs) => {
  await requireOperator(args);
  const { searchParams } = new URL(args.request.url);
  const status = STATUSES.find((name) => name === searchParams.get('status'));
  const search = searchParams.get('q')?.trim().slice(0, 255);
  const after = searchParams.get('after');
  const { operator } = args.context;
  const [page, counts] = await Promise.all([
    operator.merchants({ ...(status ? { status } : {}), ...(search ? { search } : {}), ...(after ? { after } : {}) }),
    operator.merchantCounts(),
  ]);
  const unknown = unknownParts(searchParams, {
    ...{ status: oneOf(STATUSES), q: anyText, after: timeAndId, done: oneOf(Object.keys(DONE)) },
  });
  return { ...page, counts, unknown, status: status ?? null, search: search ?? '' };
};

const invitationForm = pageForms(
  'merchants',
  z.object({
    do: z.literal('invite'),
    name: text,
    email: text,
    percent: text,
    minFee: text,
    reason: text,
  }),
);

export const action = async (args: ActionFunctionArgs) => {
  const { actor, session } = await requireOperator(args);
  const formData = await readForm(args.request);
  const old = oldLogInReply(session, formData, 'merchants', { by: 'do' });
  if (old) return old;
  const submission = parseForm(formData, invitationForm);
  if (submission.status !== 'success') return rejectForm(submission);
  const { name, email, percent, minFee, reason } = submission.value;
  const problem = await args.context.operator.invite({ name, email }, { percent, minFee }, { actor, reason });
  return problem ? rejectForm(submission, problem) : redirect('/operator/merchants?done=invited');
};

export default function Merchants() {
  const { rows, next, counts, unknown, status, search } = useLoaderData<typeof loader>();
  const [parameters] = useSearchParams();
  return (
    <>
      <PageHeader title="Merchants" lead="Applications, active merchants and suspended ones." />
      <DoneNotice messages={DONE} />
      <UnknownNotice unknown={unknown} base="/operator/merchants" rows="merchants" />
      <Tabs
        label="Merchants by status"
        tabs={[
          { to: '/operator/merchants', label: 'All', current: status === null },
          ...STATUSES.map((name) => ({
            to: `/operator/merchants?status=${name}`,
            label: `${LABELS[name]} (${counts[name]})`,
            current: status === name,
          })),
        ]}
      />
      <Form method="get" className="flex flex-wrap items-end gap-2">
        {status ? <input type="hidden" name="status" value={status} /> : null}
        <div className="min-w-60 flex-1">
          <Field label="Name, e-mail address or id" type="search" name="q" defaultValue={search} key={search} />
        </div>
        <button type="submit" className="button px-3 text-sm">
          Search
        </button>
      </Form>
      <Card flush>
        <DataTable
          stacked
          caption="Merchants"
          rows={rows}
          rowKey={({ id }) => id}
          empty={
            <EmptyState title={search ? 'No merchant matches' : 'No merchants here'}>
              {search ? 'Part of a name or of an e-mail address is enough.' : 'New applications appear here.'}
            </EmptyState>
          }
          columns={[
            {
              key: 'name',
              header: 'Merchant',
              rowHeader: true,
              cell: ({ id, name, email }) => (
                <span className="grid">
                  <Link to={`/operator/merchants/${id}`} className="font-semibold text-brand underline wrap-anywhere">
                    {name}
                  </Link>
                  <span className="text-ink-2 wrap-anywhere">{email}</span>
                </span>
              ),
            },
            { key: 'status', header: 'Status', cell: ({ status: state }) => <AccountStatusBadge status={state} /> },
            {
              key: 'stores',
              header: 'Stores',
              align: 'end',
              wideOnly: true,
              cell: ({ stores, testStores }) => (testStores > 0 ? `${stores} (${testStores} test)` : stores),
            },
            {
              key: 'since',
              header: 'Applied',
              wideOnly: true,
              cell: ({ createdAt }) => <LocalTime iso={createdAt} timeZone={CONSOLE_ZONE} />,
            },
            {
              key: 'activated',
              header: 'Activated',
              wideOnly: true,
              cell: ({ activatedAt }) => (activatedAt ? <LocalTime iso={activatedAt} timeZone={CONSOLE_ZONE} /> : '–'),
            },
          ]}
        />
      </Card>
      <Pager label="merchants" newer={null} older={next && withParameter(parameters, 'after', next)} />
      <InviteCard />
    </>
  );
}

function InviteCard() {
  const form = useActionForm({ action: 'invite', values: { percent: '0.6', minFee: '0.10' } });
  return (
    <Card
      title="Invite a merchant"
      lead="Creates an active merchant with this fee. The owner gets an e-mail with a link that is valid for seven days."
    >
      <Form method="post" className="grid gap-4" {...form.props}>
        <input type="hidden" name="do" value="invite" />
        <FormNotice form={form} />
        <div className="grid gap-4 md:grid-cols-2">
          <Field label="Name of the business" required maxLength={255} {...form.field('name')} />
          <Field label="Owner’s e-mail address" type="email" required maxLength={254} {...form.field('email')} />
          <FeeFields form={form} />
        </div>
        <ReasonField form={form} hint="For the audit log." />
        <div>
          <SubmitButton tone="primary" busyLabel="One moment…">
            Invite
          </SubmitButton>
        </div>
      </Form>
    </Card>
  );
}

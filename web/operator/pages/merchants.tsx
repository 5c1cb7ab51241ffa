// Every merchant of the platform, newest first; applications wait here. A merchant can be invited by e-mail.
import { type ActionFunctionArgs, data, type LoaderFunctionArgs, redirect } from '@remix-run/node';
import { Form, Link, useActionData, useLoaderData, useSearchParams } from '@remix-run/react';
import { formState, type RejectedForm, rejectedForm, rejectedOldLogIn, textOf } from '#web/access/action-form.ts';
import { requireOperator } from '#web/access/require-member.ts';
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
import { ActProblem } from '../parts/action-error.tsx';
import { CONSOLE_ZONE, DoneNotice, withParameter } from '../parts/console-parts.tsx';
import { FeeFields } from '../parts/fee-fields.tsx';
import { ReasonField } from '../parts/reason-field.tsx';

const STATUSES = ['applied', 'active', 'suspended'] as const;
const LABELS = { applied: 'Applied', active: 'Active', suspended: 'Suspended' } as const;

export const loader = async (args: LoaderFunctionArgs) => {
  await requireOperator(args);
  const { searchParams } = new URL(args.request.url);
  const status = STATUSES.find((name) => name === searchParams.get('status'));
  const search = searchParams.get('q')?.trim().slice(0, 255);
  const after = searchParams.get('after');
  const { operator } = args.context;
  const [page, counts] = await Promise.all([
    operator.merchants({ ...(status ? { status } : {}), ...(search ? { search } : {}), ...(after ? { after } : {}) }),
    operator.counts(),
  ]);
  return { ...page, counts: counts.merchants, status: status ?? null, search: search ?? '' };
};

export const action = async (args: ActionFunctionArgs) => {
  const { actor, session } = await requireOperator(args);
  const form = await args.request.formData();
  if (!session.fresh) return data(rejectedOldLogIn(form), { status: 403 });
  if (textOf(form, 'do') !== 'invite') throw data(null, { status: 400 });
  const problem = await args.context.operator.invite(
    { name: textOf(form, 'name'), email: textOf(form, 'email') },
    { percent: textOf(form, 'percent'), minFee: textOf(form, 'minFee') },
    { actor, reason: textOf(form, 'reason') },
  );
  return problem ? data(rejectedForm(form, problem), { status: 422 }) : redirect('/operator/merchants?done=invited');
};

export default function Merchants() {
  const { rows, next, counts, status, search } = useLoaderData<typeof loader>();
  const [parameters] = useSearchParams();
  return (
    <>
      <PageHeader title="Merchants" lead="Who applied, who trades, and who may not." />
      <DoneNotice message={{ invited: 'The merchant is active, and its owner has been invited by e-mail.' }} />
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
              {search ? 'Part of a name or of an e-mail address is enough.' : 'Applications arrive here by themselves.'}
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
  const state = formState(useActionData<RejectedForm>(), 'invite');
  return (
    <Card
      title="Invite a merchant"
      lead="Makes it active with this fee. Its owner gets a link, good for seven days, to the address."
    >
      <Form method="post" className="grid gap-4">
        <input type="hidden" name="do" value="invite" />
        <ActProblem state={state} />
        <div className="grid gap-4 md:grid-cols-2">
          <Field
            label="Name of the business"
            name="name"
            required
            maxLength={255}
            defaultValue={state.typed('name')}
            error={state.error('name')}
          />
          <Field
            label="Owner's e-mail address"
            name="email"
            type="email"
            required
            maxLength={254}
            defaultValue={state.typed('email')}
            error={state.error('email')}
          />
          <FeeFields state={state} percent="0.6" minFee="0.10" />
        </div>
        <ReasonField state={state} hint="For the audit log." />
        <div>
          <SubmitButton tone="primary" busyLabel="One moment…">
            Invite
          </SubmitButton>
        </div>
      </Form>
    </Card>
  );
}

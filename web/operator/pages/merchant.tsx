// One merchant: the application and what may be done about it, its stores with their fees, its people, and what happened lately.
import { type ActionFunctionArgs, data, type LoaderFunctionArgs, redirect } from '@remix-run/node';
import { Form, Link, useActionData, useLoaderData } from '@remix-run/react';
import { formState, type RejectedForm, rejectedForm, rejectedOldLogIn, textOf } from '#web/access/action-form.ts';
import { requireOperator } from '#web/access/require-member.ts';
import { Badge } from '#web/ui/badge.tsx';
import { LinkButton, SubmitButton } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { DataTable } from '#web/ui/data-table.tsx';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { Facts } from '#web/ui/facts.tsx';
import { Field } from '#web/ui/field.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { PageHeader } from '#web/ui/page-header.tsx';
import { AccountStatusBadge } from '#web/ui/status-badge.tsx';
import { StoreName } from '#web/ui/store-name.tsx';
import { Summary } from '#web/ui/summary.tsx';
import { ActProblem } from '../parts/action-error.tsx';
import { AuditTable } from '../parts/audit-table.tsx';
import { CONSOLE_ZONE, DoneNotice } from '../parts/console-parts.tsx';
import { FeeFields } from '../parts/fee-fields.tsx';
import { ReasonField } from '../parts/reason-field.tsx';
import type { AccountStatus, AuditRow, MerchantDetail, MerchantStoreRow } from '../server/operator-types.ts';

export const loader = async (args: LoaderFunctionArgs) => {
  await requireOperator(args);
  const { operator } = args.context;
  const merchant = await operator.merchant(args.params.merchantId ?? '');
  if (!merchant) throw new Response('Not found', { status: 404 });
  return { merchant, audit: (await operator.audit({ subject: merchant.id })).rows.slice(0, 10) };
};

export const action = async (args: ActionFunctionArgs) => {
  const { actor, session } = await requireOperator(args);
  const { operator } = args.context;
  const merchant = await operator.merchant(args.params.merchantId ?? '');
  if (!merchant) throw new Response('Not found', { status: 404 });
  const form = await args.request.formData();
  if (!session.fresh) return data(rejectedOldLogIn(form), { status: 403 });
  const act = { actor, reason: textOf(form, 'reason') };
  const fee = { percent: textOf(form, 'percent'), minFee: textOf(form, 'minFee') };
  const subject = textOf(form, 'subject');
  const ownStore = (): string => {
    // A form names one of this merchant's stores, or it was not made by this page.
    if (!merchant.storeRows.some(({ id }) => id === subject)) throw data(null, { status: 400 });
    return subject;
  };
  const what = textOf(form, 'do');
  const acts: Record<string, () => ReturnType<typeof operator.suspend>> = {
    activate: () => operator.activate(merchant.id, fee, act),
    suspend: () => operator.suspend(merchant.id, act),
    reactivate: () => operator.reactivate(merchant.id, act),
    fees: () => operator.setStoreFees(ownStore(), fee, act),
    'suspend-store': () => operator.setStoreStatus(ownStore(), 'suspended', act),
    'reactivate-store': () => operator.setStoreStatus(ownStore(), 'active', act),
    owner: () => operator.inviteOwner(merchant.id, textOf(form, 'email'), act),
  };
  const run = Object.hasOwn(acts, what) ? acts[what] : undefined;
  if (!run) throw data(null, { status: 400 });
  const problem = await run();
  if (problem) return data(rejectedForm(form, problem), { status: 422 });
  return redirect(`/operator/merchants/${merchant.id}?done=${what}`);
};

const DONE = {
  activate: 'The merchant is active, and its owners have been told by e-mail.',
  suspend: 'The merchant is suspended: the API refuses new orders, open ones still complete.',
  reactivate: 'The merchant is active again.',
  fees: 'The fee holds for orders that are made from now on.',
  'suspend-store': 'The store is suspended: the API refuses its new orders, open ones still complete.',
  'reactivate-store': 'The store is active again.',
  owner: 'The invitation is on its way.',
};

export default function MerchantPage() {
  const { merchant, audit } = useLoaderData<typeof loader>();
  const rejected = useActionData<RejectedForm>();
  return (
    <>
      <PageHeader
        title={merchant.name}
        lead={<AccountStatusBadge status={merchant.status} />}
        actions={<LinkButton to="/operator/merchants">All merchants</LinkButton>}
      />
      <DoneNotice message={DONE} />
      {merchant.status === 'suspended' ? (
        <Notice tone="warn" title="Suspended">
          {merchant.suspendedReason}
        </Notice>
      ) : null}
      <Card title={merchant.status === 'applied' ? 'The application' : 'The business'}>
        <Facts
          rows={[
            { label: 'E-mail address', value: merchant.email },
            { label: 'Website', value: merchant.website ?? 'not told' },
            {
              label: 'What it sells',
              value: <span className="whitespace-pre-line">{merchant.about ?? 'not told'}</span>,
            },
            { label: 'Applied', value: <LocalTime iso={merchant.createdAt} timeZone={CONSOLE_ZONE} /> },
            {
              label: 'Activated',
              value: merchant.activatedAt ? (
                <LocalTime iso={merchant.activatedAt} timeZone={CONSOLE_ZONE} />
              ) : (
                'not yet'
              ),
            },
            { label: 'Id', value: <span className="font-mono">{merchant.id}</span> },
          ]}
        />
      </Card>
      <DecisionCard merchant={merchant} rejected={rejected} />
      {merchant.storeRows.map((store) => (
        <StoreCard key={store.id} store={store} merchantStatus={merchant.status} rejected={rejected} />
      ))}
      <People merchant={merchant} rejected={rejected} />
      <Card
        title="What happened lately"
        flush
        actions={<LinkButton to={`/operator/audit?subject=${merchant.id}`}>All of it</LinkButton>}
      >
        <AuditTable rows={audit as AuditRow[]} empty="Nothing is in the log about this merchant." />
      </Card>
    </>
  );
}

interface PartProps {
  merchant: MerchantDetail;
  rejected: RejectedForm | undefined;
}

function DecisionCard({ merchant, rejected: refused }: PartProps) {
  const act = { applied: 'activate', active: 'suspend', suspended: 'reactivate' }[merchant.status];
  const message = {
    applied: {
      title: 'Activate',
      lead: 'The merchant can make keys and take orders from then on. The fee holds for all of its stores.',
      hint: 'What was looked at, for the audit log.',
      button: 'Activate',
    },
    active: {
      title: 'Suspend',
      lead: 'The API answers new orders with code 30001 and the dashboard can only be read. Open orders still complete, and their money is paid out.',
      hint: 'For the audit log; the merchant reads it too.',
      button: 'Suspend',
    },
    suspended: {
      title: 'Let it trade again',
      lead: 'Stores that were suspended by themselves stay so.',
      hint: 'For the audit log.',
      button: 'Reactivate',
    },
  }[merchant.status];
  const state = formState(refused, act);
  return (
    <Card title={message.title} lead={message.lead}>
      <Form method="post" className="grid gap-4">
        <input type="hidden" name="do" value={act} />
        <ActProblem state={state} />
        {merchant.status === 'applied' ? (
          <div className="grid gap-4 md:grid-cols-2">
            <FeeFields
              state={state}
              percent={percentOf(merchant.storeRows[0]?.feeBps ?? 60)}
              minFee={merchant.storeRows[0]?.minFee ?? '0.10'}
            />
          </div>
        ) : null}
        <ReasonField state={state} hint={message.hint} />
        <div>
          <SubmitButton tone={merchant.status === 'active' ? 'danger' : 'primary'} busyLabel="One moment…">
            {message.button}
          </SubmitButton>
        </div>
      </Form>
    </Card>
  );
}

const percentOf = (basisPoints: number): string => String(basisPoints / 100);

interface StoreCardProps {
  store: MerchantStoreRow;
  merchantStatus: AccountStatus;
  rejected: RejectedForm | undefined;
}

function StoreCard({ store, merchantStatus, rejected: refused }: StoreCardProps) {
  const statusAct = store.status === 'suspended' ? 'reactivate-store' : 'suspend-store';
  const fees = formState(refused, 'fees', store.id);
  const status = formState(refused, statusAct, store.id);
  return (
    <Card
      title={
        <span className="flex flex-wrap items-center gap-2">
          <StoreName name={store.name} isTest={store.isTest} />
          {store.status === 'active' && merchantStatus === 'suspended' ? (
            <Badge tone="warn">Suspended with its merchant</Badge>
          ) : (
            <AccountStatusBadge status={store.status} />
          )}
        </span>
      }
    >
      <div className="grid gap-4">
        <Facts
          rows={[
            { label: 'Store', value: <span className="font-mono">{store.id}</span> },
            { label: 'Fee', value: `${percentOf(store.feeBps)} %, at least ${store.minFee} coins` },
            {
              label: 'Receiving address',
              value: store.receiver ? (
                <>
                  <span className="font-mono">{store.receiver}</span>{' '}
                  <Badge tone={store.receiverProved ? 'ok' : 'plain'}>
                    {store.receiverProved ? 'Signed by its key' : 'Not proved'}
                  </Badge>
                </>
              ) : (
                'not set'
              ),
            },
            {
              label: 'Webhook',
              value: store.webhookUrl
                ? `${store.webhookUrl}${store.webhookDisabled ? ' (off: it answered 410)' : ''}`
                : 'not set',
            },
            { label: 'Keys in use', value: store.openKeys },
            { label: 'Orders', value: store.orders > 10_000 ? 'more than 10,000' : store.orders.toLocaleString('en') },
            {
              label: 'Open reviews',
              value:
                store.openReviews > 0 ? (
                  <Link to={`/operator/reviews?store=${store.id}`} className="text-brand underline">
                    {store.openReviews}
                  </Link>
                ) : (
                  'none'
                ),
            },
          ]}
        />
        <details className="rounded-lg border border-line" open={fees.open}>
          <Summary className="px-4">Change the fee</Summary>
          <Form method="post" className="grid gap-4 px-4 pb-4">
            <input type="hidden" name="do" value="fees" />
            <input type="hidden" name="subject" value={store.id} />
            <ActProblem state={fees} />
            <div className="grid gap-4 md:grid-cols-2">
              <FeeFields state={fees} percent={percentOf(store.feeBps)} minFee={store.minFee} />
            </div>
            <ReasonField
              state={fees}
              hint="For the audit log. Orders that exist keep their fee: it is part of their address."
            />
            <div>
              <SubmitButton tone="primary">Change the fee</SubmitButton>
            </div>
          </Form>
        </details>
        {store.status === 'applied' ? null : (
          <details className="rounded-lg border border-line" open={status.open}>
            <Summary className="px-4">
              {store.status === 'suspended' ? 'Let this store trade again' : 'Suspend this store'}
            </Summary>
            <Form method="post" className="grid gap-4 px-4 pb-4">
              <input type="hidden" name="do" value={statusAct} />
              <input type="hidden" name="subject" value={store.id} />
              <ActProblem state={status} />
              <ReasonField state={status} hint="For the audit log." />
              <div>
                <SubmitButton tone={store.status === 'suspended' ? 'primary' : 'danger'}>
                  {store.status === 'suspended' ? 'Reactivate the store' : 'Suspend the store'}
                </SubmitButton>
              </div>
            </Form>
          </details>
        )}
      </div>
    </Card>
  );
}

function People({ merchant, rejected: refused }: PartProps) {
  const state = formState(refused, 'owner');
  return (
    <Card title="People" flush>
      <DataTable
        stacked
        caption="Members and invitations"
        rows={[
          ...merchant.members.map(({ userId, email, role, since }) => ({
            key: userId,
            email,
            role,
            at: since,
            open: false,
          })),
          ...merchant.invitations.map(({ id, email, role, expiresAt }) => ({
            key: `i${id}`,
            email,
            role,
            at: expiresAt,
            open: true,
          })),
        ]}
        rowKey={({ key }) => key}
        empty={<EmptyState title="Nobody works for this merchant yet">Invite an owner below.</EmptyState>}
        columns={[
          { key: 'email', header: 'E-mail address', rowHeader: true, cell: ({ email }) => email },
          { key: 'role', header: 'Role', cell: ({ role }) => role },
          {
            key: 'at',
            header: 'Since',
            cell: ({ at, open }) => (
              <>
                {open ? 'invited, until ' : ''}
                <LocalTime iso={at} timeZone={CONSOLE_ZONE} />
              </>
            ),
          },
        ]}
      />
      <details className="border-t border-line px-4 sm:px-5" open={state.open}>
        <Summary>Invite an owner</Summary>
        <Form method="post" className="grid gap-4 pb-4 sm:pb-5">
          <input type="hidden" name="do" value="owner" />
          <ActProblem state={state} />
          <Field
            label="E-mail address"
            hint="Gets a link that is good for seven days. Owners may change the receiving address."
            name="email"
            type="email"
            required
            maxLength={254}
            defaultValue={state.typed('email')}
            error={state.error('email')}
          />
          <ReasonField state={state} hint="For the audit log." />
          <div>
            <SubmitButton tone="primary" busyLabel="One moment…">
              Invite
            </SubmitButton>
          </div>
        </Form>
      </details>
    </Card>
  );
}

// One merchant: its application, decisions about it, its stores with their fees, its people, and its latest audit entries.
import { type ActionFunctionArgs, type LoaderFunctionArgs, redirect } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { oldLogInReply, pageForms, parseForm, rejectForm, text } from '#web/access/form-action.ts';
import type { FormProblem } from '#web/access/form-error-types.ts';
import { readAgain } from '#web/access/read-again.ts';
import { readForm } from '#web/access/read-form.ts';
import { requireOperator } from '#web/access/require-member.ts';
import type { Actor } from '#web/access/store-access-types.ts';
import { needsLogIn, problemIn, submitted, useActionResult } from '#web/access/use-action-form.ts';
import { LogInAgain } from '#web/dashboard/frame/log-in-again.tsx';
import { LinkButton } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { Facts } from '#web/ui/facts.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { PageHeader } from '#web/ui/page-header.tsx';
import { AccountStatusBadge } from '#web/ui/status-badge.tsx';
import { AuditTable } from '../parts/audit-table.tsx';
import { CONSOLE_ZONE, DoneNotice } from '../parts/console-parts.tsx';
import { MerchantChanges } from '../parts/merchant-changes.tsx';
import { MerchantPeople } from '../parts/merchant-people.tsx';
import { MerchantStatusForm } from '../parts/merchant-status-form.tsx';
import { MerchantStoreCard } from '../parts/merchant-store-card.tsx';
import { WaitingProposals } from '../parts/proposal-text.tsx';
import type { OperatorServices } from '../server/operator-services.ts';
import type { AuditRow, MerchantDetail, WaitingChange } from '../server/operator-types.ts';

export const loader = async (args: LoaderFunctionArgs) => {
  const { actor } = await requireOperator(args);
  const { operator } = args.context;
  const merchant = await operator.merchant(args.params.merchantId ?? '');
  if (!merchant) throw new Response('Not found', { status: 404 });
  const [changes, proposals, audit] = await Promise.all([
    operator.waitingChanges(merchant.id),
    operator.waitingProposals({ merchantId: merchant.id }),
    operator.audit({ subject: merchant.id }),
  ]);
  return { merchant, changes, proposals, self: actor.id, audit: audit.rows.slice(0, 10) };
};

/** Another operator, or an owner, may have decided it meanwhile. */
export const shouldRevalidate = readAgain;

const reason = text;
const fee = { percent: text, minFee: text };
const merchantForms = pageForms(
  'merchant',
  z.discriminatedUnion('do', [
    z.object({ do: z.literal('activate'), ...fee, reason }),
    z.object({ do: z.literal('suspend'), reason }),
    z.object({ do: z.literal('reactivate'), reason }),
    z.object({ do: z.literal('owner'), email: text, reason }),
    // `subject` is the member's account.
    z.object({ do: z.literal('end-sessions'), subject: text, reason }),
    // `subject` is the change.
    z.object({ do: z.literal('cancel-change'), subject: text }),
    // `subject` is the store.
    z.object({ do: z.literal('fees'), subject: text, ...fee, reason }),
    z.object({ do: z.literal('suspend-store'), subject: text, reason }),
    z.object({ do: z.literal('reactivate-store'), subject: text, reason }),
  ]),
);
type MerchantForm = z.output<typeof merchantForms>;

export const action = async (args: ActionFunctionArgs) => {
  const { actor, session } = await requireOperator(args);
  const { operator } = args.context;
  const merchant = await operator.merchant(args.params.merchantId ?? '');
  if (!merchant) throw new Response('Not found', { status: 404 });
  const formData = await readForm(args.request);
  const old = oldLogInReply(session, formData, 'merchant', { by: 'do' });
  if (old) return old;
  const submission = parseForm(formData, merchantForms);
  if (submission.status !== 'success') return rejectForm(submission);
  const problem = await changeMerchant(operator, merchant, submission.value, actor);
  if (problem) return rejectForm(submission, problem);
  return redirect(`/operator/merchants/${merchant.id}?done=${submission.value.do}`);
};

const changeMerchant = (
  operator: OperatorServices,
  merchant: MerchantDetail,
  form: MerchantForm,
  actor: Actor,
): Promise<FormProblem | null> => {
  if (form.do === 'cancel-change') return operator.cancelChange(merchant.id, form.subject, actor);
  const by = { actor, reason: form.reason };
  switch (form.do) {
    case 'activate':
      return operator.activate(merchant.id, form, by);
    case 'suspend':
      return operator.suspend(merchant.id, by);
    case 'reactivate':
      return operator.reactivate(merchant.id, by);
    case 'owner':
      return operator.inviteOwner(merchant.id, form.email, by);
    case 'end-sessions':
      return operator.endSessions(merchant.id, form.subject, by);
    case 'fees':
      return operator.proposeFees(ownStore(merchant, form.subject), form, by);
    case 'suspend-store':
      return operator.setStoreStatus(ownStore(merchant, form.subject), 'suspended', by);
    case 'reactivate-store':
      return operator.setStoreStatus(ownStore(merchant, form.subject), 'active', by);
  }
};

/** Throws 400 for a store of another merchant: this page sends no such form. */
const ownStore = ({ storeRows }: MerchantDetail, storeId: string): string => {
  if (!storeRows.some(({ id }) => id === storeId)) throw new Response('Bad request', { status: 400 });
  return storeId;
};

const DONE = {
  activate: 'The merchant is active. Its owners get an e-mail.',
  suspend: 'The merchant is suspended. The API rejects new orders; open orders still complete.',
  reactivate: 'The merchant is active again.',
  fees: 'Proposed. When another operator has confirmed it, the new fee applies to orders created from then on.',
  'suspend-store': 'The store is suspended. The API rejects its new orders; open orders still complete.',
  'reactivate-store': 'The store is active again.',
  owner:
    'The invitation is on its way. If the merchant has owners or a receiving address, it is sent after the waiting time, and every owner can cancel it.',
  'cancel-change': 'The change was canceled.',
  'end-sessions': 'The person is logged out everywhere. Log-in methods stay.',
};

/** Whether the page still has the form that was sent: it shows its problem itself. */
const hasForm = ({ status, storeRows, members }: MerchantDetail, form: string, subject: string): boolean => {
  const store = storeRows.find(({ id }) => id === subject);
  switch (form) {
    case 'activate':
      return status === 'applied';
    case 'suspend':
      return status === 'active';
    case 'reactivate':
      return status === 'suspended';
    case 'end-sessions':
      return members.some(({ userId }) => userId === subject);
    case 'suspend-store':
      return store?.status === 'active';
    case 'reactivate-store':
      return store?.status === 'suspended';
    default:
      return form !== 'cancel-change';
  }
};

export default function MerchantPage() {
  const { merchant, audit, changes, proposals, self } = useLoaderData<typeof loader>();
  const result = useActionResult();
  const isAlone = result !== null && !hasForm(merchant, submitted(result, 'do'), submitted(result, 'subject'));
  const problem = isAlone ? problemIn(result) : null;
  return (
    <>
      <PageHeader
        title={merchant.name}
        lead={<AccountStatusBadge status={merchant.status} />}
        actions={<LinkButton to="/operator/merchants">All merchants</LinkButton>}
      />
      {result ? null : <DoneNotice messages={DONE} />}
      {isAlone && needsLogIn(result) ? <LogInAgain /> : null}
      {problem ? <Notice tone="bad">{problem} Nothing has changed by this.</Notice> : null}
      <WaitingProposals proposals={proposals} self={self} />
      {merchant.status === 'suspended' ? (
        <Notice tone="warn" title="Suspended">
          {merchant.suspendedReason}
        </Notice>
      ) : null}
      <Card title={merchant.status === 'applied' ? 'The application' : 'The business'}>
        <Facts
          rows={[
            { label: 'E-mail address', value: merchant.email },
            { label: 'Website', value: merchant.website ?? 'not given' },
            {
              label: 'What it sells',
              value: <span className="whitespace-pre-line">{merchant.about ?? 'not given'}</span>,
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
      <MerchantStatusForm key={merchant.status} merchant={merchant} />
      {merchant.storeRows.map((store) => (
        <MerchantStoreCard key={store.id} store={store} merchantStatus={merchant.status} />
      ))}
      <MerchantPeople merchant={merchant} />
      <MerchantChanges changes={changes as WaitingChange[]} self={self} />
      <Card
        title="Latest entries of the audit log"
        flush
        actions={<LinkButton to={`/operator/audit?subject=${merchant.id}`}>All entries</LinkButton>}
      >
        <AuditTable rows={audit as AuditRow[]} empty="The log has no entry about this merchant." />
      </Card>
    </>
  );
}

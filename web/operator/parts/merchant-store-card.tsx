// One store of a merchant: its facts, and the forms for its fee and its status.
import { Form, Link } from '@remix-run/react';
import { useActionForm } from '#web/access/use-action-form.ts';
import { FormNotice } from '#web/dashboard/frame/form-notice.tsx';
import { Badge } from '#web/ui/badge.tsx';
import { SubmitButton } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { Facts } from '#web/ui/facts.tsx';
import { AccountStatusBadge } from '#web/ui/status-badge.tsx';
import { StoreName } from '#web/ui/store-name.tsx';
import { Summary } from '#web/ui/summary.tsx';
import type { AccountStatus, MerchantStoreRow } from '../server/operator-types.ts';
import { FeeFields } from './fee-fields.tsx';
import { percentOf } from './percent.ts';
import { ReasonField } from './reason-field.tsx';

interface MerchantStoreCardProps {
  store: MerchantStoreRow;
  merchantStatus: AccountStatus;
}

export function MerchantStoreCard({ store, merchantStatus }: MerchantStoreCardProps) {
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
        <StoreFacts store={store} />
        <FeeForm key={`fee:${store.feeBps}:${store.minFee}`} store={store} />
        {store.status === 'applied' ? null : <StoreStatusForm key={store.status} store={store} />}
      </div>
    </Card>
  );
}

function StoreFacts({ store }: { store: MerchantStoreRow }) {
  return (
    <Facts
      rows={[
        { label: 'Store', value: <span className="font-mono">{store.id}</span> },
        { label: 'Fee', value: `${percentOf(store.feeBps)}%, at least ${store.minFee} coins` },
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
            ? `${store.webhookUrl}${store.webhookDisabled ? ' (off: it responded with 410)' : ''}`
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
  );
}

function FeeForm({ store }: { store: MerchantStoreRow }) {
  const form = useActionForm({
    action: 'fees',
    subject: store.id,
    values: { percent: percentOf(store.feeBps), minFee: store.minFee },
  });
  return (
    <details className="rounded-lg border border-line" open={form.rejected}>
      <Summary className="px-4">Propose another fee</Summary>
      <Form method="post" className="grid gap-4 px-4 pb-4" {...form.props}>
        <input type="hidden" name="do" value="fees" />
        <input type="hidden" name="subject" value={store.id} />
        <FormNotice form={form} />
        <div className="grid gap-4 md:grid-cols-2">
          <FeeFields form={form} />
        </div>
        <ReasonField
          form={form}
          hint="For the audit log. Another operator confirms it. Existing orders keep their fee: their deposit address depends on it."
        />
        <div>
          <SubmitButton tone="primary">Propose the fee</SubmitButton>
        </div>
      </Form>
    </details>
  );
}

function StoreStatusForm({ store }: { store: MerchantStoreRow }) {
  const isSuspended = store.status === 'suspended';
  const action = isSuspended ? 'reactivate-store' : 'suspend-store';
  const form = useActionForm({ action, subject: store.id });
  return (
    <details className="rounded-lg border border-line" open={form.rejected}>
      <Summary className="px-4">{isSuspended ? 'Reactivate this store' : 'Suspend this store'}</Summary>
      <Form method="post" className="grid gap-4 px-4 pb-4" {...form.props}>
        <input type="hidden" name="do" value={action} />
        <input type="hidden" name="subject" value={store.id} />
        <FormNotice form={form} />
        <ReasonField form={form} hint="For the audit log." />
        <div>
          <SubmitButton tone={isSuspended ? 'primary' : 'danger'}>
            {isSuspended ? 'Reactivate the store' : 'Suspend the store'}
          </SubmitButton>
        </div>
      </Form>
    </details>
  );
}

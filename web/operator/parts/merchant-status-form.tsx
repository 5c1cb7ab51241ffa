// The decision that a merchant's status allows: activate an applicant with its fee, suspend, or reactivate.
import { Form } from '@remix-run/react';
import { useActionForm } from '#web/access/use-action-form.ts';
import { FormNotice } from '#web/dashboard/frame/form-notice.tsx';
import { SubmitButton } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import type { AccountStatus, MerchantDetail } from '../server/operator-types.ts';
import { FeeFields } from './fee-fields.tsx';
import { percentOf } from './percent.ts';
import { ReasonField } from './reason-field.tsx';

interface Decision {
  action: string;
  title: string;
  lead: string;
  hint: string;
  button: string;
}

const DECISIONS: Record<AccountStatus, Decision> = {
  applied: {
    action: 'activate',
    title: 'Activate',
    lead: 'The merchant can create keys and take orders from then on. The fee applies to all of its stores.',
    hint: 'What you checked, for the audit log.',
    button: 'Activate',
  },
  active: {
    action: 'suspend',
    title: 'Suspend',
    lead: 'The API rejects new orders with code 30001, and the dashboard becomes read-only. Open orders can still be paid and settled.',
    hint: 'For the audit log; the merchant sees it too.',
    button: 'Suspend',
  },
  suspended: {
    action: 'reactivate',
    title: 'Reactivate',
    lead: 'Stores that were suspended separately stay suspended.',
    hint: 'For the audit log.',
    button: 'Reactivate',
  },
};

export function MerchantStatusForm({ merchant: { status, storeRows } }: { merchant: MerchantDetail }) {
  const { action, title, lead, hint, button } = DECISIONS[status];
  const [store] = storeRows;
  const fee = { percent: percentOf(store?.feeBps ?? 60), minFee: store?.minFee ?? '0.10' };
  const form = useActionForm({ action, values: fee });
  return (
    <Card title={title} lead={lead}>
      <Form method="post" className="grid gap-4" {...form.props}>
        <input type="hidden" name="do" value={action} />
        <FormNotice form={form} />
        {status === 'applied' ? (
          <div className="grid gap-4 md:grid-cols-2">
            <FeeFields form={form} />
          </div>
        ) : null}
        <ReasonField form={form} hint={hint} />
        <div>
          <SubmitButton tone={status === 'active' ? 'danger' : 'primary'} busyLabel="One moment…">
            {button}
          </SubmitButton>
        </div>
      </Form>
    </Card>
  );
}

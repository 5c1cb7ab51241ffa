// An order made by hand: its checkout's URL and QR code, to share.
import { randomUUID } from 'node:crypto';
import { type ActionFunctionArgs, type LoaderFunctionArgs, redirect } from '@remix-run/node';
import { Form, Link, useLoaderData } from '@remix-run/react';
import { DOORS } from '#web/access/doors.ts';
import { oldLogInReply, pageForms, parseForm, rejectForm } from '#web/access/form-action.ts';
import { formProblem } from '#web/access/form-error.ts';
import { readForm } from '#web/access/read-form.ts';
import { requireMember } from '#web/access/require-member.ts';
import { useActionForm } from '#web/access/use-action-form.ts';
import { LinkButton, SubmitButton } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { CopyButton } from '#web/ui/copy-button.tsx';
import { Field, TextArea } from '#web/ui/field.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';
import { Money } from '#web/ui/money.tsx';
import { PageHeader } from '#web/ui/page-header.tsx';
import { QrImage } from '#web/ui/qr-image.tsx';
import { Select } from '#web/ui/select.tsx';
import { FormNotice } from '../../frame/form-notice.tsx';
import { storeTitle } from '../../frame/store-title.ts';
import { PRICINGS } from '../../links/parts/link-form.server.ts';
import { newOrderFields } from '../parts/new-order-form.server.ts';
import type { MadeOrder } from '../server/own-orders-service.ts';

export const meta = storeTitle('Create an order');

export const loader = async (args: LoaderFunctionArgs) => {
  const { store } = await requireMember(args, { atLeast: DOORS.ownOrder.who });
  const id = new URL(args.request.url).searchParams.get('made');
  const made = id === null ? null : await args.context.dashboard.ownOrders.made(store.id, id);
  return { made, pricings: PRICINGS, storeId: store.id, timeZone: store.timeZone, once: randomUUID() };
};

const newOrderForms = pageForms('ownOrder', newOrderFields);

export const action = async (args: ActionFunctionArgs) => {
  const visit = await requireMember(args, { atLeast: DOORS.ownOrder.who, write: true });
  const formData = await readForm(args.request);
  const old = oldLogInReply(visit.session, formData, 'ownOrder', { by: 'do' });
  if (old) return old;
  const submission = parseForm(formData, newOrderForms);
  if (submission.status !== 'success') return rejectForm(submission);
  try {
    const id = await args.context.dashboard.ownOrders.create(visit, submission.value);
    return redirect(`/dashboard/${visit.store.id}/orders/new?made=${id}`, 303);
  } catch (error) {
    return rejectForm(submission, formProblem(error));
  }
};

export default function NewOrderPage() {
  const { made, storeId, timeZone, ...rest } = useLoaderData<typeof loader>();
  return (
    <div className="grid gap-5">
      <PageHeader
        title="Create an order"
        lead="For a customer in front of you or on the phone. Its checkout can be shared at once."
      />
      {made ? <Made order={made} storeId={storeId} timeZone={timeZone} /> : <NewOrderForm {...rest} />}
    </div>
  );
}

function Made({ order, storeId, timeZone }: { order: MadeOrder; storeId: string; timeZone: string }) {
  const base = `/dashboard/${storeId}/orders`;
  return (
    <Card title="The order is created">
      <div className="grid items-start gap-5 sm:grid-cols-[14rem_minmax(0,1fr)]">
        <QrImage qr={order.qr} label="QR code of the checkout" />
        <div className="grid gap-3">
          <p className="text-2xl font-semibold">
            <Money amount={order.amount} unit={order.coin} />
          </p>
          <p className="text-ink-2">
            Payable until <LocalTime iso={order.expiresAt} timeZone={timeZone} />
          </p>
          <p className="wrap-anywhere">
            <a className="link" href={order.url}>
              {order.url}
            </a>
          </p>
          <div className="flex flex-wrap gap-2">
            <CopyButton value={order.url} label="Copy the URL of the checkout" />
            <LinkButton to={`${base}/${order.id}`}>Open the order</LinkButton>
            <LinkButton to={`${base}/new`} reloadDocument>
              Create another
            </LinkButton>
          </div>
          <p className="text-sm text-ink-2">
            The checkout belongs to the browser that opens it first: let the customer scan the code, and do not open it
            here.
          </p>
        </div>
      </div>
    </Card>
  );
}

function NewOrderForm({ pricings, once }: { pricings: readonly { value: string; label: string }[]; once: string }) {
  const form = useActionForm({ action: 'create', values: { pricing: 'coin-1', once } });
  const { field } = form;
  return (
    <Card>
      <Form method="post" className="grid max-w-3xl gap-5" {...form.props}>
        <input type="hidden" name="do" value="create" />
        <input type="hidden" name="once" value={field('once').defaultValue || once} />
        <FormNotice form={form} />
        <div className="grid gap-5 sm:grid-cols-2">
          <Field label="Amount" required inputMode="decimal" autoComplete="off" {...field('amount')} />
          <Select label="Priced in" options={pricings} {...field('pricing')} />
        </div>
        <TextArea
          label="Description"
          hint="Shown to the customer."
          rows={2}
          maxLength={1000}
          {...field('description')}
        />
        <div className="grid gap-5 sm:grid-cols-2">
          <Field
            label="Order id"
            hint="Your own number. Optional."
            maxLength={255}
            autoComplete="off"
            {...field('orderId')}
          />
          <Field
            label="Minutes to pay"
            hint="Empty: as in the payment settings."
            type="number"
            min={1}
            max={10080}
            {...field('minutes')}
          />
        </div>
        <div>
          <SubmitButton tone="primary" busyLabel="Creating…">
            Create order
          </SubmitButton>
        </div>
      </Form>
      <p className="mt-4 text-sm text-ink-2">
        For the same thing sold often, make a{' '}
        <Link className="link" to="../links/new">
          payment link
        </Link>
        .
      </p>
    </Card>
  );
}

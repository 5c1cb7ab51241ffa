// The address for a refund: the page for browsers without JavaScript, and the action of the form on the checkout.
import { type ActionFunctionArgs, data, type LoaderFunctionArgs, redirect } from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import { readForm } from '#web/access/read-form.ts';
import { useText } from '#web/text/text.ts';
import { titled } from '../parts/checkout-error.tsx';
import { NO_CHOICE } from '../parts/choice-of.ts';
import { BackToPayment, FormPage } from '../parts/form-page.tsx';
import { RefundAddressForm } from '../parts/refund-address-form.tsx';
import type { RefundAddressOutcome } from '../server/refund-address-service.ts';
import { parseRefundAddressForm } from './forms.server.ts';

export { CheckoutErrorBoundary as ErrorBoundary } from '../parts/checkout-error.tsx';

export const meta = titled('refundAddress.title');

export const loader = async ({ params, context }: LoaderFunctionArgs) => {
  const view = await context.checkout.view(params.id ?? '', NO_CHOICE);
  if (!view) throw new Response('Not found', { status: 404 });
  if (view.refundable.length === 0) throw redirect(`/checkout/${view.summary.id}`);
  return { summary: view.summary, refundable: view.refundable };
};

/** Of every other outcome: 422. */
const STATUS: Partial<Record<RefundAddressOutcome, number>> = {
  elsewhere: 403,
  known: 409,
  tooOften: 429,
  saved: 200,
  unreachable: 503,
};

export const action = async ({ params, request, context }: ActionFunctionArgs) => {
  const submission = parseRefundAddressForm(await readForm(request));
  const view = await context.checkout.view(params.id ?? '', NO_CHOICE);
  if (!view) throw new Response('Not found', { status: 404 });
  const { clientAddress, payments } = context;
  const { isOurs, headers } = await context.checkout.bindBrowser(request, view.summary.id);
  const outcome: RefundAddressOutcome | null = !isOurs
    ? 'elsewhere'
    : submission.status === 'success'
      ? await payments.saveRefundAddress({ intentId: view.summary.id, ...submission.value, clientAddress })
      : 'badAddress';
  if (!outcome) throw new Response('Not found', { status: 404 });
  return data({ result: submission.reply(), outcome }, { status: STATUS[outcome] ?? 422, headers });
};

export default function RefundAddressPage() {
  const t = useText();
  const { summary, refundable } = useLoaderData<typeof loader>();
  return (
    <FormPage summary={summary}>
      <h1 className="mb-3 text-xl font-semibold">{t('refundAddress.title')}</h1>
      <RefundAddressForm {...{ summary, refundable }} reply={useActionData<typeof action>()} />
      <BackToPayment summary={summary} />
    </FormPage>
  );
}

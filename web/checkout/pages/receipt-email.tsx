// The receipt by e-mail: the page for browsers without JavaScript, and the action of the form on the checkout.
import { type ActionFunctionArgs, data, type LoaderFunctionArgs } from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import { readForm } from '#web/access/read-form.ts';
import { requestedLanguage } from '#web/text/languages.ts';
import { useText } from '#web/text/text.ts';
import { titled } from '../parts/checkout-error.tsx';
import { NO_CHOICE } from '../parts/choice-of.ts';
import { BackToPayment, FormPage } from '../parts/form-page.tsx';
import { ReceiptForm } from '../parts/receipt-form.tsx';
import { parseReceiptForm } from './forms.server.ts';

export { CheckoutErrorBoundary as ErrorBoundary } from '../parts/checkout-error.tsx';

export const meta = titled('receiptMail.title');

export const loader = async ({ params, context }: LoaderFunctionArgs) => {
  const view = await context.checkout.view(params.id ?? '', NO_CHOICE);
  if (!view) throw new Response('Not found', { status: 404 });
  return { summary: view.summary };
};

const STATUS = {
  elsewhere: 403,
  badEmail: 422,
  tooOften: 429,
  dayFull: 429,
  closed: 409,
  later: 200,
  sent: 200,
} as const;

export const action = async ({ params, request, context }: ActionFunctionArgs) => {
  const submission = parseReceiptForm(await readForm(request));
  const view = await context.checkout.view(params.id ?? '', NO_CHOICE);
  if (!view) throw new Response('Not found', { status: 404 });
  const { clientAddress, payments } = context;
  const { isOurs, headers } = await context.checkout.bindBrowser(request, view.summary.id);
  const outcome = !isOurs
    ? 'elsewhere'
    : submission.status === 'success'
      ? await payments.mailReceipt({
          ...{ intentId: view.summary.id, email: submission.value.email, clientAddress },
          language: requestedLanguage(request),
        })
      : 'badEmail';
  if (!outcome) throw new Response('Not found', { status: 404 });
  return data({ result: submission.reply(), outcome }, { status: STATUS[outcome], headers });
};

export default function ReceiptEmailPage() {
  const t = useText();
  const { summary } = useLoaderData<typeof loader>();
  return (
    <FormPage summary={summary}>
      <h1 className="mb-3 text-xl font-semibold">{t('receiptMail.title')}</h1>
      <ReceiptForm summary={summary} reply={useActionData<typeof action>()} />
      <BackToPayment summary={summary} />
    </FormPage>
  );
}

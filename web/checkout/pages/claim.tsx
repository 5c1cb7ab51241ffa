// "I already sent it": the page for browsers without JavaScript, and the action of the form on the checkout.
import { type ActionFunctionArgs, data, type LoaderFunctionArgs } from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import { readForm } from '#web/access/read-form.ts';
import { useText } from '#web/text/text.ts';
import { titled } from '../parts/checkout-error.tsx';
import { NO_CHOICE } from '../parts/choice-of.ts';
import { ClaimForm } from '../parts/claim-form.tsx';
import { BackToPayment, FormPage } from '../parts/form-page.tsx';
import { Support } from '../parts/result-panel.tsx';
import type { ClaimResult } from '../server/claim-result.ts';
import { parseClaimForm } from './forms.server.ts';

export { CheckoutErrorBoundary as ErrorBoundary } from '../parts/checkout-error.tsx';

export const meta = titled('claim.title');

export const loader = async ({ params, context }: LoaderFunctionArgs) => {
  const view = await context.checkout.view(params.id ?? '', NO_CHOICE);
  if (!view) throw new Response('Not found', { status: 404 });
  return { summary: view.summary };
};

const ELSEWHERE: ClaimResult = { kind: 'elsewhere' };

export const action = async ({ params, request, context }: ActionFunctionArgs) => {
  const submission = parseClaimForm(await readForm(request));
  const view = await context.checkout.view(params.id ?? '', NO_CHOICE);
  if (!view) throw new Response('Not found', { status: 404 });
  const { clientAddress, payments } = context;
  const { isOurs, headers } = await context.checkout.bindBrowser(request, view.summary.id);
  if (!isOurs) return data({ result: submission.reply(), outcome: ELSEWHERE }, { status: 403, headers });
  const outcome: ClaimResult | null =
    submission.status === 'success'
      ? await payments.claim({ intentId: view.summary.id, text: submission.value.hash, clientAddress })
      : { kind: 'badHash' };
  if (!outcome) throw new Response('Not found', { status: 404 });
  return data({ result: submission.reply(), outcome }, { headers });
};

export default function ClaimPage() {
  const t = useText();
  const { summary } = useLoaderData<typeof loader>();
  return (
    <FormPage summary={summary}>
      <h1 className="mb-3 text-xl font-semibold">{t('claim.title')}</h1>
      <ClaimForm summary={summary} reply={useActionData<typeof action>()} untitled />
      <BackToPayment summary={summary} />
      <div className="mt-5 border-t border-line pt-4">
        <Support summary={summary} />
      </div>
    </FormPage>
  );
}

// "I already sent it": the page for browsers without JavaScript, and the action of the form on the checkout.
import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import { textOfMatches, useText } from '#web/text/text.ts';
import { LanguageSwitch } from '#web/ui/language-switch.tsx';
import { NO_CHOICE } from '../parts/choice-of.ts';
import { ClaimForm } from '../parts/claim-form.tsx';
import { OrderSummary } from '../parts/order-summary.tsx';
import { Support } from '../parts/result-panel.tsx';
import type { ClaimResult } from '../server/claim-result.ts';
import { parseClaimForm } from './forms.server.ts';

export { CheckoutErrorBoundary as ErrorBoundary } from '../parts/checkout-error.tsx';

export const meta: MetaFunction<typeof loader> = ({ matches }) => [{ title: textOfMatches(matches)('claim.title') }];

export const loader = async ({ params, context }: LoaderFunctionArgs) => {
  const view = await context.checkout.view(params.id ?? '', NO_CHOICE);
  if (!view) throw new Response('Not found', { status: 404 });
  return { summary: view.summary };
};

export const action = async ({ params, request, context }: ActionFunctionArgs) => {
  const submission = parseClaimForm(await request.formData());
  const view = await context.checkout.view(params.id ?? '', NO_CHOICE);
  if (!view) throw new Response('Not found', { status: 404 });
  const { clientAddress, payments } = context;
  const outcome: ClaimResult | null =
    submission.status === 'success'
      ? await payments.claim({ intentId: view.summary.id, text: submission.value.hash, clientAddress })
      : { kind: 'badHash' };
  if (!outcome) throw new Response('Not found', { status: 404 });
  return data({ result: submission.reply(), outcome });
};

export default function ClaimPage() {
  const t = useText();
  const { summary } = useLoaderData<typeof loader>();
  return (
    <div className="mx-auto grid max-w-xl gap-4 px-4 py-8">
      <header className="card p-4">
        <OrderSummary summary={summary} />
      </header>
      <main className="card p-4 sm:p-6">
        <h1 className="mb-3 text-xl font-semibold">{t('claim.title')}</h1>
        <ClaimForm summary={summary} reply={useActionData<typeof action>()} untitled />
        <p className="mt-4">
          <a className="button" href={`/checkout/${summary.id}`}>
            {t('receipt.back')}
          </a>
        </p>
        <div className="mt-5 border-t border-line pt-4">
          <Support summary={summary} />
        </div>
      </main>
      <LanguageSwitch />
    </div>
  );
}

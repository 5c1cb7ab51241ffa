// The receipt by e-mail as a page of its own, for browsers without JavaScript; with it, the form on the checkout asks here.
import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import { textOfMatches, useText } from '#web/text/text.ts';
import { LanguageSwitch } from '#web/ui/language-switch.tsx';
import { NO_CHOICE } from '../parts/choice-of.ts';
import { OrderSummary } from '../parts/order-summary.tsx';
import { ReceiptForm } from '../parts/receipt-form.tsx';

export { CheckoutErrorBoundary as ErrorBoundary } from '../parts/checkout-error.tsx';

export const meta: MetaFunction<typeof loader> = ({ matches }) => [
  { title: textOfMatches(matches)('receiptMail.title') },
];

export const loader = async ({ params, context }: LoaderFunctionArgs) => {
  const view = await context.checkout.view(params.id ?? '', NO_CHOICE);
  if (!view) throw new Response('Not found', { status: 404 });
  return { summary: view.summary };
};

const STATUS = { badEmail: 422, tooOften: 429, closed: 409, later: 200, sent: 200 } as const;

export const action = async ({ params, request, context }: ActionFunctionArgs) => {
  const email = String((await request.formData()).get('email') ?? '').slice(0, 254);
  const view = await context.checkout.view(params.id ?? '', NO_CHOICE);
  const { clientAddress, payments } = context;
  const response = view && (await payments.mailReceipt({ intentId: view.summary.id, email, clientAddress }));
  if (!response) throw new Response('Not found', { status: 404 });
  return data({ email, response }, { status: STATUS[response] });
};

export default function ReceiptEmailPage() {
  const t = useText();
  const { summary } = useLoaderData<typeof loader>();
  return (
    <div className="mx-auto grid max-w-xl gap-4 px-4 py-8">
      <header className="card p-4">
        <OrderSummary summary={summary} />
      </header>
      <main className="card p-4 sm:p-6">
        <h1 className="mb-3 text-xl font-semibold">{t('receiptMail.title')}</h1>
        <ReceiptForm summary={summary} responded={useActionData<typeof action>()} />
        <p className="mt-4">
          <a className="button" href={`/checkout/${summary.id}`}>
            {t('receipt.back')}
          </a>
        </p>
      </main>
      <LanguageSwitch />
    </div>
  );
}

// The shopper's cancel: a page that asks for confirmation. Its form has no fields, and the intent's workflow decides.
import { type ActionFunctionArgs, data, type LoaderFunctionArgs, redirect } from '@remix-run/node';
import { Form, useActionData, useLoaderData, useNavigation } from '@remix-run/react';
import { useText } from '#web/text/text.ts';
import { Notice } from '#web/ui/notice.tsx';
import { TaskButton } from '#web/ui/task-button.tsx';
import { titled } from '../parts/checkout-error.tsx';
import { NO_CHOICE } from '../parts/choice-of.ts';
import { FormPage } from '../parts/form-page.tsx';
import type { CheckoutPhase } from '../server/view-types.ts';

export { CheckoutErrorBoundary as ErrorBoundary } from '../parts/checkout-error.tsx';

export const meta = titled('cancel.title');

export const loader = async ({ params, context }: LoaderFunctionArgs) => {
  const view = await context.checkout.view(params.id ?? '', NO_CHOICE);
  if (!view) throw new Response('Not found', { status: 404 });
  // Not cancelable: the checkout's page shows its state, and says why this one went back.
  if (!view.cancelable) throw redirect(`/checkout/${view.summary.id}?cancel=${whyNot(view.state)}`);
  return { summary: view.summary };
};

const whyNot = (state: CheckoutPhase): 'paymentSeen' | 'ended' =>
  state.phase === 'confirming' || (state.phase === 'pay' && state.transfers.length > 0) ? 'paymentSeen' : 'ended';

export const action = async ({ params, request, context }: ActionFunctionArgs) => {
  const view = await context.checkout.view(params.id ?? '', NO_CHOICE);
  if (!view) throw new Response('Not found', { status: 404 });
  const page = `/checkout/${view.summary.id}`;
  const { isOurs, headers } = await context.checkout.bindBrowser(request, view.summary.id);
  if (!isOurs) return redirect(`${page}?cancel=elsewhere`, { status: 303, headers });
  const { clientAddress } = context;
  const response = await context.payments.cancel({ intentId: view.summary.id, clientAddress });
  if (!response) throw new Response('Not found', { status: 404 });
  if (response.kind === 'unavailable') return data({ response: response.kind }, { status: 503, headers });
  if (response.kind === 'tooOften') return data({ response: response.kind }, { status: 429, headers });
  if (response.kind === 'canceled') return redirect(page, { status: 303, headers });
  const reason = response.kind === 'refused' ? response.reason : response.kind;
  return redirect(`${page}?cancel=${reason}`, { status: 303, headers });
};

export default function CancelPage() {
  const t = useText();
  const { summary } = useLoaderData<typeof loader>();
  const response = useActionData<typeof action>();
  const busy = useNavigation().formMethod === 'POST';
  return (
    <FormPage summary={summary}>
      <h1 className="text-xl font-semibold">{t('cancel.title')}</h1>
      <p className="mt-2 text-ink-2">{t('cancel.lead')}</p>
      {response ? (
        <Notice plain urgent tone="warn" className="mt-4">
          {t('cancel.unavailable')}
        </Notice>
      ) : null}
      <Form method="post" className="mt-5 grid gap-3">
        <a className="button button-primary" href={`/checkout/${summary.id}`}>
          {t('cancel.back')}
        </a>
        <TaskButton type="submit" className="button text-bad" busy={busy}>
          {t('cancel.confirm')}
        </TaskButton>
      </Form>
    </FormPage>
  );
}

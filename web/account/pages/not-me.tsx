// "This was not me", from a mailed link. Works without a log-in and without JavaScript; opening it changes nothing.
import { type ActionFunctionArgs, data, type LoaderFunctionArgs } from '@remix-run/node';
import { Form, Link, useActionData, useLoaderData } from '@remix-run/react';
import { formProblemOf } from '../parts/error-message.server.ts';
import { DeadLink, DoneNotice, FailureNotice } from '../parts/form-parts.tsx';
import { titled, useAccountText } from '../text/account-text.ts';

export const meta = titled('not_me_title', 'AllScale');

const tokenOf = (request: Request): string => new URL(request.url).searchParams.get('token') ?? '';

export const loader = async ({ request, context }: LoaderFunctionArgs) => ({
  email: await context.account.notMe.view(tokenOf(request)),
});

export const action = async ({ request, context }: ActionFunctionArgs) => {
  try {
    await context.account.notMe.stop(tokenOf(request));
    return data({ problem: null });
  } catch (error) {
    return data({ problem: formProblemOf(request, error).message }, { status: 409 });
  }
};

export default function NotMePage() {
  const t = useAccountText();
  const { email } = useLoaderData<typeof loader>();
  const result = useActionData<typeof action>();
  return (
    <div className="card mx-auto grid max-w-md gap-5 p-6">
      <h1 className="text-xl font-semibold">{t('not_me_title')}</h1>
      {result?.problem === null ? (
        <>
          <DoneNotice>{t('not_me_done')}</DoneNotice>
          <Link className="button button-primary justify-self-start" to="/account/log-in">
            {t('log_in')}
          </Link>
        </>
      ) : email ? (
        <Form method="post" className="grid gap-4">
          <p className="text-ink-2 wrap-anywhere">{t('not_me_lead', { email })}</p>
          <button type="submit" className="button button-primary">
            {t('not_me_do')}
          </button>
          <FailureNotice>{result?.problem}</FailureNotice>
        </Form>
      ) : (
        <DeadLink />
      )}
    </div>
  );
}

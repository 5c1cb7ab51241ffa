// Undoes a change of the e-mail address, from the link in the old mailbox. Works without a log-in and without JavaScript.
import { type ActionFunctionArgs, data, type LoaderFunctionArgs } from '@remix-run/node';
import { Form, Link, useActionData, useLoaderData } from '@remix-run/react';
import { formProblemOf } from '../parts/error-message.server.ts';
import { DeadLink, DoneNotice, FailureNotice } from '../parts/form-parts.tsx';
import { titled, useAccountText } from '../text/account-text.ts';

export const meta = titled('email_undo_title', 'AllScale');

const tokenOf = (request: Request): string => new URL(request.url).searchParams.get('token') ?? '';

export const loader = async ({ request, context }: LoaderFunctionArgs) => ({
  change: await context.account.emailChange.undoView(tokenOf(request)),
});

export const action = async ({ request, context }: ActionFunctionArgs) => {
  try {
    await context.account.emailChange.undo(tokenOf(request));
    return data({ problem: null });
  } catch (error) {
    return data({ problem: formProblemOf(request, error).message }, { status: 409 });
  }
};

export default function UndoEmailPage() {
  const t = useAccountText();
  const { change } = useLoaderData<typeof loader>();
  const result = useActionData<typeof action>();
  return (
    <div className="card mx-auto grid max-w-md gap-5 p-6">
      <h1 className="text-xl font-semibold">{t('email_undo_title')}</h1>
      {result?.problem === null ? (
        <>
          <DoneNotice>{t('email_undo_done')}</DoneNotice>
          <Link className="button button-primary justify-self-start" to="/account/log-in">
            {t('log_in')}
          </Link>
        </>
      ) : change ? (
        <Form method="post" className="grid gap-4">
          <p className="text-ink-2 wrap-anywhere">{t('email_undo_lead', change)}</p>
          <button type="submit" className="button button-primary">
            {t('email_undo')}
          </button>
          <FailureNotice>{result?.problem}</FailureNotice>
        </Form>
      ) : (
        <DeadLink />
      )}
    </div>
  );
}

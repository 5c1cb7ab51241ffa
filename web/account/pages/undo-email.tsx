// Undoes a change of the e-mail address, from the link in the old mailbox. Works without a log-in and without JavaScript.
import { type ActionFunctionArgs, data, type LoaderFunctionArgs } from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import { formProblemOf } from '../parts/error-message.server.ts';
import { MailedLinkPage } from '../parts/mailed-link-page.tsx';
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
    <MailedLinkPage
      title={t('email_undo_title')}
      lead={change && [t('email_undo_lead', change)]}
      button={t('email_undo')}
      done={[t('email_undo_done')]}
      problem={result?.problem}
    />
  );
}

// Stops a recovery, from the link that every known address got. Works without a log-in and without JavaScript.
import { type ActionFunctionArgs, data, type LoaderFunctionArgs } from '@remix-run/node';
import { Form, useActionData, useLoaderData } from '@remix-run/react';
import { useLanguage } from '#web/text/page-texts.ts';
import { utcTime } from '#web/text/utc-time.ts';
import { DeadLink, DoneNotice } from '../parts/form-parts.tsx';
import { titled, useAccountText } from '../text/account-text.ts';

export const meta = titled('recovery_stop_title', 'AllScale');

const tokenOf = (request: Request): string => new URL(request.url).searchParams.get('token') ?? '';

export const loader = async ({ request, context }: LoaderFunctionArgs) => ({
  recovery: await context.account.recovery.view('stop-recovery', tokenOf(request)),
});

export const action = async ({ request, context }: ActionFunctionArgs) => {
  try {
    await context.account.recovery.stop(tokenOf(request));
    return data({ stopped: true });
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'UserError') throw error;
    return data({ stopped: false }, { status: 409 });
  }
};

export default function RecoveryStopPage() {
  const t = useAccountText();
  const language = useLanguage();
  const { recovery } = useLoaderData<typeof loader>();
  const stopped = useActionData<typeof action>()?.stopped;
  return (
    <div className="card mx-auto grid max-w-md gap-5 p-6">
      <h1 className="text-xl font-semibold">{t('recovery_stop_title')}</h1>
      {stopped ? (
        <DoneNotice>{t('recovery_stop_done')}</DoneNotice>
      ) : recovery ? (
        <Form method="post" className="grid gap-4">
          <p className="text-ink-2 wrap-anywhere">
            {t('recovery_stop_lead', { email: recovery.email, time: utcTime(recovery.readyAt, language) })}
          </p>
          <button type="submit" className="button button-primary">
            {t('recovery_stop')}
          </button>
        </Form>
      ) : (
        <DeadLink />
      )}
    </div>
  );
}

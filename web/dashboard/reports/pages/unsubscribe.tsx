// Unsubscribes one e-mail address from a store's reports, by the signed link in each of them. GET only asks, because mail scanners open
// links; POST unsubscribes. Mail programs' own buttons post directly (RFC 8058).
import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { Form, useActionData, useLoaderData } from '@remix-run/react';
import type { RouteHandle } from '#web/root.tsx';
import { storeTitle } from '../../frame/store-title.ts';

export const handle: RouteHandle = { english: true };

export const meta = storeTitle('Reports by e-mail');

const subjectOf = ({ request, context }: LoaderFunctionArgs | ActionFunctionArgs) => {
  const subject = context.dashboard.reports.unsubscribeSubject(new URL(request.url).searchParams);
  if (!subject) throw new Response('Not found', { status: 404 });
  return subject;
};

export const loader = (args: LoaderFunctionArgs) => ({ recipient: subjectOf(args).recipient });

export const action = async (args: ActionFunctionArgs) => {
  await args.context.dashboard.reports.unsubscribe(subjectOf(args));
  return { ended: true };
};

export default function UnsubscribePage() {
  const { recipient } = useLoaderData<typeof loader>();
  const ended = useActionData<typeof action>()?.ended ?? false;
  return (
    <main className="mx-auto max-w-md px-4 py-16">
      <div className="card grid gap-4 p-6">
        <h1 className="text-xl font-semibold">{ended ? 'No more reports' : 'End the reports?'}</h1>
        <p role="status">
          {ended
            ? `${recipient} gets no more reports of this store. Other e-mails and the dashboard are not affected.`
            : `${recipient} will no longer get daily and monthly reports of this store.`}
        </p>
        {ended ? null : (
          <Form method="post">
            <button type="submit" className="button button-primary">
              End the reports
            </button>
          </Form>
        )}
      </div>
    </main>
  );
}

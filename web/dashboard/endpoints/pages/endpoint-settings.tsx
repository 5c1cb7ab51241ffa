// Changing a webhook endpoint: URL and events, its secret, and deleting it. Only the response that renews the secret shows it.
import {
  type ActionFunctionArgs,
  data,
  type HeadersFunction,
  type LoaderFunctionArgs,
  redirect,
} from '@remix-run/node';
import { Form, useActionData, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { DOORS } from '#web/access/doors.ts';
import { oldLogInReply, pageForms, parseForm, rejectForm, text } from '#web/access/form-action.ts';
import { formProblem } from '#web/access/form-error.ts';
import { NO_STORE } from '#web/access/no-store.ts';
import { readAgain } from '#web/access/read-again.ts';
import { readForm } from '#web/access/read-form.ts';
import { requireMember } from '#web/access/require-member.ts';
import { needsLogIn, problemIn, submitted, useActionResult } from '#web/access/use-action-form.ts';
import { LinkButton, SubmitButton } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { PageHeader } from '#web/ui/page-header.tsx';
import { Summary } from '#web/ui/summary.tsx';
import { DeveloperTabs } from '../../developers/parts/developer-tabs.tsx';
import { LogInAgain } from '../../frame/log-in-again.tsx';
import { ReadOnlyNotice } from '../../frame/read-only-notice.tsx';
import { storeTitle } from '../../frame/store-title.ts';
import { EndpointForm } from '../parts/endpoint-form.tsx';
import { MadeSecretCard } from '../parts/made-secret.tsx';
import { SecretCard } from '../parts/secret-card.tsx';

export const meta = storeTitle('Change a webhook endpoint');
export const headers: HeadersFunction = () => NO_STORE;

export const loader = async (args: LoaderFunctionArgs) => {
  const { store, mayWrite } = await requireMember(args);
  const endpoint = await args.context.dashboard.endpoints.endpoint(store.id, args.params.endpointId ?? '');
  if (!endpoint) throw new Response('Not found', { status: 404 });
  return { endpoint, storeId: store.id, timeZone: store.timeZone, mayWrite };
};

/** A colleague may have changed or deleted it meanwhile. */
export const shouldRevalidate = readAgain;

const settingsForms = pageForms(
  'endpoints',
  z.discriminatedUnion('do', [
    // The service parses its fields.
    z.object({ do: z.literal('change') }),
    z.object({ do: z.literal('renew'), wait: text }),
    z.object({ do: z.literal('use-secret') }),
    z.object({ do: z.literal('keep-secret') }),
    z.object({ do: z.literal('delete') }),
  ]),
);

export const action = async (args: ActionFunctionArgs) => {
  const visit = await requireMember(args, { atLeast: DOORS.endpoints.who, write: true });
  const { endpoints } = args.context.dashboard;
  const id = args.params.endpointId ?? '';
  const formData = await readForm(args.request);
  const old = oldLogInReply(visit.session, formData, 'endpoints', { by: 'do' });
  if (old) return old;
  const submission = parseForm(formData, settingsForms);
  if (submission.status !== 'success') return rejectForm(submission);
  const form = submission.value;
  const list = `/dashboard/${visit.store.id}/endpoints`;
  try {
    switch (form.do) {
      case 'change': {
        await args.context.spendChainRead(visit.session.userId);
        const outcome = await endpoints.change(visit, id, formData);
        if ('result' in outcome) return data({ result: outcome.result }, { status: 400 });
        const { receiver } = outcome.done;
        return redirect(`${list}/${id}?${receiver ? `receiver=${receiver}` : 'saved'}`, 303);
      }
      case 'renew':
        return data({ made: await endpoints.renew(visit, id, form.wait) }, { headers: NO_STORE });
      case 'use-secret':
      case 'keep-secret':
        await endpoints.endSecretWait(visit, id, form.do === 'use-secret' ? 'use' : 'discard');
        return redirect(`${list}/${id}/settings`, 303);
      case 'delete':
        await endpoints.remove(visit, id);
        return redirect(`${list}?deleted`, 303);
    }
  } catch (error) {
    return rejectForm(submission, formProblem(error));
  }
};

export default function EndpointSettingsPage() {
  const { endpoint, storeId, timeZone, mayWrite } = useLoaderData<typeof loader>();
  const response = useActionData<typeof action>();
  const made = response && 'made' in response ? response.made : null;
  const result = useActionResult();
  // The form of URL and events shows its own problems.
  const shown = submitted(result, 'do') === 'change' ? null : result;
  const problem = problemIn(shown);
  const here = `/dashboard/${storeId}/endpoints/${endpoint.id}`;
  const values = {
    url: endpoint.url,
    description: endpoint.description ?? '',
    eventTypes: [...endpoint.eventTypes],
  };
  return (
    <div className="grid gap-5">
      <PageHeader
        title={`Change ${endpoint.description ?? new URL(endpoint.url).host}`}
        lead={<span className="font-mono text-sm break-all">{endpoint.url}</span>}
        actions={<LinkButton to={here}>Back to the endpoint</LinkButton>}
      />
      <DeveloperTabs />
      {needsLogIn(shown) ? <LogInAgain /> : null}
      {problem ? <Notice tone="bad">{problem} Nothing has changed.</Notice> : null}
      {made ? <MadeSecretCard made={made} endpointUrl={here} timeZone={timeZone} /> : null}
      {mayWrite ? (
        <>
          <Card title="URL and events">
            <EndpointForm key={JSON.stringify(values)} action="change" label="Save" values={values} />
          </Card>
          <SecretCard nextSecretAt={endpoint.nextSecretAt} timeZone={timeZone} />
          <DeleteCard url={endpoint.url} />
        </>
      ) : (
        <ReadOnlyNotice>Owners and managers may change endpoints.</ReadOnlyNotice>
      )}
    </div>
  );
}

function DeleteCard({ url }: { url: string }) {
  return (
    <Card title="Delete" lead="Ends the endpoint for good. What waits for it is not sent any more.">
      <details>
        <Summary>
          Delete <span className="sr-only">{url}</span>
        </Summary>
        <Form method="post" className="mt-2 grid justify-items-start gap-3">
          <p className="text-sm">This cannot be undone. Its deliveries stay in the list.</p>
          <SubmitButton tone="danger" name="do" value="delete" busyLabel="Deleting…">
            Delete now <span className="sr-only">{url}</span>
          </SubmitButton>
        </Form>
      </details>
    </Card>
  );
}

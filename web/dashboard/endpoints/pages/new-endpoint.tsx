// A new webhook endpoint. Only the response that makes it shows its secret.
import { type ActionFunctionArgs, data, type HeadersFunction, type LoaderFunctionArgs } from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import { DOORS } from '#web/access/doors.ts';
import { oldLogInReply } from '#web/access/form-action.ts';
import { NO_STORE } from '#web/access/no-store.ts';
import { readForm } from '#web/access/read-form.ts';
import { requireMember } from '#web/access/require-member.ts';
import { Card } from '#web/ui/card.tsx';
import { PageHeader } from '#web/ui/page-header.tsx';
import { DeveloperTabs } from '../../developers/parts/developer-tabs.tsx';
import { ReadOnlyNotice } from '../../frame/read-only-notice.tsx';
import { storeTitle } from '../../frame/store-title.ts';
import { EndpointForm } from '../parts/endpoint-form.tsx';
import { MadeSecretCard } from '../parts/made-secret.tsx';

export const meta = storeTitle('New webhook endpoint');
export const headers: HeadersFunction = () => NO_STORE;

export const loader = async (args: LoaderFunctionArgs) => {
  const { store, mayWrite } = await requireMember(args);
  return { storeId: store.id, timeZone: store.timeZone, mayWrite };
};

export const action = async (args: ActionFunctionArgs) => {
  const visit = await requireMember(args, { atLeast: DOORS.endpoints.who, write: true });
  const form = await readForm(args.request);
  const old = oldLogInReply(visit.session, form, 'endpoints', 'create');
  if (old) return old;
  await args.context.spendChainRead(visit.session.userId);
  const outcome = await args.context.dashboard.endpoints.create(visit, form);
  return 'done' in outcome
    ? data({ made: outcome.done }, { headers: NO_STORE })
    : data({ result: outcome.result }, { status: 400 });
};

/** A shop that looks after its orders wants to hear of these. */
const SUGGESTED = ['checkout_intent.short', 'checkout_intent.late', 'checkout_intent.review'];

export default function NewEndpointPage() {
  const { storeId, timeZone, mayWrite } = useLoaderData<typeof loader>();
  const response = useActionData<typeof action>();
  const made = response && 'made' in response ? response.made : null;
  const list = `/dashboard/${storeId}/endpoints`;
  return (
    <div className="grid gap-5">
      <PageHeader
        title={made ? 'Endpoint added' : 'New webhook endpoint'}
        lead="It gets the events that you select, signed with a secret of its own."
      />
      <DeveloperTabs />
      {made ? <MadeSecretCard made={made} endpointUrl={`${list}/${made.endpointId}`} timeZone={timeZone} /> : null}
      {mayWrite ? null : <ReadOnlyNotice>Owners and managers may add endpoints.</ReadOnlyNotice>}
      {mayWrite && !made ? (
        <Card>
          <EndpointForm
            action="create"
            label="Add endpoint"
            values={{ url: '', description: '', eventTypes: SUGGESTED }}
          />
        </Card>
      ) : null}
    </div>
  );
}

// How shop and checkout talk: where webhooks go, and how strict the API is with requests.
import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Form, Link, useActionData, useLoaderData } from '@remix-run/react';
import { SubmitButton } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { Checkbox, Field } from '#web/ui/field.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { FreshLogIn } from '../../frame/fresh-log-in.tsx';
import { SettingsForm } from '../parts/settings-form.tsx';
import { loadSection, saveSection } from '../parts/settings-route.ts';

export const meta: MetaFunction = () => [{ title: 'Webhook and API settings' }];
export const loader = (args: LoaderFunctionArgs) => loadSection(args, 'connection');
export const action = (args: ActionFunctionArgs) => saveSection(args, 'connection');

export default function ConnectionSettings() {
  const section = useLoaderData<typeof loader>();
  const { view, storeId, mayWrite, fresh } = section;
  const response = useActionData();
  // What was typed stays in sight when the log-in grew old meanwhile.
  const closed = mayWrite && !fresh && !response;
  const { url, disabledAt, warnings } = view.webhook;
  const webhooks = `/dashboard/${storeId}/webhooks`;
  return (
    <div className="grid gap-5">
      {disabledAt ? (
        <Notice tone="warn" title="Deliveries are switched off">
          The receiver answered 410 (“gone”).{' '}
          <Link className="link" to={webhooks}>
            Switch them on again
          </Link>
          , or save another address.
        </Notice>
      ) : null}
      {warnings.length > 0 ? (
        <Notice tone="warn" title="This address works, but mind how the signature is verified">
          <ul className="list-disc pl-4">
            {warnings.map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        </Notice>
      ) : null}
      <Card>
        {closed ? (
          <div className="mb-5">
            <FreshLogIn>Changing where webhooks go and how strict the API is needs it.</FreshLogIn>
          </div>
        ) : null}
        <SettingsForm
          key={JSON.stringify(view.values)}
          {...section}
          {...(closed ? { mayWrite: false, closed: null } : {})}
        >
          {({ field, checkbox }) => (
            <>
              <Field
                label="Webhook address"
                hint="Every confirmed payment is posted there, signed. Empty: none are sent."
                placeholder="https://shop.example/allscale/webhook"
                inputMode="url"
                spellCheck={false}
                {...field('webhookUrl')}
              />
              <Checkbox
                label="Sign the API’s answers"
                hint="Adds X-Response-Signature and its companions to every answer that your key is known for."
                {...checkbox('signsResponses')}
              />
              <Field
                label="Replay window, in seconds"
                hint="How far the timestamp of a request may be from our clock; 600 at most."
                inputMode="numeric"
                {...field('replayWindowSeconds')}
              />
            </>
          )}
        </SettingsForm>
      </Card>
      {url && !disabledAt && mayWrite ? (
        <Card
          title="Try it out"
          lead="Sends a signed test event to the saved address and shows what came back. It says status CREATED, so no shop takes it for a payment."
        >
          <Form method="post" action={webhooks}>
            <SubmitButton name="do" value="test" busyLabel="Sending…">
              Send test
            </SubmitButton>
          </Form>
        </Card>
      ) : null}
    </div>
  );
}

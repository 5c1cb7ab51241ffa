// The webhook URL, signed API responses, and the API's replay window.
import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { Form, Link, useLoaderData, useSearchParams } from '@remix-run/react';
import { SubmitButton } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { Checkbox, Field } from '#web/ui/field.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { storeTitle } from '../../frame/store-title.ts';
import { ReceiverAnswerNotice, receiverMessage } from '../parts/receiver-answer.tsx';
import { SettingsForm } from '../parts/settings-form.tsx';
import { loadSection, saveSection } from '../parts/settings-route.ts';

export const meta = storeTitle('Webhook and API settings');
export const loader = (args: LoaderFunctionArgs) => loadSection(args, 'connection');
export const action = (args: ActionFunctionArgs) => saveSection(args, 'connection');

export default function ConnectionSettings() {
  const section = useLoaderData<typeof loader>();
  const { view, storeId } = section;
  const { url, disabledAt, warnings } = view.webhook;
  const webhooks = `/dashboard/${storeId}/webhooks`;
  const [search] = useSearchParams();
  const mayTest = url !== null && !disabledAt && section.mayWrite;
  const answer = url === null ? null : receiverMessage(search.get('receiver'));
  return (
    <div className="grid gap-5">
      {answer ? <ReceiverAnswerNotice message={answer} test={mayTest ? webhooks : undefined} /> : null}
      {disabledAt ? (
        <Notice tone="warn" title="Deliveries are switched off">
          The receiver responded with 410 (“gone”).{' '}
          <Link className="link" to={webhooks}>
            Switch them on again
          </Link>
          , or save another URL.
        </Notice>
      ) : null}
      {warnings.length > 0 ? (
        <Notice tone="warn" title="This URL works, but take care when you verify the signature">
          <ul className="list-disc pl-4">
            {warnings.map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        </Notice>
      ) : null}
      <Card>
        <SettingsForm key={JSON.stringify(view.values)} {...section}>
          {({ field, checkbox }) => (
            <>
              <Field
                label="Webhook URL"
                hint="Every confirmed payment is posted to this URL, signed. Empty: no webhooks are sent."
                placeholder="https://shop.example/allscale/webhook"
                inputMode="url"
                spellCheck={false}
                {...field('webhookUrl')}
              />
              <Checkbox
                label="Send webhooks of refunds too"
                hint="checkout_intent.refunded, with status 5. Turn it on when your receiver checks event_type: some take every webhook for a payment."
                {...checkbox('refundWebhooks')}
              />
              <Checkbox
                label="Sign the API’s responses"
                hint="Adds X-Response-Signature and its related headers to every response to an authenticated request."
                {...checkbox('signsResponses')}
              />
              <Field
                label="Replay window, in seconds"
                hint="How much the timestamp of a request may differ from our clock; at most 600."
                inputMode="numeric"
                {...field('replayWindowSeconds')}
              />
            </>
          )}
        </SettingsForm>
      </Card>
      {mayTest && !answer ? (
        <Card
          title="Try it out"
          lead="Sends a signed test event to the saved URL and shows the response. Its status is CREATED, so that a shop does not take it for a payment."
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

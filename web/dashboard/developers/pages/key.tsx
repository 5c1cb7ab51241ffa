// One API key: its name and allowed IP addresses, rolling it with an overlap, and revoking it.
import {
  type ActionFunctionArgs,
  data,
  type HeadersFunction,
  type LoaderFunctionArgs,
  redirect,
} from '@remix-run/node';
import { Form, Link, useActionData, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { DOORS } from '#web/access/doors.ts';
import { oldLogInReply, pageForms, parseForm, rejectForm, text } from '#web/access/form-action.ts';
import { formProblem } from '#web/access/form-error.ts';
import { NO_STORE } from '#web/access/no-store.ts';
import { readAgain } from '#web/access/read-again.ts';
import { readForm } from '#web/access/read-form.ts';
import { requireMember } from '#web/access/require-member.ts';
import { needsLogIn, problemIn, submitted, useActionResult } from '#web/access/use-action-form.ts';
import { SubmitButton } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { Facts } from '#web/ui/facts.tsx';
import { Checkbox, FieldSet } from '#web/ui/field.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { PageHeader } from '#web/ui/page-header.tsx';
import { Summary } from '#web/ui/summary.tsx';
import { LogInAgain } from '../../frame/log-in-again.tsx';
import { ReadOnlyNotice } from '../../frame/read-only-notice.tsx';
import { storeTitle } from '../../frame/store-title.ts';
import { DeveloperTabs } from '../parts/developer-tabs.tsx';
import { KeyForm } from '../parts/key-form.tsx';
import { KeyEnd, KeyStateBadge } from '../parts/key-states.tsx';
import { MadeKeyCard } from '../parts/new-key.tsx';

export const meta = storeTitle('API key');
export const headers: HeadersFunction = () => NO_STORE;

export const loader = async (args: LoaderFunctionArgs) => {
  const { store, mayWrite } = await requireMember(args);
  const key = (await args.context.dashboard.developers.keys(store.id)).find(({ id }) => id === args.params.keyId);
  if (!key) throw new Response('Not found', { status: 404 });
  const saved = new URL(args.request.url).searchParams.has('saved');
  return { key, timeZone: store.timeZone, mayWrite, saved };
};

/** A colleague may have revoked or rolled it meanwhile. */
export const shouldRevalidate = readAgain;

const keyForms = pageForms(
  'keys',
  z.discriminatedUnion('do', [
    // The service parses its fields.
    z.object({ do: z.literal('change') }),
    z.object({ do: z.literal('roll'), overlap: text }),
    z.object({ do: z.literal('revoke') }),
  ]),
);

export const action = async (args: ActionFunctionArgs) => {
  const visit = await requireMember(args, { atLeast: DOORS.keys.who, write: true });
  const { developers } = args.context.dashboard;
  const keyId = args.params.keyId ?? '';
  const formData = await readForm(args.request);
  const old = oldLogInReply(visit.session, formData, 'keys', { by: 'do' });
  if (old) return old;
  const submission = parseForm(formData, keyForms);
  if (submission.status !== 'success') return rejectForm(submission);
  const form = submission.value;
  const here = `/dashboard/${visit.store.id}/developers/${keyId}`;
  try {
    switch (form.do) {
      case 'change': {
        const outcome = await developers.change(visit, keyId, formData);
        return 'result' in outcome ? data({ result: outcome.result }, { status: 400 }) : redirect(`${here}?saved`, 303);
      }
      case 'roll':
        return data({ made: await developers.roll(visit, keyId, form.overlap) }, { headers: NO_STORE });
      case 'revoke':
        await developers.revoke(visit, keyId);
        return redirect(here, 303);
    }
  } catch (error) {
    return rejectForm(submission, formProblem(error));
  }
};

const OVERLAPS = [
  ['0', 'Now: requests with the old key are rejected within a second'],
  ['1', 'In 1 hour'],
  ['24', 'In 24 hours'],
  ['72', 'In 72 hours'],
] as const;

export default function KeyPage() {
  const { key, timeZone, mayWrite, saved } = useLoaderData<typeof loader>();
  const response = useActionData<typeof action>();
  const made = response && 'made' in response ? response.made : null;
  const result = useActionResult();
  // The form of name and addresses shows its own problems.
  const shown = submitted(result, 'do') === 'change' ? null : result;
  const problem = problemIn(shown);
  const live = key.state === 'live' || key.state === 'ending';
  return (
    <div className="grid gap-5">
      <PageHeader title={key.name} lead={<span className="font-mono text-sm">{key.id}</span>} />
      <DeveloperTabs />
      {needsLogIn(shown) ? <LogInAgain /> : null}
      {problem ? <Notice tone="bad">{problem} Nothing has changed.</Notice> : null}
      {saved && !response ? <Notice tone="ok" announced title="Saved" /> : null}
      {made ? <MadeKeyCard made={made} timeZone={timeZone} /> : null}
      <Card>
        <Facts
          rows={[
            { label: 'State', value: <KeyStateBadge state={key.state} /> },
            { label: 'Created', value: <LocalTime iso={key.createdAt} timeZone={timeZone} /> },
            {
              label: 'Last used',
              value: key.lastUsedAt ? <LocalTime iso={key.lastUsedAt} timeZone={timeZone} /> : 'never',
            },
            { label: 'Ends', value: <KeyEnd keyView={key} timeZone={timeZone} /> },
          ]}
        />
        <p className="mt-4 text-sm">
          <Link className="link" to={`../requests?key=${key.id}`} relative="path">
            Requests with this key
          </Link>
        </p>
      </Card>
      {live && mayWrite ? <KeyActions /> : null}
      {live && !mayWrite ? <ReadOnlyNotice>Owners and managers may change keys.</ReadOnlyNotice> : null}
    </div>
  );
}

function KeyActions() {
  const { key, timeZone } = useLoaderData<typeof loader>();
  const values = { name: key.name, ipAllowlist: key.ipAllowlist.join('\n') };
  return (
    <>
      <Card title="Name and addresses">
        <KeyForm key={JSON.stringify(values)} action="change" label="Save" values={values} />
      </Card>
      <Card
        title="Roll"
        lead="Creates a new key with the same name and addresses. Both work until the old one ends, so that you can switch your shop over."
      >
        <Form method="post" className="grid gap-4">
          <FieldSet legend="The old key ends">
            {OVERLAPS.map(([hours, label]) => (
              <Checkbox
                key={hours}
                type="radio"
                name="overlap"
                value={hours}
                label={label}
                defaultChecked={hours === '24'}
              />
            ))}
          </FieldSet>
          <div>
            <SubmitButton tone="primary" name="do" value="roll" busyLabel="One moment…">
              Roll key
            </SubmitButton>
          </div>
        </Form>
      </Card>
      <Card
        title="Revoke"
        lead="Ends the key for good within a second, without a new one. Webhooks of its orders are signed with your newest live key."
      >
        <details>
          <Summary>Revoke this key</Summary>
          <Form method="post" className="mt-2 grid justify-items-start gap-3">
            <p className="text-sm">
              {key.lastUsedAt ? (
                <>
                  It was last used <LocalTime iso={key.lastUsedAt} timeZone={timeZone} />. From now on every request
                  with it is rejected; this cannot be undone.
                </>
              ) : (
                'It was never used. This cannot be undone.'
              )}
            </p>
            <SubmitButton tone="danger" name="do" value="revoke" busyLabel="One moment…">
              Revoke key
            </SubmitButton>
          </Form>
        </details>
      </Card>
    </>
  );
}

// The signature debugger. It can start from a logged request or a webhook attempt, without their signatures, which are not stored.
// Secrets never leave the browser.
import type { LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { requireMember } from '#web/access/require-member.ts';
import { Notice } from '#web/ui/notice.tsx';
import { PageHeader } from '#web/ui/page-header.tsx';
import { storeTitle } from '../../frame/store-title.ts';
import type { WebhookAttemptView, WebhookView } from '../../webhooks/server/webhooks-types.ts';
import { DeveloperTabs } from '../parts/developer-tabs.tsx';
import { type DebuggerStart, SignatureDebugger } from '../parts/signature-debugger.tsx';

export const meta = storeTitle('Signature debugger');

const EMPTY: DebuggerStart = {
  kind: 'request',
  method: 'POST',
  target: '/v1/checkout_intents/',
  timestamp: '',
  nonce: '',
  webhookId: '',
  apiKey: '',
  body: '',
};

export const loader = async (args: LoaderFunctionArgs) => {
  const { store } = await requireMember(args);
  const { searchParams } = new URL(args.request.url);
  const { developers, webhooks } = args.context.dashboard;
  const event = await webhooks.event(store.id, searchParams.get('webhook') ?? '');
  const attempt = event?.attempts[Number(searchParams.get('attempt')) - 1] ?? event?.attempts.at(-1);
  if (event && attempt) return { start: startOfWebhook(event, attempt), id: `${event.id} ${attempt.at}` };
  const id = searchParams.get('request');
  const request = id ? await developers.request(store.id, id) : null;
  if (!request) return { start: EMPTY, id: null };
  const headers = new Map(request.headers);
  const start: DebuggerStart = {
    ...EMPTY,
    method: request.method,
    target: request.path,
    timestamp: headers.get('x-timestamp') ?? '',
    nonce: headers.get('x-nonce') ?? '',
    apiKey: request.apiKeyId,
    body: request.body,
  };
  return { start, id: request.id };
};

const startOfWebhook = (event: WebhookView, { url, headers }: WebhookAttemptView): DebuggerStart => {
  const sent = new Map(headers.map(([name, value]) => [name.toLowerCase(), value]));
  const { pathname, search } = new URL(url);
  return {
    ...EMPTY,
    kind: 'webhook',
    method: 'POST',
    target: pathname + search,
    webhookId: event.id,
    body: event.body,
    timestamp: sent.get('x-webhook-timestamp') ?? '',
    nonce: sent.get('x-webhook-nonce') ?? '',
  };
};

export default function DebuggerPage() {
  const { start, id } = useLoaderData<typeof loader>();
  return (
    <div className="grid gap-5">
      <PageHeader
        title="Signature debugger"
        lead="Builds the canonical string step by step, and names the mistake behind a rejected signature."
      />
      <DeveloperTabs />
      <Notice title="Your secret never leaves this browser">
        This page builds and signs the string in your browser. It sends no request while you type, and stores nothing.
      </Notice>
      <SignatureDebugger key={id ?? 'empty'} start={start} />
    </div>
  );
}

// The signature debugger. It can start from a logged request, or from an attempt at a webhook or at a delivery to an endpoint, without
// their signatures, which are not stored.
// Secrets never leave the browser.
import type { LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { requireMember } from '#web/access/require-member.ts';
import { Notice } from '#web/ui/notice.tsx';
import { PageHeader } from '#web/ui/page-header.tsx';
import type { DashboardServices } from '../../frame/dashboard-services.ts';
import { storeTitle } from '../../frame/store-title.ts';
import type { WebhookAttemptView } from '../../webhooks/server/webhooks-types.ts';
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
  const { developers } = args.context.dashboard;
  const sent = await sentBy(args.context.dashboard, store.id, searchParams);
  const attempt = sent?.attempts[Number(searchParams.get('attempt')) - 1] ?? sent?.attempts.at(-1);
  if (sent && attempt) return { start: startOfWebhook(sent, attempt), id: `${sent.webhookId} ${attempt.at}` };
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

interface Sent {
  /** `evt_…`, as in the header. */
  webhookId: string;
  body: string;
  attempts: readonly WebhookAttemptView[];
}

/** The webhook, or the delivery to an endpoint, that the URL names. */
const sentBy = async (
  { webhooks, endpoints }: DashboardServices,
  storeId: string,
  params: URLSearchParams,
): Promise<Sent | null> => {
  const named = (name: string): string => params.get(name) ?? '';
  const event = await webhooks.event(storeId, named('webhook'));
  if (event) return { webhookId: event.id, ...event };
  const delivery = await endpoints.delivery(storeId, named('endpoint'), named('delivery'));
  return delivery && { webhookId: delivery.eventId, ...delivery };
};

const startOfWebhook = ({ webhookId, body }: Sent, { url, headers }: WebhookAttemptView): DebuggerStart => {
  const sent = new Map(headers.map(([name, value]) => [name.toLowerCase(), value]));
  const { pathname, search } = new URL(url);
  return {
    ...EMPTY,
    kind: 'webhook',
    method: 'POST',
    target: pathname + search,
    ...{ webhookId, body },
    apiKey: sent.get('x-api-key') ?? '',
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

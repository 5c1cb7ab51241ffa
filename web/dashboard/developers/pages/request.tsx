// One API request with its response; the signature is masked.
import type { LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { requireMember } from '#web/access/require-member.ts';
import { Badge } from '#web/ui/badge.tsx';
import { LinkButton } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';
import { PageHeader } from '#web/ui/page-header.tsx';
import { storeTitle } from '../../frame/store-title.ts';
import { DeveloperTabs } from '../parts/developer-tabs.tsx';
import { HeaderList, RawText } from '../parts/raw-text.tsx';

export const meta = storeTitle('Request');

export const loader = async (args: LoaderFunctionArgs) => {
  const { store } = await requireMember(args);
  const request = await args.context.dashboard.developers.request(store.id, args.params.requestId ?? '');
  if (!request) throw new Response('Not found', { status: 404 });
  return { request, timeZone: store.timeZone, storeId: store.id };
};

export default function RequestPage() {
  const { request, timeZone, storeId } = useLoaderData<typeof loader>();
  const { method, path, at, code, httpStatus, durationMs, clientAddress, headers, body, response } = request;
  return (
    <div className="grid gap-5">
      <PageHeader
        title={<span className="font-mono text-base break-all sm:text-lg">{`${method} ${path}`}</span>}
        lead={<span className="font-mono text-sm">{request.requestId}</span>}
        actions={
          <LinkButton to={`/dashboard/${storeId}/debugger?request=${request.id}`}>Open in the debugger</LinkButton>
        }
      />
      <DeveloperTabs />
      <Card>
        <p className="flex flex-wrap items-center gap-x-5 gap-y-2 text-sm">
          <Badge tone={code === 0 ? 'ok' : 'bad'}>{`HTTP ${httpStatus} · code ${code}`}</Badge>
          <LocalTime iso={at} timeZone={timeZone} precision="second" />
          <span>{durationMs} ms</span>
          <span>from {clientAddress}</span>
        </p>
      </Card>
      <Card title="Request headers" lead="The signature is not stored.">
        <HeaderList headers={headers} />
      </Card>
      <Card title="Request body">
        <RawText label="Text of the request body" text={body} empty="No body." />
      </Card>
      <Card title="Response">
        <RawText label="Text of the response" text={response} empty="No body." />
      </Card>
    </div>
  );
}

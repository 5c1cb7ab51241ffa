// The API's request log of the last seven days. Filters are in the URL; pages by keyset.
import type { LoaderFunctionArgs } from '@remix-run/node';
import { Form, Link, useLoaderData } from '@remix-run/react';
import { API_ERRORS } from '#domain/errors.ts';
import { requireMember } from '#web/access/require-member.ts';
import { Badge } from '#web/ui/badge.tsx';
import { LinkButton, SubmitButton } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { type Column, DataTable } from '#web/ui/data-table.tsx';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { Field } from '#web/ui/field.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';
import { PageHeader } from '#web/ui/page-header.tsx';
import { Pager } from '#web/ui/pager.tsx';
import { Select } from '#web/ui/select.tsx';
import { UnknownNotice } from '#web/ui/unknown-notice.tsx';
import { anyText, oneOf, unknownParts, wholeNumber } from '#web/ui/unknown-parts.ts';
import { storeTitle } from '../../frame/store-title.ts';
import { DeveloperTabs } from '../parts/developer-tabs.tsx';
import type { RequestRowView } from '../server/developers-types.ts';

export const meta = storeTitle('Requests');

export const loader = async (args: LoaderFunctionArgs) => {
  const { store } = await requireMember(args);
  const { searchParams } = new URL(args.request.url);
  const given = (name: string): string => searchParams.get(name) ?? '';
  const filter = { code: given('code'), text: given('text'), key: given('key') };
  const before = searchParams.get('before');
  const { developers } = args.context.dashboard;
  const [page, keys] = await Promise.all([developers.requests(store.id, filter, before), developers.keys(store.id)]);
  const set = Object.entries(filter).filter(([, value]) => value !== '');
  const address = (more: Record<string, string>): string => {
    const parameters = new URLSearchParams([...set, ...Object.entries(more)]);
    return parameters.size > 0 ? `?${parameters}` : '.';
  };
  return {
    rows: page.rows,
    filter,
    filtered: set.length > 0,
    unknown: unknownParts(searchParams, {
      code: oneOf(CODES.map(({ value }) => value)),
      key: oneOf(keys.map(({ id }) => id)),
      text: anyText,
      before: wholeNumber,
    }),
    keys: keys.map(({ id, name }) => ({ value: id, label: name })),
    newest: before ? address({}) : null,
    older: page.older ? address({ before: page.older }) : null,
    timeZone: store.timeZone,
  };
};

const CODES = [
  { value: '', label: 'All' },
  { value: 'ok', label: 'Success (0)' },
  { value: 'failed', label: 'All failures' },
  ...Object.values(API_ERRORS).map(({ code, httpStatus }) => ({
    value: String(code),
    label: `${code} (${httpStatus})`,
  })),
];

export default function RequestsPage() {
  const { rows, filter, filtered, unknown, keys, newest, older, timeZone } = useLoaderData<typeof loader>();
  const columns: Column<RequestRowView>[] = [
    {
      key: 'time',
      header: 'Time',
      cell: ({ at }) => <LocalTime iso={at} timeZone={timeZone} precision="second" />,
    },
    {
      key: 'request',
      header: 'Request',
      rowHeader: true,
      cell: ({ id, method, path }) => (
        <Link className="link font-mono break-all" to={id}>
          {method} {path}
        </Link>
      ),
    },
    {
      key: 'code',
      header: 'Code',
      cell: ({ code, httpStatus }) => (
        <Badge tone={code === 0 ? 'ok' : 'bad'}>{`HTTP ${httpStatus} · code ${code}`}</Badge>
      ),
    },
    { key: 'ms', header: 'Duration', align: 'end', cell: ({ durationMs }) => `${durationMs} ms` },
    {
      key: 'key',
      header: 'Key',
      wideOnly: true,
      cell: ({ apiKeyId }) => keys.find(({ value }) => value === apiKeyId)?.label ?? apiKeyId.slice(0, 11),
    },
    { key: 'from', header: 'From', wideOnly: true, cell: ({ clientAddress }) => clientAddress },
  ];
  return (
    <div className="grid gap-5">
      <PageHeader
        title="Requests"
        lead="Requests with your keys in the last seven days. Requests with a wrong signature are not listed: check those with the debugger."
      />
      <DeveloperTabs />
      <UnknownNotice unknown={unknown} base="." rows="requests" />
      <Card>
        <Form method="get" className="grid items-end gap-4 sm:grid-cols-2 lg:grid-cols-[1fr_1fr_2fr_auto]">
          <Select label="Code" name="code" options={CODES} defaultValue={filter.code} />
          <Select label="Key" name="key" options={[{ value: '', label: 'All' }, ...keys]} defaultValue={filter.key} />
          <Field label="Path or request id" name="text" defaultValue={filter.text} maxLength={200} />
          <div className="flex gap-2">
            <SubmitButton>Filter</SubmitButton>
            {filtered ? <LinkButton to=".">Clear</LinkButton> : null}
          </div>
        </Form>
      </Card>
      <Card flush>
        <DataTable
          stacked
          caption="Requests"
          columns={columns}
          rows={rows}
          rowKey={({ id }) => id}
          empty={
            filtered ? (
              <EmptyState title="No matches">No request of the last seven days matches these filters.</EmptyState>
            ) : (
              <EmptyState title="No requests yet">They appear here about a second after the API’s response.</EmptyState>
            )
          }
        />
      </Card>
      <Pager label="Requests" newer={newest} older={older} />
    </div>
  );
}

// The audit log: everything that operators, members and commands did, chained by hash. `?verify` checks the whole chain.
import type { LoaderFunctionArgs } from '@remix-run/node';
import { Form, useLoaderData, useSearchParams } from '@remix-run/react';
import { requireOperator } from '#web/access/require-member.ts';
import { LinkButton } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { countText } from '#web/ui/count-text.ts';
import { Field } from '#web/ui/field.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { PageHeader } from '#web/ui/page-header.tsx';
import { Pager } from '#web/ui/pager.tsx';
import { Select } from '#web/ui/select.tsx';
import { sentence } from '#web/ui/sentence.ts';
import { UnknownNotice } from '#web/ui/unknown-notice.tsx';
import { anyText, oneOf, unknownParts, wholeNumber } from '#web/ui/unknown-parts.ts';
import { AuditTable } from '../parts/audit-table.tsx';
import { withParameter } from '../parts/console-parts.tsx';
import type { AuditRow } from '../server/operator-types.ts';

const KINDS = [
  { value: '', label: 'Anyone' },
  { value: 'operator', label: 'Operators' },
  { value: 'member', label: 'Merchants' },
  { value: 'account', label: 'Accounts: log-ins, factors, sessions' },
  { value: 'api_key', label: 'API key' },
  { value: 'command', label: 'Command line' },
  { value: 'system', label: 'The system' },
] as const;

export const loader = async (args: LoaderFunctionArgs) => {
  await requireOperator(args);
  const { operator } = args.context;
  const { searchParams } = new URL(args.request.url);
  const given = (name: string): string => searchParams.get(name)?.trim().slice(0, 255) ?? '';
  const filter = { action: given('action'), actor: given('actor'), subject: given('subject') };
  const actorKind = KINDS.find(({ value }) => value !== '' && value === given('by'))?.value;
  const after = given('after');
  const set = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== ''));
  const [page, extent] = await Promise.all([
    operator.audit({
      ...set,
      ...(actorKind ? { actorKind } : {}),
      ...(/^\d{1,18}$/.test(after) ? { after } : {}),
    }),
    operator.auditExtent(),
  ]);
  const verified = searchParams.has('verify') ? await operator.verifyAudit() : null;
  const unknown = unknownParts(searchParams, {
    ...{ action: anyText, actor: anyText, subject: anyText, verify: anyText, after: wholeNumber },
    by: oneOf(KINDS.map(({ value }) => value)),
  });
  return { ...page, extent, verified, unknown, filter: { ...filter, by: actorKind ?? '' } };
};

export default function Audit() {
  const { rows, next, extent, verified, unknown, filter } = useLoaderData<typeof loader>();
  const [parameters] = useSearchParams();
  return (
    <>
      <PageHeader
        title="Audit log"
        lead={`${countText(extent.count, 'entry', 'entries')}. Each carries a hash of the one before it; none can be changed or removed unnoticed. Entry numbers have gaps from the start.`}
        actions={<LinkButton to={withParameter(parameters, 'verify', '1')}>Verify the chain</LinkButton>}
      />
      <UnknownNotice unknown={unknown} base="/operator/audit" rows="entries" />
      {verified?.problem ? (
        <Notice tone="bad" title="The log was changed">
          {sentence(verified.problem)} Keep a copy of the database as it is, and find out who had access to it.
        </Notice>
      ) : null}
      {verified && !verified.problem ? (
        <Notice tone="ok" announced>
          {verified.verifiedUpTo
            ? `The chain is intact: verified up to entry ${verified.verifiedUpTo}. To find a log that was shortened or rewritten as a whole, compare it with a mailed head: admin audit verify --head.`
            : 'The log is empty, so there is nothing to verify.'}
        </Notice>
      ) : null}
      <Form method="get" className="grid items-end gap-3 sm:grid-cols-2 lg:grid-cols-[1fr_1fr_1.2fr_1.2fr_auto]">
        <Select label="By" name="by" defaultValue={filter.by} options={KINDS} />
        <Field label="Action begins with" name="action" defaultValue={filter.action} placeholder="account.log_in" />
        <Field label="E-mail or id of the actor" name="actor" defaultValue={filter.actor} />
        <Field
          label="Id of the subject"
          name="subject"
          defaultValue={filter.subject}
          placeholder="merchant, store, intent"
        />
        <button type="submit" className="button px-3 text-sm">
          Filter
        </button>
      </Form>
      <Card flush>
        <AuditTable rows={rows as AuditRow[]} empty="No entry matches." />
      </Card>
      <Pager label="audit entries" newer={null} older={next && withParameter(parameters, 'after', next)} />
    </>
  );
}

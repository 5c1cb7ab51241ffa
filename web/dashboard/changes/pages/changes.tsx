// Changes of where money goes: those that wait, with their buttons, and the latest that were applied or canceled.
import { type ActionFunctionArgs, type LoaderFunctionArgs, redirect } from '@remix-run/node';
import { useLoaderData, useSearchParams } from '@remix-run/react';
import { z } from 'zod';
import { DOORS } from '#web/access/doors.ts';
import { oldLogInReply, pageForms, parseForm, rejectForm, text } from '#web/access/form-action.ts';
import { readAgain } from '#web/access/read-again.ts';
import { readForm } from '#web/access/read-form.ts';
import { requireMember } from '#web/access/require-member.ts';
import { needsLogIn, problemIn, useActionResult } from '#web/access/use-action-form.ts';
import { Card } from '#web/ui/card.tsx';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { PageHeader } from '#web/ui/page-header.tsx';
import { LogInAgain } from '../../frame/log-in-again.tsx';
import { storeTitle } from '../../frame/store-title.ts';
import { ChangeLines, WaitingChanges } from '../parts/waiting-changes.tsx';

export const meta = storeTitle('Waiting changes');

export const loader = async (args: LoaderFunctionArgs) => {
  const visit = await requireMember(args);
  const { changes } = args.context.dashboard;
  const [waiting, decided] = await Promise.all([changes.waiting(visit), changes.decided(visit.store.merchantId)]);
  return { waiting, decided, storeId: visit.store.id, timeZone: visit.store.timeZone };
};

/** Another owner may have decided it meanwhile. */
export const shouldRevalidate = readAgain;

const changeForms = pageForms(
  'changes',
  z.discriminatedUnion('do', [
    z.object({ do: z.literal('confirm'), id: text }),
    z.object({ do: z.literal('cancel'), id: text }),
  ]),
);

export const action = async (args: ActionFunctionArgs) => {
  // Managers cancel what they asked for themselves; the service checks who else may.
  const visit = await requireMember(args, { write: true });
  const form = await readForm(args.request);
  const old = oldLogInReply(visit.session, form, 'changes', { by: 'do' });
  if (old) return old;
  const submission = parseForm(form, changeForms);
  if (submission.status !== 'success') return rejectForm(submission);
  const { do: act, id } = submission.value;
  if (act === 'confirm') await requireMember(args, { atLeast: DOORS.changes.actions.confirm.who, write: true });
  const problem = await args.context.dashboard.changes[act](visit, id);
  return problem ? rejectForm(submission, problem) : redirect(`/dashboard/${visit.store.id}/changes?done=${act}`, 303);
};

const DONE: Readonly<Record<string, string>> = {
  confirm: 'The change was confirmed and has taken effect.',
  cancel: 'The change was canceled. Nothing has changed.',
};

export default function ChangesPage() {
  const { waiting, decided, storeId, timeZone } = useLoaderData<typeof loader>();
  const result = useActionResult();
  const [parameters] = useSearchParams();
  const problem = problemIn(result);
  const done = result ? undefined : DONE[parameters.get('done') ?? ''];
  return (
    <>
      <PageHeader
        title="Waiting changes"
        lead="A change of the receiving address, a new owner and a new signing key wait, so that every owner can cancel them."
      />
      {done ? (
        <Notice tone="ok" announced>
          {done}
        </Notice>
      ) : null}
      {needsLogIn(result) ? <LogInAgain /> : null}
      {problem ? <Notice tone="bad">{problem} Nothing has changed.</Notice> : null}
      {waiting.length === 0 ? (
        <Card>
          <EmptyState title="No change waits">Everything is as the pages show it.</EmptyState>
        </Card>
      ) : (
        <WaitingChanges changes={waiting} storeId={storeId} timeZone={timeZone} />
      )}
      {decided.length > 0 ? (
        <Card title="Latest" flush>
          <ul className="divide-y divide-line border-t border-line">
            {decided.map((row) => (
              <li key={row.id} className="grid gap-1 px-4 py-3 sm:px-5">
                <ChangeLines row={row} timeZone={timeZone} />
                <span className="text-sm text-ink-2 wrap-anywhere">
                  {row.state === 'applied' ? 'Took effect' : 'Canceled'}{' '}
                  {row.decidedAt ? <LocalTime iso={row.decidedAt} timeZone={timeZone} /> : null}
                  {row.decidedBy ? `, ${row.state === 'applied' ? 'confirmed by' : 'by'} ${row.decidedBy}` : ''}
                </span>
              </li>
            ))}
          </ul>
        </Card>
      ) : null}
    </>
  );
}

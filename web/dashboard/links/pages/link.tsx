// One payment link: its URL and QR code, its counts, its orders, and what a member can do with it.
import { type ActionFunctionArgs, type LoaderFunctionArgs, redirect } from '@remix-run/node';
import { Form, useLoaderData } from '@remix-run/react';
import { Pencil, Printer } from 'lucide-react';
import { z } from 'zod';
import { LANGUAGES } from '#domain/languages.ts';
import { DOORS } from '#web/access/doors.ts';
import { oldLogInReply, pageForms, parseForm, rejectForm } from '#web/access/form-action.ts';
import { formProblem } from '#web/access/form-error.ts';
import { readAgain } from '#web/access/read-again.ts';
import { readForm } from '#web/access/read-form.ts';
import { requireMember } from '#web/access/require-member.ts';
import { needsLogIn, problemIn, useActionResult } from '#web/access/use-action-form.ts';
import { LinkButton, SubmitButton } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { CopyButton } from '#web/ui/copy-button.tsx';
import { Facts } from '#web/ui/facts.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { PageHeader } from '#web/ui/page-header.tsx';
import { QrImage } from '#web/ui/qr-image.tsx';
import { LogInAgain } from '../../frame/log-in-again.tsx';
import { storeTitle } from '../../frame/store-title.ts';
import { countsText, LinkStateBadge } from '../parts/link-state.tsx';
import { PriceLabel } from '../parts/price-label.tsx';
import { SourcedOrders } from '../parts/sourced-orders.tsx';
import type { LinkAct } from '../server/links-types.ts';

export const meta = storeTitle<typeof loader>((data) => data?.link.title ?? 'Payment link');

export const loader = async (args: LoaderFunctionArgs) => {
  const { store, mayWrite } = await requireMember(args);
  const link = await args.context.dashboard.links.find(store, args.params.linkId ?? '');
  if (!link) throw new Response('Not found', { status: 404 });
  return { link, storeId: store.id, timeZone: store.timeZone, mayWrite };
};

/** A colleague may have paused or ended it meanwhile. */
export const shouldRevalidate = readAgain;

const linkForms = pageForms('links', z.object({ do: z.enum(['pause', 'resume', 'archive', 'restore']) }));

export const action = async (args: ActionFunctionArgs) => {
  const visit = await requireMember(args, { atLeast: DOORS.links.who, write: true });
  const formData = await readForm(args.request);
  const old = oldLogInReply(visit.session, formData, 'links', { by: 'do' });
  if (old) return old;
  const submission = parseForm(formData, linkForms);
  if (submission.status !== 'success') return rejectForm(submission);
  const id = args.params.linkId ?? '';
  try {
    await args.context.dashboard.links.act(visit, id, submission.value.do);
    return redirect(`/dashboard/${visit.store.id}/links/${id}`, 303);
  } catch (error) {
    return rejectForm(submission, formProblem(error));
  }
};

export default function LinkPage() {
  const { link, storeId, timeZone, mayWrite } = useLoaderData<typeof loader>();
  const result = useActionResult();
  const problem = problemIn(result);
  const base = `/dashboard/${storeId}/links/${link.id}`;
  return (
    <div className="grid gap-5">
      <PageHeader
        title={link.title}
        lead={countsText(link)}
        actions={
          <>
            <LinkButton to={`${base}/poster`} reloadDocument>
              <Printer size={16} aria-hidden />
              Poster
            </LinkButton>
            {mayWrite ? (
              <LinkButton to={`${base}/edit`}>
                <Pencil size={16} aria-hidden />
                Change
              </LinkButton>
            ) : null}
          </>
        }
      />
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
      {needsLogIn(result) ? <LogInAgain /> : null}
      {link.notPayable ? (
        <Notice tone="warn" title="Nobody can pay it now">
          {link.notPayable}
        </Notice>
      ) : null}
      <Card title="Share it">
        <div className="grid items-start gap-5 sm:grid-cols-[12rem_minmax(0,1fr)]">
          <QrImage qr={link.qr} label={`QR code of ${link.url}`} />
          <div className="grid gap-3">
            <p className="wrap-anywhere">
              <a className="link" href={link.url}>
                {link.url}
              </a>
            </p>
            <div className="flex flex-wrap gap-2">
              <CopyButton value={link.url} label="Copy the link" />
            </div>
            <p className="text-sm text-ink-2">
              Everybody who has the link can open it. The page says nothing about other orders.
            </p>
          </div>
        </div>
      </Card>
      <Card title="Details">
        <Facts
          rows={[
            { label: 'State', value: <LinkStateBadge state={link.state} /> },
            { label: 'Price', value: <PriceLabel link={link} /> },
            { label: 'Most in one order', value: link.maxQuantity },
            { label: 'Stock', value: link.stock ?? 'no limit' },
            {
              label: 'Available until',
              value: link.expiresAt ? <LocalTime iso={link.expiresAt} timeZone={timeZone} /> : 'no end',
            },
            { label: 'Return URL', value: link.redirectUrl ?? 'none' },
            { label: 'Languages', value: link.languages.map((language) => LANGUAGES[language]).join(', ') },
          ]}
        />
        {mayWrite ? <Acts state={link.state} /> : null}
      </Card>
      <SourcedOrders
        orders={link.orders}
        storeId={storeId}
        timeZone={timeZone}
        empty="An order appears here when somebody presses the button on the link’s page."
      />
    </div>
  );
}

function Acts({ state }: { state: string }) {
  const button = (act: LinkAct, label: string) => (
    <SubmitButton name="do" value={act} busyLabel="One moment…">
      {label}
    </SubmitButton>
  );
  return (
    <Form method="post" className="mt-4 flex flex-wrap gap-2">
      {state === 'archived' ? (
        button('restore', 'Restore')
      ) : (
        <>
          {state === 'paused' ? button('resume', 'Resume') : button('pause', 'Pause')}
          {button('archive', 'Archive')}
        </>
      )}
    </Form>
  );
}

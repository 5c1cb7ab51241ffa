// Changes a payment link. Orders that were made keep their terms.
import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { DOORS } from '#web/access/doors.ts';
import { requireMember } from '#web/access/require-member.ts';
import { useActionForm } from '#web/access/use-action-form.ts';
import { LinkButton } from '#web/ui/button.tsx';
import { PageHeader } from '#web/ui/page-header.tsx';
import { storeTitle } from '../../frame/store-title.ts';
import { LinkFields } from '../parts/link-fields.tsx';
import { PRICINGS } from '../parts/link-form.server.ts';
import { saveLink } from '../parts/save-link.server.ts';

export const meta = storeTitle('Change a payment link');

export const loader = async (args: LoaderFunctionArgs) => {
  const { store } = await requireMember(args, { atLeast: DOORS.links.who });
  const link = await args.context.dashboard.links.find(store, args.params.linkId ?? '');
  if (!link) throw new Response('Not found', { status: 404 });
  const { values, picture, id } = link;
  return { values, picture, pricings: PRICINGS, timeZone: store.timeZone, back: `/dashboard/${store.id}/links/${id}` };
};

export const action = (args: ActionFunctionArgs) => saveLink(args, args.params.linkId ?? '');

export default function EditLinkPage() {
  const { values, picture, pricings, timeZone, back } = useLoaderData<typeof loader>();
  const form = useActionForm({ action: 'save', values });
  return (
    <>
      <PageHeader
        title="Change the link"
        lead="Orders that were made keep their price and texts."
        actions={<LinkButton to={back}>Back</LinkButton>}
      />
      <LinkFields {...{ form, pricings, timeZone }} language={values.language ?? 'en'} existing={{ picture }} />
    </>
  );
}

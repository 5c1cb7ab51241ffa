// A new payment link.
import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { DEFAULT_LANGUAGE, languageOf } from '#domain/languages.ts';
import { DOORS } from '#web/access/doors.ts';
import { requireMember } from '#web/access/require-member.ts';
import { useActionForm } from '#web/access/use-action-form.ts';
import { PageHeader } from '#web/ui/page-header.tsx';
import { storeTitle } from '../../frame/store-title.ts';
import { LinkFields } from '../parts/link-fields.tsx';
import { PRICINGS } from '../parts/link-form.server.ts';
import { saveLink } from '../parts/save-link.server.ts';

export const meta = storeTitle('New payment link');

export const loader = async (args: LoaderFunctionArgs) => {
  const { store } = await requireMember(args, { atLeast: DOORS.links.who });
  const language = languageOf(store.locale) ?? DEFAULT_LANGUAGE;
  return { pricings: PRICINGS, language, timeZone: store.timeZone };
};

export const action = (args: ActionFunctionArgs) => saveLink(args, null);

export default function NewLinkPage() {
  const { pricings, language, timeZone } = useLoaderData<typeof loader>();
  const form = useActionForm({
    action: 'save',
    values: { language, pricing: 'coin-1', amounts: 'fixed', maxQuantity: '1' },
  });
  return (
    <>
      <PageHeader title="New payment link" lead="It can be paid as soon as it is created." />
      <LinkFields {...{ form, pricings, language, timeZone }} existing={null} />
    </>
  );
}

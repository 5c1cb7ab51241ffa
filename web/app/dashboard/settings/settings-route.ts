// What the routes of the settings pages share: loading a section, and saving it. Saved leads back to the page, so that a reload
// saves nothing twice; a problem comes back with everything that was typed.
import { type ActionFunctionArgs, data, type LoaderFunctionArgs, redirect } from '@remix-run/node';
import type { SettingsSection } from '#web/dashboard/settings/settings-types.ts';
import { requireMember } from '../require-member.ts';

const PATHS: Record<SettingsSection, string> = {
  store: '',
  payments: '/payments',
  receiver: '/receiver',
  connection: '/connection',
  notifications: '/notifications',
};

export const settingsPath = (storeId: string, section: SettingsSection): string =>
  `/dashboard/${storeId}/settings${PATHS[section]}`;

export const loadSection = async (args: LoaderFunctionArgs, section: SettingsSection) => {
  const { store, role, readOnly, session } = await requireMember(args);
  const view = await args.context.dashboard.settings.view(store.id, section);
  const saved = new URL(args.request.url).searchParams.has('saved');
  const mayWrite = !readOnly && (section === 'receiver' ? role === 'owner' : role !== 'viewer');
  return { view, saved, mayWrite, fresh: session.fresh, storeId: store.id, timeZone: store.timeZone };
};

export type SectionData = Awaited<ReturnType<typeof loadSection>>;

export const saveSection = async (args: ActionFunctionArgs, section: SettingsSection) => {
  const isReceiver = section === 'receiver';
  const visit = await requireMember(args, {
    atLeast: isReceiver ? 'owner' : 'manager',
    write: true,
    fresh: isReceiver,
  });
  const outcome = await args.context.dashboard.settings.save(visit, section, await args.request.formData());
  if (!outcome.saved) return data(outcome.result, { status: 400 });
  return redirect(`${settingsPath(visit.store.id, section)}?saved`, 303);
};

// What the routes of the settings pages share: loading a section, and saving it. Saved leads back to the page, so that a reload
// saves nothing twice; a problem comes back with everything that was typed.
import { type ActionFunctionArgs, data, type LoaderFunctionArgs, redirect } from '@remix-run/node';
import { requireMember } from '#web/access/require-member.ts';
import { LOG_IN_AGAIN } from '../../frame/fresh-log-in.tsx';
import type { SettingsSection } from '../server/settings-types.ts';

const PATHS: Record<SettingsSection, string> = {
  store: '',
  payments: '/payments',
  receiver: '/receiver',
  connection: '/connection',
  notifications: '/notifications',
};

/** What money and orders depend on: changed only within 15 minutes of a log-in (reliability.md section 3). */
const NEEDS_FRESH: ReadonlySet<SettingsSection> = new Set(['receiver', 'connection']);

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
  const atLeast = section === 'receiver' ? 'owner' : 'manager';
  const visit = await requireMember(args, { atLeast, write: true });
  const { settings } = args.context.dashboard;
  const form = await args.request.formData();
  // Not led away to the log-in, as elsewhere: what was typed would be gone.
  if (NEEDS_FRESH.has(section) && !visit.session.fresh) {
    return data(settings.reject(visit, section, form, LOG_IN_AGAIN), { status: 403 });
  }
  const outcome = await settings.save(visit, section, form);
  if (!outcome.saved) return data(outcome.result, { status: 400 });
  return redirect(`${settingsPath(visit.store.id, section)}?saved`, 303);
};

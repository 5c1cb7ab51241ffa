// What the routes of the settings pages share: loading and saving a section. A save redirects to the page, so that a reload does
// not save twice.
import { type ActionFunctionArgs, data, type LoaderFunctionArgs, redirect } from '@remix-run/node';
import { DOORS } from '#web/access/doors.ts';
import { oldLogInReply } from '#web/access/form-action.ts';
import { readForm } from '#web/access/read-form.ts';
import { requireMember } from '#web/access/require-member.ts';
import type { DashboardVisit } from '#web/access/store-access-types.ts';
import type { SettingsSection } from '../server/settings-types.ts';

const PATHS: Record<SettingsSection, string> = {
  store: '',
  payments: '/payments',
  receiver: '/receiver',
  connection: '/connection',
  notifications: '/notifications',
};

/** Saving these reads the networks (the receiving address), or calls the webhook URL: both have one budget. */
const CALLS_OTHERS: readonly SettingsSection[] = ['payments', 'receiver', 'connection'];

export const settingsPath = (storeId: string, section: SettingsSection): string =>
  `/dashboard/${storeId}/settings${PATHS[section]}`;

export const loadSection = async (args: LoaderFunctionArgs, section: SettingsSection) =>
  readSection(args, section, await requireMember(args));

/** The same for a page that has called `requireMember`. */
export const readSection = async (args: LoaderFunctionArgs, section: SettingsSection, visit: DashboardVisit) => {
  const { store } = visit;
  const view = await args.context.dashboard.settings.view(store.id, section);
  const saved = new URL(args.request.url).searchParams.has('saved');
  const mayWrite = visit.mayWrite && (section !== 'receiver' || visit.role === 'owner');
  return { view, saved, mayWrite, storeId: store.id, timeZone: store.timeZone };
};

export type SectionData = Awaited<ReturnType<typeof loadSection>>;

export const saveSection = async (args: ActionFunctionArgs, section: SettingsSection) => {
  const { who: atLeast } = section === 'receiver' ? DOORS.receiver : DOORS.settings;
  const visit = await requireMember(args, { atLeast, write: true });
  const { settings } = args.context.dashboard;
  const form = await readForm(args.request);
  const old =
    section === 'receiver'
      ? oldLogInReply(visit.session, form, 'receiver', section)
      : oldLogInReply(visit.session, form, 'settings', section);
  if (old) return old;
  if (CALLS_OTHERS.includes(section)) await args.context.spendChainRead(visit.session.userId);
  const outcome = await settings.save(visit, section, form);
  if (!outcome.saved) return data({ result: outcome.result }, { status: 400 });
  const query = outcome.waits ? 'waits' : outcome.receiver ? `saved&receiver=${outcome.receiver}` : 'saved';
  return redirect(`${settingsPath(visit.store.id, section)}?${query}`, 303);
};

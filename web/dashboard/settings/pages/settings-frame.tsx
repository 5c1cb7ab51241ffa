// The frame of the settings pages: one tab for each form.
import { Outlet, useLocation, useParams } from '@remix-run/react';
import { PageHeader } from '#web/ui/page-header.tsx';
import { Tabs } from '#web/ui/tabs.tsx';
import { settingsPath } from '../parts/settings-route.ts';
import type { SettingsSection } from '../server/settings-types.ts';

const SECTIONS: readonly [SettingsSection, string][] = [
  ['store', 'Store'],
  ['payments', 'Payments'],
  ['receiver', 'Receiving address'],
  ['connection', 'Webhook and API'],
  ['notifications', 'E-mails and reports'],
];

export default function SettingsFrame() {
  const { storeId = '' } = useParams();
  const { pathname } = useLocation();
  const tabs = SECTIONS.map(([section, label]) => {
    const to = settingsPath(storeId, section);
    return { to, label, current: pathname.replace(/\/$/, '') === to };
  });
  return (
    <div className="grid gap-5">
      <PageHeader title="Settings" />
      <Tabs label="Settings" tabs={tabs} />
      <Outlet />
    </div>
  );
}

// Tabs of the developers' pages: keys, webhook endpoints, requests and signature debugger.
import { useLocation, useParams } from '@remix-run/react';
import { Tabs } from '#web/ui/tabs.tsx';

const PAGES = [
  ['developers', 'API keys'],
  ['endpoints', 'Webhook endpoints'],
  ['requests', 'Requests'],
  ['debugger', 'Signature debugger'],
] as const;

export function DeveloperTabs() {
  const { storeId = '' } = useParams();
  const { pathname } = useLocation();
  const tabs = PAGES.map(([path, label]) => {
    const to = `/dashboard/${storeId}/${path}`;
    return { to, label, current: pathname === to || pathname.startsWith(`${to}/`) };
  });
  return <Tabs label="Developers" tabs={tabs} />;
}

// The frame of the operator's console: navigation, and the length of each queue. Each page checks access itself.
import type { LinksFunction, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Outlet, useLoaderData, useRouteLoaderData } from '@remix-run/react';
import {
  Bell,
  Building2,
  CircleAlert,
  Fuel,
  HandCoins,
  KeyRound,
  LayoutDashboard,
  Link2,
  type LucideIcon,
  Mail,
  ReceiptText,
  ScrollText,
  ShieldCheck,
  Users,
  Webhook,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { requireOperator } from '#web/access/require-member.ts';
import stylesheet from '#web/dashboard/frame/dashboard.css?url';
import { DeniedPage, deniedTitle } from '#web/dashboard/frame/denied-page.tsx';
import type { RouteHandle } from '#web/root.tsx';
import { AppFrame } from '#web/ui/app-frame.tsx';
import type { PaletteSource } from '#web/ui/palette/palette-targets.ts';

export const links: LinksFunction = () => [{ rel: 'stylesheet', href: stylesheet }];

export const handle: RouteHandle = { english: true };

export const loader = async (args: LoaderFunctionArgs) => {
  const { session } = await requireOperator(args);
  return { email: session.email, counts: await args.context.operator.railCounts() };
};

const PAGES: readonly { path: string; label: string; Icon: LucideIcon; keywords?: string }[] = [
  { path: '', label: 'Overview', Icon: LayoutDashboard, keywords: 'queues health home' },
  { path: '/merchants', label: 'Merchants', Icon: Building2, keywords: 'activate fee invite' },
  { path: '/orders', label: 'Orders', Icon: ReceiptText, keywords: 'search find payment shopper transaction address' },
  { path: '/reviews', label: 'Review queue', Icon: CircleAlert, keywords: 'late money' },
  { path: '/proposals', label: 'Proposals', Icon: Users, keywords: 'confirm second operator fee accept' },
  { path: '/chains', label: 'Chains', Icon: Link2, keywords: 'health gas relayer' },
  { path: '/settlements', label: 'Settlements', Icon: HandCoins, keywords: 'payouts' },
  { path: '/treasury', label: 'Treasury', Icon: Fuel, keywords: 'gas cost spent fees earned' },
  { path: '/receivers', label: 'Receivers', Icon: Webhook, keywords: 'webhooks failing' },
  { path: '/emails', label: 'E-mails', Icon: Mail, keywords: 'messages' },
  { path: '/recovery', label: 'Account recovery', Icon: KeyRound, keywords: 'log-in passkey lost' },
  { path: '/alerts', label: 'Alerts', Icon: Bell, keywords: 'e-mail webhook notify' },
  { path: '/audit', label: 'Audit log', Icon: ScrollText, keywords: 'who did' },
];

/** Every page of the console is titled by its place in the rail. */
export const meta: MetaFunction = ({ error, location }) => {
  const { label } =
    PAGES.findLast(({ path }) => `${location.pathname}/`.startsWith(`/operator${path}/`)) ?? PAGES[0] ?? {};
  return [{ title: error ? deniedTitle(error) : `${label} · Operator console` }];
};

const SEARCH: PaletteSource = {
  targets: [
    ...PAGES.map(({ path, ...target }) => ({
      ...target,
      to: `/operator${path}`,
      group: 'Pages' as const,
      first: true,
    })),
    { to: '/operator/merchants?status=applied', label: 'Applications', Icon: Building2, group: 'Pages' },
    { to: '/operator/reviews?state=resolved', label: 'Resolved reviews', Icon: CircleAlert, group: 'Pages' },
    {
      to: '/dashboard/security',
      label: 'Log-in and security',
      Icon: ShieldCheck,
      group: 'Pages',
      keywords: 'password passkey sessions',
    },
  ],
  lists: [
    { noun: 'order', url: '/operator/orders' },
    { noun: 'merchant', url: '/operator/merchants' },
  ],
  findUrl: '/operator/palette',
};

function Frame({ data, children }: { data: Awaited<ReturnType<typeof loader>>; children: ReactNode }) {
  const { applied, reviews, chains, settlements, emails, alerts, proposals } = data.counts;
  const counts: Record<string, number> = {
    '/merchants': applied,
    '/reviews': reviews,
    '/chains': chains,
    '/settlements': settlements,
    '/emails': emails,
    '/alerts': alerts,
    '/proposals': proposals,
  };
  return (
    <AppFrame
      label="Console"
      head={
        <p className="grid min-h-12 content-center px-2 leading-tight font-semibold">
          Operator console
          <span className="text-sm font-normal text-ink-2">Times in UTC</span>
        </p>
      }
      items={PAGES.map(({ path, label, Icon }) => ({
        to: `/operator${path}`,
        label,
        Icon,
        count: counts[path] ?? null,
        end: path === '',
      }))}
      search={SEARCH}
      email={data.email}
    >
      {children}
    </AppFrame>
  );
}

export default function OperatorFrame() {
  return (
    <Frame data={useLoaderData<typeof loader>()}>
      <Outlet />
    </Frame>
  );
}

export function ErrorBoundary() {
  const frame = useRouteLoaderData<typeof loader>('operator/pages/operator-frame');
  if (frame) {
    return (
      <Frame data={frame}>
        <DeniedPage home="/operator" homeLabel="To the console" />
      </Frame>
    );
  }
  return (
    <main className="mx-auto max-w-xl px-4 py-16">
      <DeniedPage home="/dashboard" />
    </main>
  );
}

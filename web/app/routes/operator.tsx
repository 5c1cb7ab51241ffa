// The frame of the operator's console: its own rail, and how many wait in each queue. Each page asks the door itself.
import type { LinksFunction, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Outlet, useLoaderData, useRouteLoaderData } from '@remix-run/react';
import { Building2, CircleAlert, HandCoins, Link2, Mail, ScrollText, Webhook } from 'lucide-react';
import type { ReactNode } from 'react';
import { RefusalPage } from '../dashboard/refusal-page.tsx';
import { requireOperator } from '../dashboard/require-member.ts';
import { AppFrame } from '../dashboard/ui/app-frame.tsx';
import stylesheet from '../dashboard.css?url';
import type { RouteHandle } from '../root.tsx';

export const links: LinksFunction = () => [{ rel: 'stylesheet', href: stylesheet }];

export const handle: RouteHandle = { english: true };

export const meta: MetaFunction = () => [{ title: 'Operator console · AllScale Checkout' }];

export const loader = async (args: LoaderFunctionArgs) => {
  const { session } = await requireOperator(args);
  const { reviews, merchants } = await args.context.operator.counts();
  return { email: session.email, reviews, applied: merchants.applied };
};

function Frame({ data, children }: { data: Awaited<ReturnType<typeof loader>>; children: ReactNode }) {
  return (
    <AppFrame
      label="Console"
      head={
        <p className="grid min-h-12 content-center px-2 leading-tight font-semibold">
          Operator console
          <span className="text-sm font-normal text-ink-2">Times in UTC</span>
        </p>
      }
      items={[
        { to: '/operator/merchants', label: 'Merchants', Icon: Building2, count: data.applied },
        { to: '/operator/reviews', label: 'Review queue', Icon: CircleAlert, count: data.reviews },
        { to: '/operator/chains', label: 'Chains', Icon: Link2 },
        { to: '/operator/settlements', label: 'Settlements', Icon: HandCoins },
        { to: '/operator/receivers', label: 'Receivers', Icon: Webhook },
        { to: '/operator/emails', label: 'E-mails', Icon: Mail },
        { to: '/operator/audit', label: 'Audit log', Icon: ScrollText },
      ]}
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
  const frame = useRouteLoaderData<typeof loader>('routes/operator');
  if (frame) {
    return (
      <Frame data={frame}>
        <RefusalPage home="/operator" />
      </Frame>
    );
  }
  return (
    <main className="mx-auto max-w-xl px-4 py-16">
      <RefusalPage home="/dashboard" />
    </main>
  );
}

// The frame of a store's pages: navigation, store switcher, and notices about the store. Each page checks access itself and loads its
// own data.
import type { LoaderFunctionArgs } from '@remix-run/node';
import { Link, Outlet, useLoaderData, useRouteError, useRouteLoaderData } from '@remix-run/react';
import type { ReactNode } from 'react';
import { requireMember } from '#web/access/require-member.ts';
import { AppFrame } from '#web/ui/app-frame.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { requestAttention } from '../../home/parts/request-attention.server.ts';
import { DeniedPage, isNoMember } from '../denied-page.tsx';
import { StoreSwitcher } from '../store-switcher.tsx';
import { RAIL, storePalette } from '../store-targets.ts';

export const loader = async (args: LoaderFunctionArgs) => {
  const { session, store, role } = await requireMember(args);
  const [stores, { count, isMore }] = await Promise.all([
    args.context.dashboard.access.stores(session.userId),
    requestAttention(args.context, store),
  ]);
  return { store, role, email: session.email, stores, waiting: { count, isMore } };
};

type FrameData = Awaited<ReturnType<typeof loader>>;

function Frame({ data: { store, role, email, stores, waiting }, children }: { data: FrameData; children: ReactNode }) {
  const base = `/dashboard/${store.id}`;
  const suspended = store.merchantStatus === 'suspended' || store.status === 'suspended';
  return (
    <AppFrame
      label="Dashboard"
      head={<StoreSwitcher store={store} stores={stores} owner={role === 'owner' && !suspended} />}
      items={RAIL.map(({ path, label, Icon, also = [] }) => ({
        to: `${base}${path}`,
        label,
        Icon,
        end: path === '',
        count: path === '' ? waiting.count : null,
        also: also.map((other) => `${base}${other}`),
      }))}
      email={email}
      search={storePalette(store.id, stores, {
        isOwner: role === 'owner',
        mayCreateStores: role === 'owner' && !suspended,
      })}
      banners={
        store.isTest || suspended ? (
          <section aria-label="About this store">
            {store.isTest ? (
              <p className="border-b border-line bg-warn-tint px-4 py-2 text-sm font-semibold text-warn sm:px-6">
                Test store: it takes test networks only. Nothing here is real money.
                {store.merchantStatus === 'applied' ? (
                  <>
                    {' '}
                    Until{' '}
                    <Link className="link text-warn" to="/dashboard/waiting">
                      your application
                    </Link>{' '}
                    is accepted, it sends e-mails only to you.
                  </>
                ) : null}
              </p>
            ) : null}
            {suspended ? (
              <div className="px-4 pt-4 sm:px-6">
                <Notice tone="warn" title="This store is suspended">
                  {store.suspendedReason ? `${store.suspendedReason} ` : ''}
                  It is read-only, and the API rejects new orders with code 30001. Open orders still complete.
                </Notice>
              </div>
            ) : null}
          </section>
        ) : null
      }
    >
      {children}
    </AppFrame>
  );
}

export default function StoreFrame() {
  return (
    <Frame data={useLoaderData<typeof loader>()}>
      <Outlet />
    </Frame>
  );
}

/** Shows a page's failure inside the frame, when the frame itself was loaded and its store may still be opened. */
export function ErrorBoundary() {
  const frame = useRouteLoaderData<typeof loader>('dashboard/frame/pages/store-frame');
  const error = useRouteError();
  if (frame && !isNoMember(error)) {
    return (
      <Frame data={frame}>
        <DeniedPage home={`/dashboard/${frame.store.id}`} />
      </Frame>
    );
  }
  return (
    <main className="mx-auto max-w-xl px-4 py-16">
      <DeniedPage home="/dashboard" />
    </main>
  );
}

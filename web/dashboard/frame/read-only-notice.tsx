// Says why a page is read-only: the store is suspended, or the visitor's role does not allow changes.
import { useRouteLoaderData } from '@remix-run/react';
import { Notice } from '#web/ui/notice.tsx';
import type { loader } from './pages/store-frame.tsx';

/** Whether the store of the frame around this page, or its merchant, is suspended. */
export const useSuspended = (): boolean => {
  const frame = useRouteLoaderData<typeof loader>('dashboard/frame/pages/store-frame');
  return frame?.store.merchantStatus === 'suspended' || frame?.store.status === 'suspended';
};

/** @param children who may make changes, for visitors whose role does not allow it */
export function ReadOnlyNotice({ children }: { children: string }) {
  const suspended = useSuspended();
  return (
    <Notice title="Read only">{suspended ? 'Nothing can be changed while the store is suspended.' : children}</Notice>
  );
}

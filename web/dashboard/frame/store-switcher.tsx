// Shows the current store and switches to the account's other stores.
import { Link } from '@remix-run/react';
import { ChevronsUpDown, Plus } from 'lucide-react';
import { initialsOf } from '#domain/initials.ts';
import type { DashboardStore, StoreChoice } from '#web/access/store-access-types.ts';
import { StoreName } from '#web/ui/store-name.tsx';

interface StoreSwitcherProps {
  store: DashboardStore;
  stores: readonly StoreChoice[];
  /** The visitor may create stores. */
  owner: boolean;
}

export function StoreSwitcher({ store, stores, owner }: StoreSwitcherProps) {
  const others = stores.filter(({ id }) => id !== store.id);
  if (others.length === 0 && !owner) {
    return (
      <div className="flex min-h-12 items-center gap-3 px-2">
        <StoreMark store={store} />
      </div>
    );
  }
  return (
    // The key closes the list when the store changes.
    <details key={store.id} className="relative">
      <summary className="flex min-h-12 cursor-pointer list-none items-center gap-3 rounded-lg border border-line px-2 hover:bg-sunken [&::-webkit-details-marker]:hidden">
        <StoreMark store={store} />
        <ChevronsUpDown size={16} aria-hidden className="ml-auto flex-none text-ink-2" />
        <span className="sr-only">Change the store</span>
      </summary>
      <ul className="card absolute inset-x-0 z-10 mt-1 grid max-h-80 gap-0.5 overflow-y-auto p-1 shadow-lg">
        {others.map(({ id, name, isTest, merchantName }) => (
          <li key={id}>
            <Link
              to={`/dashboard/${id}`}
              className="grid min-h-11 content-center rounded-lg px-2 py-1.5 hover:bg-sunken"
            >
              <StoreName name={name} isTest={isTest} />
              {merchantName === store.merchantName ? null : <span className="text-sm text-ink-2">{merchantName}</span>}
            </Link>
          </li>
        ))}
        {owner ? (
          <li>
            <Link
              to={`/dashboard/${store.id}/new-store`}
              className="flex min-h-11 items-center gap-2 rounded-lg px-2 text-brand hover:bg-sunken"
            >
              <Plus size={16} aria-hidden />
              New store
            </Link>
          </li>
        ) : null}
      </ul>
    </details>
  );
}

function StoreMark({ store: { name, logoUrl, isTest } }: { store: DashboardStore }) {
  return (
    <>
      {logoUrl ? (
        <img src={logoUrl} alt="" className="size-8 flex-none rounded-md bg-white object-contain" />
      ) : (
        <span
          aria-hidden
          className="grid size-8 flex-none place-items-center rounded-md bg-brand-tint text-sm font-semibold text-brand"
        >
          {initialsOf(name)}
        </span>
      )}
      <span className="min-w-0 leading-tight font-semibold">
        <StoreName name={name} isTest={isTest} />
      </span>
    </>
  );
}

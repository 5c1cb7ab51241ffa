// The frame of dashboard and console: a rail of pages beside the page from 960 px, a menu above it below that. Works without
// JavaScript: menu and switcher are the browser's own disclosure.
import { Form, Link, useLocation } from '@remix-run/react';
import { LogOut, type LucideIcon, Menu, ShieldCheck } from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { PageProgress } from './page-progress.tsx';
import type { PaletteSource } from './palette/palette-targets.ts';
import { usePalette } from './palette/use-palette.tsx';

export interface RailItem {
  to: string;
  label: string;
  Icon: LucideIcon;
  /** Current at this path only, not below it. */
  end?: boolean;
  /** Other paths that belong to it. */
  also?: readonly string[];
  /** Shown beside the label, for example the length of a queue. */
  count?: number | null;
}

interface AppFrameProps {
  /** What the rail is for, for screen readers. */
  label: string;
  /** At the top of the rail: the store switcher, or a name. */
  head: ReactNode;
  items: readonly RailItem[];
  email: string;
  search: PaletteSource;
  /** Above the page: test store, suspended. */
  banners?: ReactNode;
  children: ReactNode;
}

export function AppFrame({ label, head, items, email, search, banners, children }: AppFrameProps) {
  const menu = useRef<HTMLDetailsElement>(null);
  const { pathname } = useLocation();
  const shown = useRef(pathname);
  // Closes at every navigation. Not at hydration: the reader may have opened it before.
  useEffect(() => {
    if (shown.current === pathname) return;
    shown.current = pathname;
    if (menu.current) menu.current.open = false;
  }, [pathname]);
  const palette = usePalette(search);
  const links = <RailLinks label={label} items={items} />;
  const person = <Person email={email} />;
  return (
    <div className="mx-auto min-h-dvh max-w-[95rem] two:grid two:grid-cols-[240px_minmax(0,1fr)]">
      <a
        href="#page"
        className="button button-primary sr-only focus:not-sr-only focus:absolute focus:top-2 focus:left-2 focus:z-20"
      >
        Skip to the page
      </a>
      <PageProgress />
      <header className="hidden border-r border-line bg-surface two:block">
        <div className="sticky top-0 flex h-dvh flex-col gap-4 overflow-y-auto p-3">
          {head}
          {palette.wide}
          {links}
          <div className="mt-auto">{person}</div>
        </div>
      </header>
      <header className="border-b border-line bg-surface px-4 py-2 two:hidden">
        <div className="flex items-start justify-between gap-2">
          <div className="min-w-0 flex-1">{head}</div>
          {palette.narrow}
          <details ref={menu} className="group">
            <summary className="button list-none px-3 text-sm [&::-webkit-details-marker]:hidden">
              <Menu size={18} aria-hidden />
              Menu
            </summary>
            <div className="absolute inset-x-0 z-10 mt-2 grid gap-3 border-b border-line bg-surface p-4">
              {links}
              {person}
            </div>
          </details>
        </div>
      </header>
      <div className="min-w-0">
        {banners}
        <main
          id="page"
          tabIndex={-1}
          className="mx-auto grid max-w-[80rem] gap-5 px-4 py-5 outline-none sm:px-6 sm:py-8"
        >
          {children}
        </main>
      </div>
      {palette.dialog}
    </div>
  );
}

function RailLinks({ label, items }: { label: string; items: readonly RailItem[] }) {
  const { pathname } = useLocation();
  const isCurrent = ({ to, end = false, also = [] }: RailItem): boolean =>
    pathname === to ||
    (end ? pathname === `${to}/` : [to, ...also].some((path) => `${pathname}/`.startsWith(`${path}/`)));
  return (
    <nav aria-label={label}>
      <ul className="grid gap-0.5">
        {items.map((item) => (
          <li key={item.to}>
            <Link
              to={item.to}
              aria-current={isCurrent(item) ? 'page' : undefined}
              className={`flex min-h-11 items-center gap-3 rounded-lg px-3 two:min-h-10 ${isCurrent(item) ? 'bg-brand-tint font-semibold text-brand' : 'text-ink-2 hover:bg-sunken hover:text-ink'}`}
            >
              <item.Icon size={18} aria-hidden className="flex-none" />
              <span className="flex-1 whitespace-nowrap">{item.label}</span>
              {item.count ? (
                <span className="rounded-full bg-warn-tint px-2 text-xs font-semibold text-warn">
                  {item.count}
                  <span className="sr-only"> waiting</span>
                </span>
              ) : null}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Person({ email }: { email: string }) {
  return (
    <div className="grid gap-1 border-t border-line pt-3 text-sm">
      <p className="truncate px-3 text-ink-2" title={email}>
        {email}
      </p>
      <Link
        to="/dashboard/security"
        className="flex min-h-11 items-center gap-3 rounded-lg px-3 text-ink-2 hover:bg-sunken hover:text-ink two:min-h-10"
      >
        <ShieldCheck size={18} aria-hidden />
        Log-in and security
      </Link>
      <Form method="post" action="/account/log-out">
        <input type="hidden" name="next" value="/dashboard" />
        <button
          type="submit"
          className="flex min-h-11 w-full cursor-pointer items-center gap-3 rounded-lg px-3 text-ink-2 hover:bg-sunken hover:text-ink two:min-h-10"
        >
          <LogOut size={18} aria-hidden />
          Log out
        </button>
      </Form>
    </div>
  );
}

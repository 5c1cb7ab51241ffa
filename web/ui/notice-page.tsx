// A page with a message only: not found, or failed. Says what happened, whether money moved, and what to do next.
import { useLocation } from '@remix-run/react';
import { useText } from '#web/text/text.ts';
import { WaysOn } from './ways-on.tsx';

export function NoticePage({ title, lead, retry = false }: { title: string; lead: string; retry?: boolean }) {
  const t = useText();
  const { pathname, search } = useLocation();
  return (
    <main className="mx-auto max-w-xl px-4 py-16">
      <div className="card p-6">
        <h1 className="text-xl font-semibold">{title}</h1>
        <p className="mt-2 text-ink-2">{lead}</p>
        {retry ? (
          <p className="mt-5">
            <a className="button" href={pathname + search}>
              {t('error.retry')}
            </a>
          </p>
        ) : null}
        <div className="mt-5 border-t border-line pt-2">
          <WaysOn />
        </div>
      </div>
    </main>
  );
}

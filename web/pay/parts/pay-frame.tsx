// The frame of a public page: the store, the page's content, and the languages.
import type { ReactNode } from 'react';
import type { Language } from '#domain/languages.ts';
import { AccentStyle } from '#web/checkout/parts/accent-style.tsx';
import type { PublicStore } from '#web/checkout/server/view-types.ts';
import { LanguageMenu } from '#web/ui/language-menu.tsx';
import { usePayText } from '../text/pay-text.ts';

interface PayFrameProps {
  store: PublicStore;
  language: Language;
  /** Above the store: nothing, or buttons that are not printed. */
  tools?: ReactNode;
  wide?: boolean;
  children: ReactNode;
}

export function PayFrame({ store, language, tools, wide = false, children }: PayFrameProps) {
  const t = usePayText();
  return (
    <div className={`mx-auto px-4 py-6 sm:py-12 ${wide ? 'max-w-3xl' : 'max-w-lg'}`}>
      <AccentStyle accent={store.accent} />
      {tools ? <header className="no-print mb-4 flex flex-wrap justify-end gap-3">{tools}</header> : null}
      <main className="card p-4 sm:p-6">
        <StoreHead store={store} />
        {children}
      </main>
      <footer className="no-print mt-5">
        <LanguageMenu page={{ language, label: t('language') }} />
      </footer>
    </div>
  );
}

function StoreHead({ store }: { store: PublicStore }) {
  const t = usePayText();
  return (
    <div className="grid gap-3">
      {store.isTest ? (
        <p data-testid="test-store" className="w-fit rounded-lg bg-warn-tint px-3 py-1 text-sm font-semibold text-warn">
          {t('test')}
        </p>
      ) : null}
      <div className="flex items-center gap-3">
        {store.logoUrl ? (
          <img
            src={store.logoUrl}
            alt=""
            width={44}
            height={44}
            className="size-11 flex-none rounded-lg bg-white object-contain"
          />
        ) : (
          <span
            aria-hidden
            className="flex size-11 flex-none items-center justify-center rounded-lg bg-ink font-semibold text-surface"
          >
            {store.initials}
          </span>
        )}
        <p className="min-w-0 font-semibold wrap-anywhere">{store.name}</p>
      </div>
    </div>
  );
}

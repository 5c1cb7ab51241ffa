// The frame of all account pages: the account, the navigation, and the texts of one language.
import type { LoaderFunctionArgs } from '@remix-run/node';
import { Form, Link, NavLink, Outlet, useLoaderData, useSearchParams } from '@remix-run/react';
import { useState } from 'react';
import { translator } from '#domain/texts.ts';
import { nextPath } from '#web/access/require-session.ts';
import { LanguageMenu } from '#web/ui/language-menu.tsx';
import { WaysOn } from '#web/ui/ways-on.tsx';
import { isForMerchants } from '../parts/merchant-visit.ts';
import { PurchaseStrip } from '../parts/purchase-strip.tsx';
import { AccountTexts, titled } from '../text/account-text.ts';
import { accountCatalogue } from '../text/catalogues.server.ts';

export const meta = titled('nav_wallet');

export const loader = async ({ request, context }: LoaderFunctionArgs) => {
  const session = await context.account.session(request);
  const purchase = await context.checkout.purchase(nextPath(new URL(request.url).searchParams));
  return { email: session?.email ?? null, texts: accountCatalogue(request), purchase };
};

const PAGES = [
  { to: '/account', label: 'nav_wallet', end: true },
  { to: '/account/withdraw', label: 'nav_withdraw' },
  { to: '/account/recovery', label: 'nav_recovery' },
  { to: '/account/security', label: 'nav_security' },
] as const;

export default function AccountFrame() {
  const { email, texts, purchase } = useLoaderData<typeof loader>();
  // A new language is a new page load: revalidated texts must not differ from the document's language.
  const [firstTexts] = useState(texts);
  const t = translator(firstTexts);
  const [parameters] = useSearchParams();
  const forMerchants = isForMerchants(parameters);
  return (
    <div className="mx-auto max-w-2xl px-4 py-4 sm:py-10">
      <header className="flex flex-wrap items-center justify-between gap-3">
        <Link to={forMerchants ? '/dashboard' : '/account'} className="text-lg font-semibold">
          {forMerchants ? 'AllScale Checkout' : 'AllScale Pay'}
        </Link>
        {email ? (
          <div className="flex flex-wrap items-center gap-3 text-sm">
            <span className="text-ink-2 wrap-anywhere">{email}</span>
            <Form method="post" action="/account/log-out">
              <button type="submit" className="button px-3 text-sm">
                {t('log_out')}
              </button>
            </Form>
          </div>
        ) : null}
      </header>
      {email && !forMerchants && !purchase ? (
        <nav aria-label={t('nav_label')} className="mt-4 flex flex-wrap gap-1 border-b border-line text-sm">
          {PAGES.map(({ to, label, ...page }) => (
            <NavLink
              key={to}
              to={to}
              end={'end' in page}
              className={({ isActive }) =>
                `-mb-px inline-flex min-h-11 items-center border-b-2 px-2 sm:px-3 ${isActive ? 'border-brand font-semibold text-ink' : 'border-transparent text-ink-2'}`
              }
            >
              {t(label)}
            </NavLink>
          ))}
        </nav>
      ) : null}
      {purchase ? <PurchaseStrip purchase={purchase} /> : null}
      <main className="mt-4 sm:mt-6">
        <AccountTexts.Provider value={firstTexts}>
          <Outlet context={purchase} />
        </AccountTexts.Provider>
      </main>
      <footer className="mt-8 grid gap-2 text-xs text-ink-3">
        {forMerchants ? null : <p>{t('footer')}</p>}
        {purchase ? null : <WaysOn />}
        <LanguageMenu />
      </footer>
    </div>
  );
}

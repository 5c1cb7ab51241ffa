// The HTML document of every page, and the page for errors.
import { data, type LinksFunction, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node';
import { Links, Meta, Outlet, Scripts, ScrollRestoration, useMatches, useRouteError } from '@remix-run/react';
import { type ReactNode, useContext, useEffect } from 'react';
import type { ChainEntry } from '#domain/chain-entry.ts';
import { configuredEntries } from '#domain/chains.ts';
import { DEFAULT_LANGUAGE, type Language, languageOf } from '#domain/languages.ts';
import { translator } from '#domain/texts.ts';
import { CATALOGUES } from '#web/checkout/text/catalogues.server.ts';
import { LANGUAGE_COOKIE, LANGUAGE_PARAMETER, requestedLanguage } from '#web/text/languages.ts';
import { type PageTexts, useHasTexts, usePageTexts } from '#web/text/page-texts.ts';
import { Texts, useText } from '#web/text/text.ts';
import stylesheet from '#web/ui/app.css?url';
import { isMissing } from '#web/ui/is-missing.ts';
import { NonceContext } from '#web/ui/nonce.ts';
import { NoticePage } from '#web/ui/notice-page.tsx';
import { usePageChains } from '#web/ui/page-chains.ts';
import icon from './icon.svg?url';

export const links: LinksFunction = () => [
  { rel: 'stylesheet', href: stylesheet },
  { rel: 'icon', href: icon, type: 'image/svg+xml' },
];

const COOKIE_SECONDS = 365 * 24 * 60 * 60;

/** The language: ?lang, cookie, Accept-Language, the store's, English. Sends this language's texts only. */
export const loader = async ({ request, params, context }: LoaderFunctionArgs) => {
  // The error page needs its texts too, so a database error must not fail this loader.
  const storeLocale = () => context.checkout.storeLocale(params.id ?? '').catch(() => null);
  const language = requestedLanguage(request) ?? languageOf(await storeLocale()) ?? DEFAULT_LANGUAGE;
  const texts: PageTexts & { configuredChains: readonly ChainEntry[] } = {
    ...{ language, texts: CATALOGUES[language] },
    configuredChains: configuredEntries(),
  };
  const chosen = languageOf(new URL(request.url).searchParams.get(LANGUAGE_PARAMETER));
  if (!chosen) return data(texts);
  const cookie = `${LANGUAGE_COOKIE}=${chosen}; Path=/; Max-Age=${COOKIE_SECONDS}; SameSite=Lax; HttpOnly`;
  return data(texts, { headers: { 'set-cookie': cookie } });
};

/** A change of language loads a new document. */
export const shouldRevalidate = (): boolean => false;

export const meta: MetaFunction<typeof loader> = ({ data: loaded, error }) => {
  if (!loaded || !error) return [{ title: loaded?.texts['app.name'] }];
  const t = translator(loaded.texts);
  return [{ title: `${t(isMissing(error) ? 'missing.page_title' : 'error.title')} · ${t('app.name')}` }];
};

/** What a route can set in `handle`. */
export interface RouteHandle {
  /** The page is in English only. */
  english?: boolean;
  /** The page's language, where its data says another than the visitor's. */
  language?(data: unknown): Language | null;
  /** Seconds after which a browser without JavaScript reloads the page, or null for never. */
  refreshSeconds?(data: unknown): number | null;
}

/** The first value that a matched route has for the data of its loader; null for none. */
const firstOf = <Value,>(
  matches: ReturnType<typeof useMatches>,
  read: (handle: RouteHandle, loaded: unknown) => Value | null | undefined,
): Value | null => {
  for (const { handle, data } of matches) {
    const value = handle && data ? read(handle as RouteHandle, data) : null;
    if (value != null) return value;
  }
  return null;
};

export function Layout({ children }: { children: ReactNode }) {
  const nonce = useContext(NonceContext);
  const { language, texts } = usePageTexts();
  const hasTexts = useHasTexts();
  const chains = usePageChains();
  const matches = useMatches();
  // The error page below is in the visitor's language, whatever page it stands for.
  const failed = useRouteError() != null;
  const english = !failed && matches.some(({ handle }) => (handle as RouteHandle | undefined)?.english);
  const own = firstOf(matches, (handle, loaded) => handle.language?.(loaded));
  const refresh = firstOf(matches, (handle, loaded) => handle.refreshSeconds?.(loaded));
  // docs.css shows controls that need scripts from then on.
  useEffect(() => {
    document.documentElement.dataset.hydrated = '';
  }, []);
  return (
    <html lang={english ? DEFAULT_LANGUAGE : (own ?? language)}>
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="theme-color" content="#F6F7F9" media="(prefers-color-scheme: light)" />
        <meta name="theme-color" content="#0B0F16" media="(prefers-color-scheme: dark)" />
        <meta name="robots" content="noindex" />
        <Meta />
        <Links />
        {refresh ? (
          <noscript>
            <meta httpEquiv="refresh" content={String(refresh)} />
          </noscript>
        ) : null}
      </head>
      <body className="font-sans antialiased">
        {chains ? <script {...chains} /> : null}
        <Texts.Provider value={texts}>{children}</Texts.Provider>
        {hasTexts ? (
          <>
            <ScrollRestoration nonce={nonce} />
            <Scripts nonce={nonce} />
          </>
        ) : null}
      </body>
    </html>
  );
}

export default function App() {
  return <Outlet />;
}

export function ErrorBoundary() {
  const t = useText();
  return isMissing(useRouteError()) ? (
    <NoticePage title={t('missing.page_title')} lead={t('missing.page_lead')} />
  ) : (
    <NoticePage title={t('error.title')} lead={t('error.lead')} retry />
  );
}

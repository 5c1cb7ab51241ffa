// The start page: what the product is, and a way in for each of its people.
import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { CodeXml, type LucideIcon, ShieldCheck, ShoppingBag, Store } from 'lucide-react';
import { DEFAULT_LANGUAGE } from '#domain/languages.ts';
import { translator } from '#domain/texts.ts';
import { requestedLanguage } from '#web/text/languages.ts';
import { textOfMatches, useText } from '#web/text/text.ts';
import { LanguageMenu } from '#web/ui/language-menu.tsx';
import { Picture } from '../parts/picture.tsx';
import { HOME_CATALOGUES } from '../text/catalogues.server.ts';
import type { HomeTextKey } from '../text/en.ts';

export const meta: MetaFunction = ({ matches }) => [{ title: textOfMatches(matches)('app.name') }];

export const loader = ({ request, context }: LoaderFunctionArgs) => ({
  demoShop: context.demoShop !== null,
  texts: HOME_CATALOGUES[requestedLanguage(request) ?? DEFAULT_LANGUAGE],
});

interface Way {
  name: 'shoppers' | 'merchants' | 'developers' | 'operators';
  Icon: LucideIcon;
  links: readonly { to: string; text: HomeTextKey }[];
}

const WAYS: readonly Way[] = [
  {
    name: 'shoppers',
    Icon: ShoppingBag,
    links: [{ to: '/account', text: 'shoppers_account' }],
  },
  {
    name: 'merchants',
    Icon: Store,
    links: [
      { to: '/dashboard', text: 'merchants_log_in' },
      { to: '/dashboard/apply', text: 'merchants_apply' },
    ],
  },
  {
    name: 'developers',
    Icon: CodeXml,
    links: [
      { to: '/docs/quick-start', text: 'developers_start' },
      { to: '/docs/reference', text: 'developers_reference' },
    ],
  },
  {
    name: 'operators',
    Icon: ShieldCheck,
    links: [{ to: '/operator', text: 'operators_console' }],
  },
];

const STEPS = ['step_create', 'step_pay', 'step_told'] as const;

export default function Home() {
  const shared = useText();
  const { demoShop, texts } = useLoaderData<typeof loader>();
  const t = translator<HomeTextKey>(texts);
  return (
    <div className="mx-auto max-w-5xl px-4 py-6 sm:px-8 sm:py-10">
      <header className="flex flex-wrap items-center justify-between gap-3">
        <p className="text-lg font-semibold">{shared('app.name')}</p>
        <LanguageMenu />
      </header>
      <main>
        <div className="mt-8 grid items-center gap-8 two:mt-12 two:grid-cols-2 two:gap-12">
          <div className="min-w-0">
            <h1 className="text-3xl font-semibold tracking-tight wrap-anywhere sm:text-4xl">{t('title')}</h1>
            <p className="mt-4 text-lg text-ink-2">{t('lead')}</p>
            <p className="mt-6 flex flex-wrap gap-3">
              {demoShop ? (
                <a className="button button-primary" href="/demo">
                  {t('demo')}
                </a>
              ) : null}
              <a className={demoShop ? 'button' : 'button button-primary'} href="/docs">
                {t('docs')}
              </a>
            </p>
          </div>
          <Picture label={t('picture')} />
        </div>
        <ol className="mt-10 grid gap-4 sm:grid-cols-3 two:mt-16">
          {STEPS.map((step, index) => (
            <li key={step} className="flex gap-3 border-t-4 border-brand pt-3">
              <span aria-hidden className="font-semibold text-brand">
                {index + 1}
              </span>
              <span className="text-ink-2">{t(step)}</span>
            </li>
          ))}
        </ol>
        <h2 className="mt-12 text-xl font-semibold two:mt-16">{t('ways')}</h2>
        <ul className="mt-4 grid gap-4 sm:grid-cols-2">
          {WAYS.map(({ name, Icon, links }) => (
            <li key={name} className="card flex flex-col gap-2 p-5">
              <h3 className="flex items-center gap-2 font-semibold">
                <Icon size={20} aria-hidden />
                {t(name)}
              </h3>
              <p className="flex-1 text-sm text-ink-2">{t(`${name}_lead`)}</p>
              <p className="flex flex-wrap gap-x-5">
                {links.map(({ to, text }) => (
                  <a key={to} className="link inline-flex min-h-11 items-center" href={to}>
                    {t(text)}
                  </a>
                ))}
              </p>
            </li>
          ))}
        </ul>
      </main>
    </div>
  );
}

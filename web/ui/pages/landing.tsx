// The front page.
import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { textOfMatches, useText } from '#web/text/text.ts';

export const meta: MetaFunction = ({ matches }) => [{ title: textOfMatches(matches)('app.name') }];

export const loader = ({ context }: LoaderFunctionArgs) => ({ demoShop: context.demoShop !== null });

export default function Home() {
  const t = useText();
  const { demoShop } = useLoaderData<typeof loader>();
  return (
    <main className="mx-auto max-w-2xl px-4 py-16">
      <p className="text-sm font-semibold text-ink-2">{t('app.name')}</p>
      <h1 className="mt-2 text-2xl font-semibold">{t('home.title')}</h1>
      <p className="mt-3 text-ink-2">{t('home.lead')}</p>
      <p className="mt-6 flex flex-wrap gap-3">
        {demoShop ? (
          <a className="button button-primary" href="/demo">
            {t('home.demo')}
          </a>
        ) : null}
        <a className="button" href="/docs">
          {t('home.docs')}
        </a>
      </p>
    </main>
  );
}

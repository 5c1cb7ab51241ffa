// The poster of a payment link: one A4 page with its QR code, to print.
import type { LinksFunction, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { languageOf } from '#domain/languages.ts';
import { translator } from '#domain/texts.ts';
import { requireMember } from '#web/access/require-member.ts';
import { priceText } from '#web/pay/parts/price-text.ts';
import { PAY_CATALOGUES } from '#web/pay/text/catalogues.server.ts';
import type { RouteHandle } from '#web/root.tsx';
import { LANGUAGE_PARAMETER } from '#web/text/languages.ts';
import { LanguageMenu } from '#web/ui/language-menu.tsx';
import { QrImage } from '#web/ui/qr-image.tsx';
import { useHydrated } from '#web/ui/use-hydrated.ts';
import stylesheet from '../../frame/dashboard.css?url';

export const links: LinksFunction = () => [{ rel: 'stylesheet', href: stylesheet }];

export const handle: RouteHandle = {
  language: (loaded) => (loaded as { poster: { language: ReturnType<typeof languageOf> } }).poster.language,
};

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: data ? `Poster: ${data.poster.title}` : 'Poster' },
];

export const loader = async (args: LoaderFunctionArgs) => {
  const { store } = await requireMember(args);
  const wanted = languageOf(new URL(args.request.url).searchParams.get(LANGUAGE_PARAMETER));
  const id = args.params.linkId ?? '';
  const poster = await args.context.dashboard.links.poster(store, id, wanted);
  if (!poster) throw new Response('Not found', { status: 404 });
  return { poster, texts: PAY_CATALOGUES[poster.language], back: `/dashboard/${store.id}/links/${id}` };
};

export default function PosterPage() {
  const { poster, texts, back } = useLoaderData<typeof loader>();
  const t = translator(texts);
  return (
    <div className="mx-auto max-w-[210mm] px-4 py-6 print:max-w-none print:p-0">
      <header className="no-print mb-4 flex flex-wrap justify-between gap-3" lang="en">
        <a className="button" href={back}>
          Back to the link
        </a>
        <LanguageMenu page={{ language: poster.language, label: 'Language of the poster' }} />
        <PrintButton />
      </header>
      <main className="card grid justify-items-center gap-6 bg-white p-8 text-center text-black sm:p-16 print:border-0 print:p-0">
        {poster.store.isTest ? (
          <p data-testid="test-store" className="rounded-lg border border-current px-3 py-1 text-sm font-semibold">
            {t('test')}
          </p>
        ) : null}
        <p className="text-lg font-semibold wrap-anywhere">{poster.store.name}</p>
        {poster.picture ? <img src={poster.picture} alt="" className="max-h-56 object-contain" /> : null}
        <h1 className="text-4xl font-semibold text-balance wrap-anywhere">{poster.title}</h1>
        {poster.price ? (
          <p className="text-5xl font-semibold tracking-tight">{priceText(poster.language, poster.price)}</p>
        ) : null}
        <div className="w-full max-w-[110mm]">
          <QrImage qr={poster.qr} label={poster.url} />
        </div>
        <p className="text-2xl font-semibold">{t('poster.scan')}</p>
        <p className="text-sm wrap-anywhere">
          {t('poster.open')} {poster.url}
        </p>
      </main>
    </div>
  );
}

/** Shown with scripts only: without them, the browser's menu prints. */
function PrintButton() {
  const hydrated = useHydrated();
  return hydrated ? (
    <button type="button" className="button" onClick={() => window.print()}>
      Print
    </button>
  ) : null;
}

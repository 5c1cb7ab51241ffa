// The error page of the checkout: not found, or failed. It shows no internals.
import type { MetaFunction } from '@remix-run/node';
import { useRouteError } from '@remix-run/react';
import type { TextKey } from '#web/checkout/text/en.ts';
import { type Translate, textOfMatches, useText } from '#web/text/text.ts';
import { isMissing } from '#web/ui/is-missing.ts';
import { NoticePage } from '#web/ui/notice-page.tsx';

export function CheckoutErrorBoundary() {
  const t = useText();
  return isMissing(useRouteError()) ? (
    <NoticePage title={t('missing.title')} lead={t('missing.lead')} />
  ) : (
    <NoticePage title={t('error.title')} lead={t('error.lead')} retry />
  );
}

/** The tab's title of that page. */
export const errorTitle = (t: Translate, error: unknown): string =>
  t(isMissing(error) ? 'missing.title' : 'error.title');

/** `meta` of a page of a checkout with one title. */
export const titled =
  (key: TextKey): MetaFunction =>
  ({ matches, error }) => {
    const t = textOfMatches(matches);
    return [{ title: error ? errorTitle(t, error) : t(key) }];
  };

// The error page of the checkout: not found, or failed. It shows no internals.
import { isRouteErrorResponse, useRouteError } from '@remix-run/react';
import { useText } from '#web/text/text.ts';
import { NoticePage } from '#web/ui/notice-page.tsx';

export function CheckoutErrorBoundary() {
  const t = useText();
  const error = useRouteError();
  return isRouteErrorResponse(error) && error.status === 404 ? (
    <NoticePage title={t('missing.title')} lead={t('missing.lead')} />
  ) : (
    <NoticePage title={t('error.title')} lead={t('error.lead')} retry />
  );
}

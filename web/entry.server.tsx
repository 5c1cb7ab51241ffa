// Renders a page on the server and streams it. Everything inline carries the nonce of this answer's security policy.
import {
  type ActionFunctionArgs,
  type AppLoadContext,
  createReadableStreamFromReadable,
  type EntryContext,
  type LoaderFunctionArgs,
} from '@remix-run/node';
import { RemixServer } from '@remix-run/react';
import { isbot } from 'isbot';
import { renderToPipeableStream } from 'react-dom/server';
import { DEFAULT_LANGUAGE } from '#domain/languages.ts';
import { CATALOGUES } from '#web/checkout/text/catalogues.server.ts';
import { requestedLanguage } from '#web/text/languages.ts';
import { ServerTexts } from '#web/text/page-texts.ts';
import { NonceContext } from '#web/ui/nonce.ts';
import { withoutNullBytes } from '#web/ui/without-null-bytes.ts';

const RENDER_TIMEOUT_MS = 8_000;

export const streamTimeout = RENDER_TIMEOUT_MS - 1_000;

export default function handleRequest(
  request: Request,
  status: number,
  headers: Headers,
  remixContext: EntryContext,
  { nonce, reportError }: AppLoadContext,
): Promise<Response> {
  // Crawlers get the whole page at once, people get its frame first.
  const ready = isbot(request.headers.get('user-agent') ?? '') ? 'onAllReady' : 'onShellReady';
  const language = requestedLanguage(request) ?? DEFAULT_LANGUAGE;
  return new Promise((resolve, reject) => {
    let statusCode = status;
    const { pipe, abort } = renderToPipeableStream(
      <NonceContext.Provider value={nonce}>
        <ServerTexts.Provider value={{ language, texts: CATALOGUES[language] }}>
          <RemixServer context={remixContext} url={request.url} nonce={nonce} />
        </ServerTexts.Provider>
      </NonceContext.Provider>,
      {
        nonce,
        [ready]: () => {
          const body = withoutNullBytes();
          headers.set('content-type', 'text/html; charset=utf-8');
          headers.set('cache-control', 'no-store');
          resolve(new Response(createReadableStreamFromReadable(body), { status: statusCode, headers }));
          pipe(body);
        },
        onShellError: reject,
        onError: (error) => {
          statusCode = 500;
          if (!request.signal.aborted) reportError(error);
        },
      },
    );
    setTimeout(abort, RENDER_TIMEOUT_MS).unref();
  });
}

/** Loaders and actions that throw: logged with their stack, shown to nobody. */
export function handleError(error: unknown, { request, context }: LoaderFunctionArgs | ActionFunctionArgs): void {
  if (!request.signal.aborted) context.reportError(error);
}

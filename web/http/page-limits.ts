// Rate limits of the pages, by client address and in all, before anything else is read. Counted in Postgres (api/rate-limit.ts).
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Orm } from '#db/orm.ts';
import { DEFAULT_LANGUAGE, type Language } from '#domain/languages.ts';
import { createLimiter } from '#web/api/rate-limit.ts';
import { requestedLanguage } from '#web/text/languages.ts';
import type { EdgeLimits } from './edge-limits.ts';
import { addressCountKey } from './ip-address.ts';
import { publicUrlOf } from './request-form.ts';

/** Files that are read from disk once and then kept by browsers. */
const isAsset = (url: string): boolean => url.startsWith('/assets/');
const ALL = 'all';

const TEXTS: Record<Language, { title: string; text: string }> = {
  en: {
    title: 'Too many requests',
    text: 'This page was opened too often from your network. Please wait {seconds} seconds and open it again. Payments that were sent are not affected.',
  },
  es: {
    title: 'Demasiadas solicitudes',
    text: 'Esta página se abrió demasiadas veces desde su red. Espere {seconds} segundos y ábrala de nuevo. Los pagos ya enviados no se ven afectados.',
  },
  ja: {
    title: 'リクエストが多すぎます',
    text: 'お使いのネットワークからこのページへのアクセスが多すぎます。{seconds} 秒待ってから、もう一度開いてください。送信済みの支払いには影響しません。',
  },
  'zh-CN': {
    title: '请求过多',
    text: '您的网络打开此页面的次数过多。请等待 {seconds} 秒后重新打开。已发送的付款不受影响。',
  },
  'zh-TW': {
    title: '請求過多',
    text: '您的網路開啟此頁面的次數過多。請等待 {seconds} 秒後重新開啟。已送出的付款不受影響。',
  },
};

export interface PageLimitsOptions {
  orm: Orm;
  publicOrigin: string;
  limits: EdgeLimits['pages'];
}

export const limitPages = async (app: FastifyInstance, options: PageLimitsOptions): Promise<void> => {
  const pool = await options.orm.em.getConnection().getNativeClient();
  const byAddress = createLimiter(pool, 'page_address', options.limits.perAddress);
  const inAll = createLimiter(pool, 'page_all', options.limits.total);
  app.addHook('onRequest', async (request, reply) => {
    if (isAsset(request.url)) return;
    // By address first: what it uses above its share must not count for all.
    const waitMs = (await byAddress.take(addressCountKey(request.ip))) ?? (await inAll.take(ALL));
    if (waitMs === null) return;
    return await sendTooMany(request, reply, options.publicOrigin, Math.max(1, Math.ceil(waitMs / 1000)));
  });
};

/** A page for a person, JSON for a script. */
const sendTooMany = (request: FastifyRequest, reply: FastifyReply, publicOrigin: string, seconds: number) => {
  reply.code(429).headers({ 'retry-after': String(seconds), 'cache-control': 'no-store' });
  if (!request.headers.accept?.includes('text/html')) {
    return reply
      .type('application/json; charset=utf-8')
      .send({ code: 'too_many', message: `Too many requests. Please try again in ${seconds} seconds.` });
  }
  const { language, title, text } = textsOf(request, publicOrigin);
  const sentence = text.replace('{seconds}', String(seconds));
  return reply
    .type('text/html; charset=utf-8')
    .send(
      `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
        `<meta name="color-scheme" content="light dark"><title>${title}</title><style nonce="${request.cspNonce}">${STYLE}</style></head>` +
        `<body><main><h1>${title}</h1><p>${sentence}</p></main></body></html>`,
    );
};

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;margin:0}main{max-width:34rem;margin:20vh auto 0;padding:0 1.5rem}';

const textsOf = (request: FastifyRequest, publicOrigin: string) => {
  const { cookie, 'accept-language': accepted } = request.headers;
  const headers = new Headers({ ...(cookie ? { cookie } : {}), ...(accepted ? { 'accept-language': accepted } : {}) });
  const language = requestedLanguage({ url: publicUrlOf(request, publicOrigin).href, headers }) ?? DEFAULT_LANGUAGE;
  return { language, ...TEXTS[language] };
};

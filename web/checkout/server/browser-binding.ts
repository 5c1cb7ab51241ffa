// The browser that opened a checkout first is the only one that may cancel it, name addresses for it or announce payments: the URL
// alone, which may be in a chat or in a log, is for looking and paying (decision 0064).
import { createHash, randomBytes } from 'node:crypto';
import { createCookie } from '@remix-run/node';
import { CheckoutIntent } from '#db/entities/intent.entity.ts';
import type { Orm } from '#db/orm.ts';
import { type IntentId, isIntentId } from '#domain/ids.ts';
import { isTerminal } from '#domain/status.ts';
import { noteOrder } from '#web/http/named-order.ts';

export interface Binding {
  /** This browser is the one. */
  isOurs: boolean;
  /** For the response: sets the browser's secret when it has none. */
  headers: Record<string, string>;
}

export interface BrowserBinding {
  /** Binds the checkout to the browser of the request, unless another was first. Only for requests that a page's script or form makes. */
  bindBrowser(request: Request, id: string): Promise<Binding>;
  /**
   * A hash of a subject and the browser's secret, for rules of one for each browser; the database does not tell which subjects one
   * browser has. With headers that give the browser its secret, when it has none.
   */
  browserHasher(request: Request): Promise<{ hash: (subject: string) => string; headers: Record<string, string> }>;
  /**
   * Headers that give the browser its secret, when it has none. For the page's own response: a browser that has its secret before
   * it is bound stays the first when a response is lost, or when two tabs open at once.
   */
  rememberBrowser(request: Request): Promise<Record<string, string>>;
}

const SECRET = /^[A-Za-z0-9_-]{43}$/;
/** Browsers keep cookies for 400 days at most. A refund may be asked for much later than the payment. */
const COOKIE_SECONDS = 400 * 86_400;

export const createBrowserBinding = (orm: Orm, publicUrl: string): BrowserBinding => {
  const secure = publicUrl.startsWith('https:');
  const cookie = createCookie(`${secure ? '__Host-' : ''}checkout_browser`, {
    ...{ path: '/', httpOnly: true, sameSite: 'lax', maxAge: COOKIE_SECONDS, secure },
  });
  const secretOf = async (request: Request): Promise<{ secret: string; headers: Record<string, string> }> => {
    const sent: unknown = await cookie.parse(request.headers.get('cookie'));
    if (typeof sent === 'string' && SECRET.test(sent)) return { secret: sent, headers: {} };
    const secret = randomBytes(32).toString('base64url');
    return { secret, headers: { 'set-cookie': await cookie.serialize(secret) } };
  };
  return {
    async bindBrowser(request, id) {
      const { secret, headers } = await secretOf(request);
      return { isOurs: isIntentId(id) && (await isBoundTo(orm, id, secret)), headers };
    },
    async browserHasher(request) {
      const { secret, headers } = await secretOf(request);
      return { hash: (subject) => hashOf(subject, secret), headers };
    },
    rememberBrowser: async (request) => (await secretOf(request)).headers,
  };
};

const hashOf = (subject: string, secret: string): string =>
  createHash('sha256').update(`${subject} ${secret}`).digest('hex');

const isBoundTo = async (orm: Orm, id: IntentId, secret: string): Promise<boolean> => {
  const em = orm.em.fork();
  // Of the intent too: the database does not tell which checkouts one browser opened.
  const browserHash = hashOf(id, secret);
  const read = () =>
    em.findOne(CheckoutIntent, { id }, { fields: ['status', 'orderId', 'contractId', 'browserHash'], refresh: true });
  const intent = await read();
  if (!intent) return false;
  noteOrder(intent);
  if (intent.browserHash !== null && intent.browserHash !== undefined) return intent.browserHash === browserHash;
  // An older intent's id stands on-chain once it was settled: a browser that comes now may have read it there.
  if (String(intent.contractId) === id && isTerminal(intent.status)) return false;
  await em.nativeUpdate(CheckoutIntent, { id, browserHash: null }, { browserHash });
  return (await read())?.browserHash === browserHash;
};

// The browser that opened a checkout first is the only one that may cancel it, name addresses for it or announce payments: the URL
// alone, which may be in a chat or in a log, is for looking and paying (decision 0064).
import { createHash, randomBytes } from 'node:crypto';
import { createCookie } from '@remix-run/node';
import { CheckoutIntent } from '#db/entities/intent.entity.ts';
import type { Orm } from '#db/orm.ts';
import { type IntentId, isIntentId } from '#domain/ids.ts';
import { isTerminal } from '#domain/status.ts';

export interface Binding {
  /** This browser is the one. */
  isOurs: boolean;
  /** For the response: sets the browser's secret when it has none. */
  headers: Record<string, string>;
}

/** Binds the checkout to the browser of the request, unless another was first. Only for requests that a page's script or form makes. */
export type BindBrowser = (request: Request, id: string) => Promise<Binding>;

const SECRET = /^[A-Za-z0-9_-]{43}$/;
/** Browsers keep cookies for 400 days at most. A refund may be asked for much later than the payment. */
const COOKIE_SECONDS = 400 * 86_400;

export const createBrowserBinding = (orm: Orm, publicUrl: string): BindBrowser => {
  const secure = publicUrl.startsWith('https:');
  const cookie = createCookie(`${secure ? '__Host-' : ''}checkout_browser`, {
    ...{ path: '/', httpOnly: true, sameSite: 'lax', maxAge: COOKIE_SECONDS, secure },
  });
  return async (request, id) => {
    const sent: unknown = await cookie.parse(request.headers.get('cookie'));
    const known = typeof sent === 'string' && SECRET.test(sent) ? sent : null;
    const secret = known ?? randomBytes(32).toString('base64url');
    const isOurs = isIntentId(id) && (await isBoundTo(orm, id, secret));
    return { isOurs, headers: known ? {} : { 'set-cookie': await cookie.serialize(secret) } };
  };
};

const isBoundTo = async (orm: Orm, id: IntentId, secret: string): Promise<boolean> => {
  const em = orm.em.fork();
  // Of the intent too: the database does not tell which checkouts one browser opened.
  const browserHash = createHash('sha256').update(`${id} ${secret}`).digest('hex');
  const read = () =>
    em.findOne(CheckoutIntent, { id }, { fields: ['status', 'contractId', 'browserHash'], refresh: true });
  const intent = await read();
  if (!intent) return false;
  if (intent.browserHash !== null && intent.browserHash !== undefined) return intent.browserHash === browserHash;
  // An older intent's id stands on-chain once it was settled: whoever comes now may have read it there.
  if (String(intent.contractId) === id && isTerminal(intent.status)) return false;
  await em.nativeUpdate(CheckoutIntent, { id, browserHash: null }, { browserHash });
  return (await read())?.browserHash === browserHash;
};

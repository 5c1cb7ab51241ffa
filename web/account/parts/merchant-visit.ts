// The log-in is one for shoppers, merchants and operators (decision 0040); where it leads says for whom a page of it is now.
import { nextPath } from '#web/access/require-session.ts';

const MERCHANTS_PATH = /^\/(dashboard|operator)(\/|$)/;

/** Leads to the dashboard or the console: no wallet is spoken of. @param parameters of the page's address */
export const isForMerchants = (parameters: URLSearchParams): boolean => MERCHANTS_PATH.test(nextPath(parameters));

// Shoppers, merchants and operators share one log-in (decision 0040). The page that it leads to tells which of them is here.
import { nextPath } from '#web/access/require-session.ts';

const MERCHANTS_PATH = /^\/(dashboard|operator)(\/|$)/;

/** The log-in leads to the dashboard or the console, so the page does not mention wallets. @param parameters of the page's URL */
export const isForMerchants = (parameters: URLSearchParams): boolean => MERCHANTS_PATH.test(nextPath(parameters));

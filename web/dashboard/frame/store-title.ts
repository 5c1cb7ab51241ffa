// The tab's title of a store's page, which begins with the number of what needs attention: it shows while the tab is in the background.
import type { MetaFunction } from '@remix-run/node';

interface Waiting {
  count: number;
  /** More than the count says. */
  isMore: boolean;
}

const FRAME = 'dashboard/frame/pages/store-frame';

const waitingOf = (matches: readonly { id: string; data?: unknown }[]): Waiting | undefined =>
  (matches.find(({ id }) => id === FRAME)?.data as { waiting?: Waiting } | undefined)?.waiting;

/**
 * `meta` of a page below the store's frame.
 * @param title the same always, or by the page's data, which is absent when it failed
 */
export const storeTitle =
  <Loader = unknown>(
    title: string | ((data: Parameters<MetaFunction<Loader>>[0]['data']) => string),
  ): MetaFunction<Loader> =>
  ({ data, matches }) => {
    const { count = 0, isMore = false } = waitingOf(matches) ?? {};
    const mark = count > 0 ? `(${count}${isMore ? '+' : ''}) ` : '';
    return [{ title: `${mark}${typeof title === 'string' ? title : title(data)}` }];
  };

// The two signed links of a report's e-mail: one downloads the report's CSV for 30 days, one ends the reports to an address.
import { emailAddressOf } from '#domain/email-address.ts';
import type { MasterKeys } from '../secrets.ts';
import { isLinkSigned, signLink } from './signed-links.ts';

const CSV_DAYS = 30;
const DAY_MS = 86_400_000;

const csvText = (reportId: string, until: string): string => `${reportId}\n${until}`;
const endText = (storeId: string, recipient: string): string => `${storeId}\n${emailAddressOf(recipient)}`;

/** Downloads the CSV of a report without a log-in, for 30 days from `now`. */
export const reportCsvLink = (keys: MasterKeys, publicUrl: string, reportId: string, now: Date): string => {
  const until = String(Math.floor((now.getTime() + CSV_DAYS * DAY_MS) / 1000));
  const token = signLink(keys, 'report-csv', csvText(reportId, until));
  return `${publicUrl}/reports/csv?${new URLSearchParams({ report: reportId, until, token })}`;
};

/** The report that a link's parameters allow to read now, or null. */
export const reportOfCsvLink = (keys: MasterKeys, params: URLSearchParams, now: Date): string | null => {
  const [reportId = '', until = '', token = ''] = ['report', 'until', 'token'].map((name) => params.get(name) ?? '');
  if (!/^\d{1,12}$/.test(until) || Number(until) * 1000 < now.getTime()) return null;
  return isLinkSigned(keys, 'report-csv', csvText(reportId, until), token) ? reportId : null;
};

export const unsubscribeLink = (keys: MasterKeys, publicUrl: string, storeId: string, recipient: string): string => {
  const token = signLink(keys, 'report-end', endText(storeId, recipient));
  return `${publicUrl}/reports/unsubscribe?${new URLSearchParams({ store: storeId, address: recipient, token })}`;
};

/** The store and address whose reports a link ends, or null. */
export const subjectOfUnsubscribeLink = (
  keys: MasterKeys,
  params: URLSearchParams,
): { storeId: string; recipient: string } | null => {
  const [storeId = '', recipient = '', token = ''] = ['store', 'address', 'token'].map(
    (name) => params.get(name) ?? '',
  );
  return isLinkSigned(keys, 'report-end', endText(storeId, recipient), token) ? { storeId, recipient } : null;
};

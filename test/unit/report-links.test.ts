// Links that carry their own permission are valid only for what they were made for.
import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { reportCsvLink, reportOfCsvLink, subjectOfUnsubscribeLink, unsubscribeLink } from '#db/reports/report-links.ts';
import { parseMasterKeys } from '#db/secrets.ts';

const key = (id: string): string => `${id}:${randomBytes(32).toString('base64')}`;
const first = key('a');
const KEYS = parseMasterKeys(first);
const NOW = new Date('2026-11-22T12:00:00Z');
const DAY = 86_400_000;
const paramsOf = (link: string): URLSearchParams => new URL(link).searchParams;
const changed = (link: string, name: string, value: string): URLSearchParams => {
  const params = paramsOf(link);
  params.set(name, value);
  return params;
};

describe('the link to a report’s CSV', () => {
  const link = reportCsvLink(KEYS, 'https://pay.example.com', '42', NOW);
  const open = (params: URLSearchParams, days = 0): string | null =>
    reportOfCsvLink(KEYS, params, new Date(NOW.getTime() + days * DAY));

  test('opens its report for thirty days', () => {
    expect(link).toMatch(/^https:\/\/pay\.example\.com\/reports\/csv\?/);
    expect(open(paramsOf(link))).toBe('42');
    expect(open(paramsOf(link), 29)).toBe('42');
    expect(open(paramsOf(link), 31)).toBeNull();
  });

  test.each([
    ['report', '43'],
    ['until', String(NOW.getTime())],
    ['until', 'x'],
    ['token', 'a.AAAA'],
    ['token', ''],
    ['token', 'unknown.AAAA'],
  ])('is rejected with another %s', (name, value) => {
    expect(open(changed(link, name, value))).toBeNull();
  });

  test('stays valid after a rotation of the master key, and not after its removal', () => {
    const params = paramsOf(link);
    expect(reportOfCsvLink(parseMasterKeys(`${key('b')},${first}`), params, NOW)).toBe('42');
    expect(reportOfCsvLink(parseMasterKeys(key('b')), params, NOW)).toBeNull();
  });
});

describe('the link that unsubscribes from reports', () => {
  const link = unsubscribeLink(KEYS, 'https://pay.example.com', 'sto_1', 'Boss+x@shop.example');

  test('names store and e-mail address', () => {
    expect(subjectOfUnsubscribeLink(KEYS, paramsOf(link))).toEqual({
      storeId: 'sto_1',
      recipient: 'Boss+x@shop.example',
    });
  });

  test.each([
    ['store', 'sto_2'],
    ['address', 'other@shop.example'],
    ['token', 'a.AAAA'],
  ])('is rejected with another %s', (name, value) => {
    expect(subjectOfUnsubscribeLink(KEYS, changed(link, name, value))).toBeNull();
  });

  test('is not valid as a link to a CSV', () => {
    const params = new URLSearchParams({
      report: 'sto_1',
      until: '99999999999',
      token: paramsOf(link).get('token') ?? '',
    });
    expect(reportOfCsvLink(KEYS, params, NOW)).toBeNull();
  });
});

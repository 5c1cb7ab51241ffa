// Daily and monthly reports of a store, compared with the period before.
import { networkName } from '#domain/chains.ts';
import { csvFileName } from '#domain/csv-file-name.ts';
import type { ReportSums } from '#domain/email-data.ts';
import { amountLeft, formatUnits, parseUnits, subtract, type Units } from '#domain/money.ts';
import { isTransition, type ReportKind } from '#domain/report-periods.ts';
import { statusName } from '#domain/status.ts';
import { documentOf, type EmailDocument } from '../document.ts';
import { formatCount, formatDollars, formatPeriod, formatTime, nameOf, oneLine } from '../format.ts';
import { type Setting, storeOf, type Template } from './template.ts';

type ReportSetting = Setting<'daily_report' | 'monthly_report'>;

const unitsOf = (amount: string): Units => {
  const units = parseUnits(amount);
  if (units === undefined) throw new RangeError(`Not an amount: ${amount}`);
  return units;
};

/** The change of the gross sum as text, not only as a colour or arrow. */
const comparison = ({ t, language }: ReportSetting, sums: ReportSums, before: ReportSums | null): string => {
  if (!before) return t('report.first');
  const now = unitsOf(sums.gross);
  const then = unitsOf(before.gross);
  if (then === now) return t('report.same');
  if (then === 0n) return t('report.from_nothing');
  const difference = now > then ? subtract(now, then) : subtract(then, now);
  // Per mille, rounded half up. Growth of more than tenfold is shown as money.
  const perMille = Number((difference * 1000n + then / 2n) / then);
  const change =
    perMille > 10_000
      ? formatDollars(language, formatUnits(difference))
      : new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 }).format(perMille / 1000);
  return t(now > then ? 'report.up' : 'report.down', { change, before: formatDollars(language, before.gross) });
};

const HOUR_MS = 3_600_000;

/** Only in the first report after a change of the time zone: why it is longer or shorter than others. */
const shift = ({ t, language, data }: ReportSetting, kind: ReportKind): string[] => {
  const [startsAt, endsAt] = [new Date(data.startsAt), new Date(data.endsAt)];
  if (!isTransition(kind, { name: data.period, startsAt, endsAt }, data.timeZone)) return [];
  const hours = (endsAt.getTime() - startsAt.getTime()) / HOUR_MS;
  return [t('report.shifted', { hours: formatCount(language, hours) })];
};

const report = (setting: ReportSetting, kind: ReportKind): EmailDocument => {
  const { t, language, data } = setting;
  const store = storeOf(setting);
  const { sums } = data;
  const dollars = (amount: string): string => formatDollars(language, amount);
  const count = (value: number): string => formatCount(language, value);
  const period = formatPeriod(language, data.period);
  const title = t(`report.${kind}_title`);
  return documentOf({
    subject: oneLine(t('report.subject', { title, period, gross: dollars(sums.gross), store: store.name })),
    preview: t('report.preview', { paid: count(sums.paidOrders), orders: count(sums.orders), net: dollars(sums.net) }),
    title: `${title}: ${period}`,
    lead: [
      t('report.zone', {
        from: formatTime(language, data.startsAt, data.timeZone),
        to: formatTime(language, data.endsAt, data.timeZone),
        zone: data.timeZone,
      }),
      ...shift(setting, kind),
    ],
    figure: {
      label: t('report.gross_before'),
      value: dollars(sums.gross),
      note: comparison(setting, sums, data.before),
    },
    facts: [
      { label: t('report.fee'), value: dollars(sums.fee) },
      { label: t('report.net_before'), value: dollars(sums.net) },
      { label: t('report.refunds'), value: dollars(sums.refunds) },
      { label: t('report.net_after'), value: dollars(amountLeft(sums.net, sums.refunds)) },
      { label: t('report.orders'), value: count(sums.orders) },
      { label: t('report.paid_orders'), value: count(sums.paidOrders) },
      ...(data.csvLink === null
        ? []
        : [{ label: 'CSV', value: csvFileName('orders', store, data.period), link: data.csvLink }]),
    ],
    tables: [
      {
        title: t('report.by_status'),
        columns: [t('report.status'), t('report.orders')],
        rows: data.byStatus.map(({ status, orders }) => [t(`status.${statusName(status)}`), count(orders)]),
      },
      {
        title: t('report.by_coin'),
        columns: [t('report.coin_network'), t('report.orders'), t('report.gross'), t('report.fee'), t('report.net')],
        rows: data.byCoinAndNetwork.map(({ orders, gross, fee, net, ...of }) => [
          `${nameOf(of)}, ${networkName(of.chainId)}`,
          ...[count(orders), dollars(gross), dollars(fee), dollars(net)],
        ]),
      },
    ].filter(({ rows }) => rows.length > 0),
    action: { label: t('report.open'), url: data.link },
    notes: [data.csvLink === null ? t('report.attached') : t('report.linked')],
    reason: t('reason.reports', { store: store.name }),
    unsubscribe: { label: t('report.unsubscribe'), url: data.unsubscribeLink },
  });
};

export const dailyReport: Template<'daily_report'> = (setting) => report(setting, 'daily');
export const monthlyReport: Template<'monthly_report'> = (setting) => report(setting, 'monthly');

// The chart of a report: payments by hour or by day, beside the previous period. Read from the ledger by the report's own statement,
// and shown only if the sum equals the stored figures.
import type { Em } from '#db/orm.ts';
import { NOTHING_PAID, readPaidSeries, type SlotFigures } from '#db/reports/report-series.ts';
import { findDailyReports, findReportEndingAt, type StoredReport } from '#db/reports/reports.ts';
import type { ReportSums } from '#domain/email-data.ts';
import { formatUnits, sum, type Units, ZERO } from '#domain/money.ts';
import { isTransition, periodBefore } from '#domain/report-periods.ts';
import { type ReportSlot, reportSlots } from '#domain/report-slots.ts';
import type { ReportSeries, ReportSeriesRow } from './reports-types.ts';

interface PaidSlot extends ReportSlot, SlotFigures {}

export const readReportSeries = async (em: Em, report: StoredReport): Promise<ReportSeries> => {
  const { kind, storeId, totals } = report;
  const [slots, before, dailyReports] = await Promise.all([
    readSlots(em, report, report),
    readSlotsBefore(em, report),
    kind === 'monthly'
      ? findDailyReports(em, storeId, `${report.period}-01`, `${report.period}-31`)
      : new Map<string, string>(),
  ]);
  if (!addsUpTo(slots, totals.sums)) return { state: 'differs' };
  const rows = rowsOf(slots, before).map(({ reportDay, ...row }) => ({
    ...row,
    reportId: dailyReports.get(reportDay) ?? null,
  }));
  return { state: 'shown', rows, isCompared: before !== null };
};

const readSlots = async (
  em: Em,
  { storeId, kind, timeZone }: StoredReport,
  { startsAt, endsAt }: { startsAt: Date; endsAt: Date },
): Promise<PaidSlot[]> => {
  const slots = reportSlots({ kind, startsAt, endsAt }, timeZone);
  const figures = await readPaidSeries(em, storeId, [...slots.map((slot) => slot.startsAt), endsAt]);
  return slots.map((slot, index) => ({ ...slot, ...(figures[index] ?? NOTHING_PAID) }));
};

/**
 * The previous period by hour or by day. Null when there is none, when a change of the time zone made the two differ in length, or
 * when the ledger's sum differs from the stored figures.
 */
const readSlotsBefore = async (em: Em, report: StoredReport): Promise<PaidSlot[] | null> => {
  const { kind, storeId, timeZone, startsAt, endsAt, totals } = report;
  if (!totals.before) return null;
  const period = { kind, name: report.period, startsAt, endsAt };
  const before = periodBefore(period, timeZone, await findReportEndingAt(em, storeId, kind, startsAt));
  if (isTransition(kind, period, timeZone) || isTransition(kind, before, timeZone)) return null;
  const slots = await readSlots(em, report, before);
  return addsUpTo(slots, totals.before) ? slots : null;
};

const addsUpTo = (slots: readonly SlotFigures[], { paidOrders, gross, fee, net }: ReportSums): boolean => {
  const total = (of: (slot: SlotFigures) => Units): string => formatUnits(sum(slots.map(of)));
  return (
    slots.reduce((total, { orders }) => total + orders, 0) === paidOrders &&
    total(({ grossUnits }) => grossUnits) === gross &&
    total(({ feeUnits }) => feeUnits) === fee &&
    total(({ netUnits }) => netUnits) === net
  );
};

type Row = Omit<ReportSeriesRow, 'reportId'> & { reportDay: string };

/** Both periods side by side. A slot that only the previous period has (a skipped hour, a 31st) gets its own row in order. */
const rowsOf = (slots: readonly PaidSlot[], before: readonly PaidSlot[] | null): Row[] => {
  const earlier = new Map(before?.map((slot) => [slot.place, slot]));
  const now = new Map(slots.map((slot) => [slot.place, slot]));
  const places = before ? [...new Set([...now.keys(), ...earlier.keys()])].sort() : [...now.keys()];
  return places.map((place) => {
    const [slot, other] = [now.get(place), earlier.get(place)];
    return {
      label: slot?.label ?? other?.label ?? place,
      place,
      isMissing: slot === undefined,
      gross: formatUnits(slot?.grossUnits ?? ZERO),
      net: formatUnits(slot?.netUnits ?? ZERO),
      orders: slot?.orders ?? 0,
      before: other ? formatUnits(other.grossUnits) : null,
      reportDay: slot?.label ?? '',
    };
  });
};

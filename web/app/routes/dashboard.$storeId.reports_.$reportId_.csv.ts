// The file of a report, made again from the ledger as it is read.
import type { LoaderFunctionArgs } from '@remix-run/node';
import { csvAnswer } from '../dashboard/reports/csv-answer.ts';
import { requireMember } from '../dashboard/require-member.ts';

export const loader = async (args: LoaderFunctionArgs): Promise<Response> => {
  const { store } = await requireMember(args);
  return csvAnswer(await args.context.dashboard.reports.csv(store.id, args.params.reportId ?? ''));
};

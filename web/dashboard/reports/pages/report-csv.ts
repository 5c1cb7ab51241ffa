// The CSV of a report, generated from the ledger as a stream.
import type { LoaderFunctionArgs } from '@remix-run/node';
import { requireMember } from '#web/access/require-member.ts';
import { csvResponse } from '../parts/csv-response.ts';

export const loader = async (args: LoaderFunctionArgs): Promise<Response> => {
  const { store } = await requireMember(args);
  return csvResponse(await args.context.dashboard.reports.csv(store.id, args.params.reportId ?? ''));
};

// The CSV of a report by the signed link in its e-mail, without a log-in, for a month. 404 for a wrong or expired link.
import type { LoaderFunctionArgs } from '@remix-run/node';
import { csvResponse } from '../parts/csv-response.ts';

export const loader = async ({ request, context }: LoaderFunctionArgs): Promise<Response> =>
  csvResponse(await context.dashboard.reports.csvByLink(new URL(request.url).searchParams));

// The file of a report by the signed link of its e-mail: no log-in, for a month. A wrong or expired link is no page.
import type { LoaderFunctionArgs } from '@remix-run/node';
import { csvResponse } from '../parts/csv-response.ts';

export const loader = async ({ request, context }: LoaderFunctionArgs): Promise<Response> =>
  csvResponse(await context.dashboard.reports.csvByLink(new URL(request.url).searchParams));

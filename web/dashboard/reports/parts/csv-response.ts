// A response that browsers save as a file.
import type { CsvFile } from '../server/reports-service.ts';

export const csvResponse = (file: CsvFile | null): Response => {
  if (!file) throw new Response('Not found', { status: 404 });
  return new Response(file.body, {
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="${file.name}"`,
      'cache-control': 'no-store',
    },
  });
};

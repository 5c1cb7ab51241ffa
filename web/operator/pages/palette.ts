// Results of the console's palette: merchants by name, e-mail address or id; the newest for an empty query.
import type { LoaderFunctionArgs } from '@remix-run/node';
import { requireOperator } from '#web/access/require-member.ts';
import type { PaletteEntry } from '#web/ui/palette/palette-targets.ts';
import { ACCOUNT_LABELS } from '#web/ui/status-badge.tsx';

const MAX_RESULTS = 6;

export const loader = async (args: LoaderFunctionArgs): Promise<Response> => {
  await requireOperator(args);
  const search = new URL(args.request.url).searchParams.get('q')?.trim().slice(0, 255);
  const { rows } = await args.context.operator.merchants(search ? { search } : {});
  const found = rows.slice(0, MAX_RESULTS).map(
    ({ id, name, email, status }): PaletteEntry => ({
      to: `/operator/merchants/${id}`,
      title: name,
      detail: email,
      state: ACCOUNT_LABELS[status].message,
    }),
  );
  return Response.json({ found }, { headers: { 'cache-control': 'no-store' } });
};

// An order as a result of a search palette.
import { groupDigits } from '#web/ui/money.tsx';
import type { PaletteEntry } from '#web/ui/palette/palette-targets.ts';
import { INTENT_LABELS } from '#web/ui/status-labels.ts';
import type { OrderLine } from '../server/orders-types.ts';

/** @param query as typed: a blank one finds the newest. @param base the URL of the orders' pages */
export const orderEntry = (
  query: string,
  base: string,
  { id, orderId, description, amount, coin, status }: OrderLine,
): PaletteEntry => ({
  heading: query.trim() === '' ? 'Newest orders' : 'Orders',
  to: `${base}/${id}`,
  title: orderId ?? id,
  detail: [`${groupDigits(amount)} ${coin}`, description].filter(Boolean).join(' · '),
  state: INTENT_LABELS[status].message,
});

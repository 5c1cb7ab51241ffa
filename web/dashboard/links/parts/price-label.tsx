// A link's price, or the bounds between which the shopper names it.
import { priceText } from '#web/pay/parts/price-text.ts';
import type { LinkLine } from '../server/links-types.ts';

export function PriceLabel({ link: { price, bounds } }: { link: Pick<LinkLine, 'price' | 'bounds'> }) {
  if (price) return <span className="whitespace-nowrap tabular-nums">{priceText('en', price)}</span>;
  if (!bounds) return null;
  return (
    <span className="tabular-nums">
      {priceText('en', bounds.min)} to {priceText('en', bounds.max)}
    </span>
  );
}

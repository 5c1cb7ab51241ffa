// An amount that is only read: with the decimal sign and the groups of the page's language. Copied by hand, it is the exact figure
// with its dot, as wallets and exchanges take it.
import { readableAmounts } from '#domain/readable-amount.ts';
import { useLanguage } from '#web/text/page-texts.ts';
import { copiedExactly } from './copied-exactly.ts';

/** @param props.of decimals, also with units between them: `"10.0000 USDT + 8.0000 USDC"` */
export function Amount({ of }: { of: string }) {
  const shown = readableAmounts(useLanguage(), of);
  return <span onCopy={shown === of ? undefined : copiedExactly(of, shown)}>{shown}</span>;
}

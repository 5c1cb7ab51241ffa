// An amount as people read it: digits in groups, as many places as it has, its unit beside it.

/** `"1234567.5000"` is `"1,234,567.5000"`: groups, and not one digit lost. */
export const groupDigits = (decimal: string): string => {
  const [whole = '', fraction] = decimal.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
};

/** `"41.7480"` is `"41.75"`. */
const roundToCents = (decimal: string): string => {
  const [, sign = '', whole = '0', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(decimal) ?? [];
  const cents = BigInt(whole + fraction.slice(0, 2).padEnd(2, '0')) + (Number(fraction[2] ?? 0) >= 5 ? 1n : 0n);
  return sign + String(cents).padStart(3, '0').replace(/(..)$/, '.$1');
};

interface MoneyProps {
  /** A decimal string, exact. */
  amount: string;
  /** `USDT`, `USD`. */
  unit?: string;
  /** For a sum at a glance, in coin of one dollar: rounded to two places, so that net and fee look like the gross; all of it in the tooltip. */
  short?: boolean;
}

export function Money({ amount, unit, short = false }: MoneyProps) {
  const shown = short ? roundToCents(amount) : amount;
  return (
    <span className="whitespace-nowrap tabular-nums" title={shown === amount ? undefined : groupDigits(amount)}>
      {groupDigits(shown)}
      {unit ? <span className="text-ink-2"> {unit}</span> : null}
    </span>
  );
}

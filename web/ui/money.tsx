// An amount for reading: digits in groups, all decimal places, its unit beside it.

/** `"1234567.5000"` is `"1,234,567.5000"`: no digit is lost. */
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
  /** For sums of stable coins: rounded to two decimal places, with the exact amount in the tooltip. */
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

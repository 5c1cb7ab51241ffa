// An amount as people read it: digits in groups, as many places as it has, its unit beside it.

/** `"1234567.5000"` is `"1,234,567.5000"`: groups, and not one digit lost. */
export const groupDigits = (decimal: string): string => {
  const [whole = '', fraction] = decimal.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
};

interface MoneyProps {
  /** A decimal string, exact. */
  amount: string;
  /** `USDT`, `USD`. */
  unit?: string;
  /** For a sum at a glance, in coin of one dollar: two places, cut off and not rounded up; all of it in the tooltip. */
  short?: boolean;
}

export function Money({ amount, unit, short = false }: MoneyProps) {
  const shown = short ? amount.replace(/(\.\d{2})\d+$/, '$1') : amount;
  return (
    <span className="whitespace-nowrap tabular-nums" title={shown === amount ? undefined : groupDigits(amount)}>
      {groupDigits(shown)}
      {unit ? <span className="text-ink-2"> {unit}</span> : null}
    </span>
  );
}

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
}

export function Money({ amount, unit }: MoneyProps) {
  return (
    <span className="whitespace-nowrap tabular-nums">
      {groupDigits(amount)}
      {unit ? <span className="text-ink-2"> {unit}</span> : null}
    </span>
  );
}

// An amount for reading: digits in groups, all decimal places, its unit beside it.

/** `"1234567.5000"` is `"1,234,567.5000"`: no digit is lost. */
export const groupDigits = (decimal: string): string => {
  const [whole = '', fraction] = decimal.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
};

/** `"41.7480"` with two places is `"41.75"`. What has no more places stays, and what would be zero. */
export const roundTo = (decimal: string, places: number): string => {
  const [, sign = '', whole = '0', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(decimal) ?? [];
  if (fraction.length <= places) return decimal;
  const up = Number(fraction[places] ?? 0) >= 5 ? 1n : 0n;
  const rounded = BigInt(whole + fraction.slice(0, places).padEnd(places, '0')) + up;
  if (rounded === 0n && /[1-9]/.test(fraction)) return decimal;
  const digits = String(rounded).padStart(places + 1, '0');
  return `${sign}${digits.slice(0, -places)}.${digits.slice(-places)}`;
};

interface MoneyProps {
  /** A decimal string, exact. */
  amount: string;
  /** `USDT`, `USD`. */
  unit?: string;
  /** Rounded to so many decimal places, at least one, with the exact amount in the tooltip: 2 for sums of stable coins. */
  places?: number;
}

export function Money({ amount, unit, places }: MoneyProps) {
  const shown = places === undefined ? amount : roundTo(amount, places);
  return (
    <span className="whitespace-nowrap tabular-nums" title={shown === amount ? undefined : groupDigits(amount)}>
      {groupDigits(shown)}
      {unit ? <span className="text-ink-2"> {unit}</span> : null}
    </span>
  );
}

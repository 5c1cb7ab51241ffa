// A whole address or hash in groups of four, so that people can compare it. The gaps are margins: copying by hand gives the raw
// value.
const GROUP = 4;

export function AddressText({ value, className = '' }: { value: string; className?: string }) {
  const digits = value.slice(2);
  const groups = Array.from({ length: Math.ceil(digits.length / GROUP) }, (_, index) => ({
    at: index * GROUP,
    text: digits.slice(index * GROUP, (index + 1) * GROUP),
  }));
  return (
    <span translate="no" className={`font-mono ${className}`}>
      <span>0x</span>
      {groups.map(({ at, text }) => (
        <span key={at} className="mr-[0.45em] inline-block">
          {text}
        </span>
      ))}
    </span>
  );
}

// Headers and bodies as sent.

export function RawText({ label, text, empty }: { label: string; text: string; empty: string }) {
  if (text === '') return <p className="text-sm text-ink-2">{empty}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable area must be reachable by keyboard
    <section tabIndex={0} aria-label={label} className="max-h-96 overflow-auto rounded-lg bg-sunken p-3">
      <pre className="font-mono text-xs break-all whitespace-pre-wrap">{text}</pre>
    </section>
  );
}

export function HeaderList({ headers }: { headers: readonly [name: string, value: string][] }) {
  return (
    <dl className="grid gap-x-4 gap-y-1 font-mono text-xs sm:grid-cols-[max-content_minmax(0,1fr)]">
      {headers.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-ink-2">{name}</dt>
          <dd className="mb-1 break-all sm:mb-0">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

// The picture of the start page: the money goes from a shopper's phone straight to the merchant's wallet; the shop gets the message.
// Drawn in the palette's colours, so that it follows light and dark.

export function Picture({ label }: { label: string }) {
  return (
    <svg viewBox="0 0 480 320" role="img" aria-label={label} className="h-auto w-full" data-testid="picture">
      <rect x="1" y="1" width="478" height="318" rx="20" className="fill-brand-tint" />
      <Phone />
      <path d="M196 118H312" className="stroke-ok" strokeWidth="4" strokeLinecap="round" fill="none" />
      <path d="M304 109l12 9-12 9" className="stroke-ok" strokeWidth="4" strokeLinecap="round" fill="none" />
      <circle cx="254" cy="118" r="20" className="fill-ok" />
      <path d="M244 108h20v5h-7.5v16h-5v-16h-7.5z" className="fill-surface" />
      <Wallet />
      <path
        d="M196 222H312"
        className="stroke-control"
        strokeWidth="3"
        strokeDasharray="2 9"
        strokeLinecap="round"
        fill="none"
      />
      <path d="M305 214l10 8-10 8" className="stroke-control" strokeWidth="3" strokeLinecap="round" fill="none" />
      <Shop />
    </svg>
  );
}

const MODULES = [
  [0, 0],
  [2, 0],
  [5, 0],
  [3, 1],
  [1, 2],
  [4, 2],
  [6, 2],
  [0, 3],
  [2, 3],
  [3, 4],
  [5, 4],
  [6, 5],
  [1, 5],
  [4, 6],
  [2, 6],
] as const;

function Phone() {
  return (
    <g>
      <rect x="56" y="36" width="136" height="248" rx="20" className="fill-surface stroke-line" strokeWidth="2" />
      <rect x="72" y="58" width="24" height="24" rx="6" className="fill-ink" />
      <rect x="104" y="65" width="60" height="10" rx="5" className="fill-line" />
      <rect x="72" y="98" width="104" height="14" rx="7" className="fill-ink" />
      <rect x="72" y="120" width="72" height="6" rx="3" className="fill-line" />
      <rect x="80" y="138" width="88" height="88" rx="8" fill="#fff" />
      {MODULES.map(([x, y]) => (
        <rect key={`${x}-${y}`} x={89 + x * 10} y={147 + y * 10} width="10" height="10" fill="#0e1726" />
      ))}
      <rect x="72" y="240" width="104" height="26" rx="8" className="fill-brand" />
      <rect x="98" y="249" width="52" height="8" rx="4" className="fill-on-brand" />
    </g>
  );
}

function Wallet() {
  return (
    <g>
      <rect x="328" y="82" width="104" height="72" rx="12" className="fill-surface stroke-line" strokeWidth="2" />
      <path d="M328 104h104" className="stroke-line" strokeWidth="2" />
      <rect x="396" y="112" width="36" height="24" rx="8" className="fill-brand-tint stroke-line" strokeWidth="2" />
      <circle cx="410" cy="124" r="5" className="fill-ok" />
    </g>
  );
}

function Shop() {
  return (
    <g>
      <rect x="332" y="204" width="96" height="60" rx="6" className="fill-surface stroke-line" strokeWidth="2" />
      <path d="M326 206l8-24h92l8 24z" className="fill-brand" />
      <rect x="346" y="222" width="28" height="42" rx="3" className="fill-brand-tint" />
      <circle cx="402" cy="234" r="13" className="fill-ok" />
      <path d="M396 234l4 4 8-8" className="stroke-surface" strokeWidth="3" strokeLinecap="round" fill="none" />
    </g>
  );
}

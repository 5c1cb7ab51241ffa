// A QR code as SVG. Black on white in dark mode too: scanners fail on inverted codes.
import type { QrCode } from '#web/checkout/server/view-types.ts';

export function QrImage({ qr, label }: { qr: QrCode; label: string }) {
  return (
    <svg
      viewBox={`0 0 ${qr.size} ${qr.size}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
      className="block h-auto w-full rounded-lg bg-white"
      data-testid="qr"
    >
      <rect width={qr.size} height={qr.size} fill="#fff" />
      <path d={qr.path} fill="#000" />
    </svg>
  );
}

// A QR code, drawn by the server as an SVG path: black on white in dark mode too, or scanners refuse it.
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

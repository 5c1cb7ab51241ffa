// A QR code as one SVG path, made on the server so that it is there without JavaScript.
import { encode } from 'uqr';
import type { QrCode } from '#web/checkout/server/view-types.ts';

/** Quiet zone in modules (ISO/IEC 18004 asks for four). */
const QUIET_ZONE = 4;

/** Error correction M: a phone reads it from a screen at arm's length, and the modules stay large. */
export const qrCode = (text: string): QrCode => {
  const { data, size } = encode(text, { ecc: 'M', border: QUIET_ZONE });
  const path = data.map((row, y) => rowPath(row, y)).join('');
  return { text, size, path };
};

/** Runs of dark modules of one row, as rectangles one unit high. */
const rowPath = (row: readonly boolean[], y: number): string => {
  let path = '';
  let start = -1;
  for (let x = 0; x <= row.length; x++) {
    if (row[x] && start < 0) start = x;
    if (!row[x] && start >= 0) {
      path += `M${start} ${y}h${x - start}v1h-${x - start}z`;
      start = -1;
    }
  }
  return path;
};

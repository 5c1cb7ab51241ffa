// Which receivers may be called, from the environment: web and worker read the same variable.
import { BlockList, isIP } from 'node:net';
import { z } from 'zod';
import type { ReceiverPolicy } from './receiver-guard.ts';

const range = z.string().refine((text) => {
  const [address, bits] = text.split('/');
  const family = isIP(address ?? '');
  if (family === 0 || !/^\d{1,3}$/.test(bits ?? '')) return false;
  try {
    new BlockList().addSubnet(address ?? '', Number(bits), family === 6 ? 'ipv6' : 'ipv4');
    return true;
  } catch {
    return false;
  }
}, 'must be CIDR ranges separated by commas, e.g. 10.1.0.0/16');

/** Of WEBHOOK_ALLOWED_RANGES: private ranges that may be called, comma-separated; development only. */
export const allowedRanges = z
  .string()
  .optional()
  .transform((text) =>
    (text ?? '')
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean),
  )
  .pipe(z.array(range));

/** Public addresses, by https. */
export const STRICT_RECEIVERS: ReceiverPolicy = { allowedRanges: [], requireHttps: true };

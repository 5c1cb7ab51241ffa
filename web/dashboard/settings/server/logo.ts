// Re-encodes uploaded logos as PNG, so that nothing of the original file (metadata, scripts, format tricks) is ever served. Only PNG,
// JPEG and WebP are decoded.
import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { UserError } from '#domain/errors.ts';

export const LOGO_MAX_BYTES = 1024 * 1024;
export const LOGO_MAX_SIDE = 512;
/** Enough for any photograph. A small file that decodes to more is an attack. */
const MAX_PIXELS = 24_000_000;
const DECODE_SECONDS = 5;

export interface Logo {
  png: Buffer;
  /** Hexadecimal. */
  sha256: string;
}

const rejected = (code: string, reason: string): UserError => new UserError(code, reason);

/** Detected by the first bytes, before decoding. */
const formatOf = (bytes: Buffer): 'png' | 'jpeg' | 'webp' | 'gif' | 'svg' | null => {
  if (bytes.subarray(0, 8).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]))) return 'png';
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return 'jpeg';
  if (bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP') return 'webp';
  if (bytes.toString('latin1', 0, 4) === 'GIF8') return 'gif';
  return /<svg[\s>]/i.test(bytes.toString('utf8', 0, 4096)) ? 'svg' : null;
};

/** The logo as served: a PNG of at most 512 × 512. Throws UserError, which says what is wrong with the file. */
export const makeLogo = async (bytes: Buffer): Promise<Logo> => {
  if (bytes.length > LOGO_MAX_BYTES) throw rejected('logo_too_large', 'must be at most 1 MB');
  const format = formatOf(bytes);
  if (format === 'svg') throw rejected('logo_format', 'must be PNG, JPEG or WebP: SVG files can carry scripts');
  if (format === 'gif') throw rejected('logo_format', 'must be PNG, JPEG or WebP: GIF is not accepted');
  if (!format) throw rejected('logo_format', 'must be a PNG, JPEG or WebP picture');
  try {
    const picture = sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: 'error', pages: -1 });
    const { pages = 1, width, height } = await picture.metadata();
    if (pages > 1 || isAnimatedPng(bytes)) throw rejected('logo_animated', 'must not be animated');
    if (width < 16 || height < 16) throw rejected('logo_too_small', 'must be at least 16 × 16 pixels');
    const png = await picture
      .autoOrient()
      .resize({ width: LOGO_MAX_SIDE, height: LOGO_MAX_SIDE, fit: 'inside', withoutEnlargement: true })
      .toColourspace('srgb')
      .timeout({ seconds: DECODE_SECONDS })
      .png({ compressionLevel: 9 })
      .toBuffer();
    return { png, sha256: createHash('sha256').update(png).digest('hex') };
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    if (cause instanceof Error && /pixel limit/i.test(cause.message)) {
      throw rejected('logo_too_many_pixels', 'must have at most 24 million pixels');
    }
    throw new UserError('logo_damaged', 'could not be read: the file is damaged or has a wrong type', { cause });
  }
};

/** Animated PNGs have an acTL chunk before the picture. The decoder would silently use the first frame. */
const isAnimatedPng = (bytes: Buffer): boolean => {
  for (let at = 8; at + 8 <= bytes.length; ) {
    const type = bytes.toString('latin1', at + 4, at + 8);
    if (type === 'acTL') return true;
    if (type === 'IDAT') return false;
    at += 12 + bytes.readUInt32BE(at);
  }
  return false;
};

// The logo of a store: re-encoded without its metadata and served with a permanent cache, or rejected with its reason.
import Fastify from 'fastify';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Orm } from '#db/orm.ts';
import { makeStore } from '#test/support/intents.ts';
import { addLogoRoute } from '#web/dashboard/settings/server/logo-route.ts';
import { openSettings, type SettingsStage } from './settings-stage.ts';

let stage: SettingsStage;
let orm: Orm;
let storeId: string;
let storeOf: SettingsStage['storeOf'];
let save: SettingsStage['save'];

beforeAll(async () => {
  stage = await openSettings();
  ({ orm, storeId, storeOf, save } = stage);
});
afterAll(async () => await stage?.close());

const picture = (width: number, height: number, background = '#c33') =>
  sharp({ create: { width, height, channels: 3, background } });
const file = (bytes: Buffer, name = 'logo.png') => new File([new Uint8Array(bytes)], name, { type: 'image/png' });
/** A chunk that announces an animation, put behind the header. */
const animated = (png: Buffer): Buffer => {
  const chunk = Buffer.alloc(20);
  chunk.writeUInt32BE(8, 0);
  chunk.write('acTL', 4, 'latin1');
  return Buffer.concat([png.subarray(0, 33), chunk, png.subarray(33)]);
};

test('the logo is re-encoded as a PNG of at most 512 × 512 without metadata, and served under its hash with a permanent cache', async () => {
  const { storeId: id } = await makeStore(orm.em);
  const upload = await picture(1200, 600)
    .withExif({ IFD0: { Copyright: 'planted-metadata' } })
    .jpeg()
    .toBuffer();
  expect(upload.includes('planted-metadata')).toBe(true);
  expect(await save('store', { logo: file(upload) }, id)).toMatchObject({ saved: true });
  const { logoUrl } = await storeOf(id);
  expect(logoUrl).toMatch(/^\/logos\/[0-9a-f]{64}\.png$/);
  const app = Fastify();
  addLogoRoute(app, orm);
  const response = await app.inject(String(logoUrl));
  expect(response.headers).toMatchObject({
    'content-type': 'image/png',
    'cache-control': 'public, max-age=31536000, immutable',
    'x-content-type-options': 'nosniff',
  });
  expect(await sharp(response.rawPayload).metadata()).toMatchObject({ format: 'png', width: 512, height: 256 });
  expect(response.rawPayload.includes('planted-metadata')).toBe(false);
  for (const path of [`/logos/${'0'.repeat(64)}.png`, '/logos/x.png', '/logos/%2e%2e%2fetc']) {
    expect((await app.inject(path)).statusCode).toBe(404);
  }
  await app.close();
  await save('store', { removeLogo: 'on' }, id);
  expect((await storeOf(id)).logoUrl).toBeNull();
});

test.each<[string, () => Promise<Buffer> | Buffer, RegExp]>([
  [
    'SVG',
    () => Buffer.from('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
    /SVG/,
  ],
  ['GIF', () => picture(32, 32).gif().toBuffer(), /GIF/],
  ['an animated PNG', async () => animated(await picture(32, 32).png().toBuffer()), /animated/],
  [
    'an animated WebP',
    async () => {
      const frames = await Promise.all(['#c33', '#3c3'].map((color) => picture(32, 32, color).png().toBuffer()));
      return await sharp(frames, { join: { animated: true } })
        .webp()
        .toBuffer();
    },
    /animated/,
  ],
  [
    'more than 1 MB',
    () => Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), Buffer.alloc(1024 * 1024)]),
    /at most 1 MB/,
  ],
  [
    'a picture of a gigapixel',
    async () => {
      const png = await picture(32, 32).png().toBuffer();
      png.writeUInt32BE(40_000, 16);
      png.writeUInt32BE(40_000, 20);
      return png;
    },
    /damaged|24 million/,
  ],
  ['half a picture', async () => (await picture(400, 400).png().toBuffer()).subarray(0, 200), /damaged/],
  [
    'a page that calls itself a picture',
    () => Buffer.from('<html><script>alert(1)</script></html>'),
    /PNG, JPEG or WebP/,
  ],
  ['a dot', () => picture(8, 8).png().toBuffer(), /at least 16/],
])('%s is rejected with its reason, and the other fields are kept', async (_name, make, reason) => {
  const before = (await storeOf(storeId)).logoUrl;
  const outcome = await save('store', { name: 'Typed name', logo: file(await make()) });
  if (outcome.saved) throw new Error('it was saved');
  expect(outcome.result.error?.logo?.join()).toMatch(reason);
  expect(outcome.result.initialValue?.name).toBe('Typed name');
  expect((await storeOf(storeId)).logoUrl ?? null).toBe(before ?? null);
});

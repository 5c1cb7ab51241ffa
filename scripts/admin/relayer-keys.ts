// RELAYER_KEY as commands read it.
import type { Env } from '#domain/config.ts';

/** One key, or several with commas. Not checked. */
export const relayerKeysOf = (env: Env): string[] =>
  (env.RELAYER_KEY ?? '')
    .split(',')
    .map((key) => key.trim())
    .filter(Boolean);

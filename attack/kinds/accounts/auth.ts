// What the kinds about accounts share: better-auth's paths, the verdict on a response that must deny, and a user's row.
import type { Reply } from '../../client.ts';
import { faultOf } from '../../kind.ts';
import type { World } from '../../world.ts';

export const AUTH = '/api/auth';

/** Anything that is not denied is let through. */
export const denied = (reply: Reply): string | null =>
  faultOf(reply) ?? (reply.status < 400 ? `status ${reply.status} ${reply.text.slice(0, 80)}` : null);

export const userOf = async ({ orm }: World, email: string): Promise<Record<string, unknown> | undefined> =>
  (await orm.em.fork().execute<Record<string, unknown>[]>('select * from auth."user" where email = ?', [email]))[0];

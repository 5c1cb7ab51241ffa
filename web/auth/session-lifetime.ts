// How long a session lives without use, and in all, by the account's role (docs/reliability.md section 3).

interface Lifetime {
  idleSeconds: number;
  absoluteSeconds: number;
}

const HOUR = 3_600;
const DAY = 86_400;

const OPERATOR: Lifetime = { idleSeconds: HOUR / 2, absoluteSeconds: 12 * HOUR };
const OTHERS: Lifetime = { idleSeconds: 3 * DAY, absoluteSeconds: 7 * DAY };

/** The longest of all: how long a browser keeps the cookie. */
export const LONGEST_SESSION_SECONDS = OTHERS.absoluteSeconds;

export const lifetimeOf = (role: string | null | undefined): Lifetime => (role === 'operator' ? OPERATOR : OTHERS);

/** Log-in methods may be changed this long after a log-in (docs/reliability.md section 3). */
export const FRESH_SECONDS = 15 * 60;

export const isFresh = ({ createdAt }: { createdAt: Date }): boolean =>
  Date.now() - createdAt.getTime() < FRESH_SECONDS * 1000;

export interface SessionTimes {
  createdAt: Date;
  /** Last use, as precise as `timesOfUse` makes it. */
  updatedAt: Date;
}

/** When the session ends if it is not used again. */
export const endOfSession = (role: string | null | undefined, { createdAt, updatedAt }: SessionTimes): Date => {
  const { idleSeconds, absoluteSeconds } = lifetimeOf(role);
  return new Date(Math.min(updatedAt.getTime() + idleSeconds * 1000, createdAt.getTime() + absoluteSeconds * 1000));
};

/** The times to store for a use at `now`; null when the last write is recent enough: not every request writes. */
export const timesOfUse = (
  role: string | null | undefined,
  { createdAt, updatedAt }: SessionTimes,
  now: Date,
): { updatedAt: Date; expiresAt: Date } | null => {
  const unwritten = now.getTime() - updatedAt.getTime();
  if (unwritten < (lifetimeOf(role).idleSeconds * 1000) / 30) return null;
  return { updatedAt: now, expiresAt: endOfSession(role, { createdAt, updatedAt: now }) };
};

// SQL expressions that several lists share.
import { type Expression, sql } from 'kysely';

/** ISO-8601 in UTC to the microsecond, which a Date would lose: a list's cursor must name its row exactly. */
export const isoText = <Instant extends Date | null>(instant: Expression<Instant>) =>
  sql<Instant extends Date ? string : Instant>`to_char(${instant} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

/** `isoText` as an instant again. */
export const instantOf = (text: string) => sql<Date>`${text}::timestamptz`;

/** An instant of a lease or deadline that is still ahead, by the database's clock; false for null. */
export const isAhead = (instant: Expression<Date | null>) => sql<boolean>`coalesce(${instant} > now(), false)`;

/** Whole seconds since an instant, by the database's clock; at least 0. */
export const secondsSince = <Instant extends Date | null>(instant: Expression<Instant>) =>
  sql<Instant extends Date ? number : Instant>`greatest(extract(epoch from now() - ${instant}), 0)::int`;

/** `count(*)` as a number: Postgres' own int8 comes back as text. */
export const countRows = () => sql<number>`count(*)::int`;

const escaped = (text: string): string => text.replace(/[\\%_]/g, '\\$&');

/** A pattern of `like` for texts that contain this one. */
export const containing = (text: string): string => `%${escaped(text)}%`;

/** A pattern of `like` for texts that start with this one. */
export const startingWith = (text: string): string => `${escaped(text)}%`;

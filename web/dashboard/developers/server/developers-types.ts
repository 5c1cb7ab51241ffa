// Keys and requests as the developers' pages show them. Types only: bundled pages import this file.
import type { SubmissionResult } from '@conform-to/react';
import type { DashboardVisit } from '#web/access/store-access-types.ts';

export type KeyState = 'live' | 'ending' | 'ended' | 'revoked';

export interface KeyView {
  /** `st_…`, public. */
  id: string;
  name: string;
  state: KeyState;
  /** Empty allows every address. */
  ipAllowlist: string[];
  /** Times are ISO-8601. */
  createdAt: string;
  /** Accurate to about a minute. */
  lastUsedAt: string | null;
  /** When a rolled or revoked key ended, or will end. */
  endsAt: string | null;
}

/** A new key with its secret. Only the response that creates the key holds it. */
export interface MadeKey {
  name: string;
  apiKey: string;
  apiSecret: string;
  /** Where the API is, without a trailing slash. */
  baseUrl: string;
  /** When the replaced key ends. */
  oldKeyEndsAt: string | null;
}

export type KeyFormOutcome<Done> = { done: Done } | { result: SubmissionResult<string[]> };

export interface RequestFilterView {
  /** `failed`, `ok`, a code, or empty. */
  code: string;
  text: string;
  key: string;
}

export interface RequestRowView {
  id: string;
  requestId: string;
  apiKeyId: string;
  at: string;
  method: string;
  path: string;
  httpStatus: number;
  code: number;
  durationMs: number;
  clientAddress: string;
}

export interface RequestPage {
  rows: RequestRowView[];
  /** The cursor of the next page; null at the end. */
  older: string | null;
}

export interface RequestView extends RequestRowView {
  headers: [name: string, value: string][];
  body: string;
  response: string;
}

export interface DevelopersService {
  /** Newest first, without keys that ended long ago. */
  keys(storeId: string): Promise<KeyView[]>;
  create(visit: DashboardVisit, form: FormData): Promise<KeyFormOutcome<MadeKey>>;
  /** Throws UserError. @param hours as typed */
  roll(visit: DashboardVisit, keyId: string, hours: string): Promise<MadeKey>;
  change(visit: DashboardVisit, keyId: string, form: FormData): Promise<KeyFormOutcome<true>>;
  /** Throws UserError. */
  revoke(visit: DashboardVisit, keyId: string): Promise<void>;
  requests(storeId: string, filter: RequestFilterView, before: string | null): Promise<RequestPage>;
  request(storeId: string, id: string): Promise<RequestView | null>;
}

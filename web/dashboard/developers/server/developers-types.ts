// Keys and requests as the developers' pages show them. Types only: pages import this.
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
  /** To about a minute. */
  lastUsedAt: string | null;
  /** When a rolled or revoked key ended, or will. */
  endsAt: string | null;
}

/** A new key with its secret, on the one answer that ever shows it. */
export interface MadeKey {
  name: string;
  apiKey: string;
  apiSecret: string;
  /** Of the key that it replaces. */
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
  /** Where the next page begins, or null at the end. */
  older: string | null;
}

export interface RequestView extends RequestRowView {
  headers: [name: string, value: string][];
  body: string;
  response: string;
}

export interface DevelopersService {
  /** Newest first; what ended long ago is left out. */
  keys(storeId: string): Promise<KeyView[]>;
  create(visit: DashboardVisit, form: FormData): Promise<KeyFormOutcome<MadeKey>>;
  /** Throws UserError. @param hours as typed */
  roll(visit: DashboardVisit, keyId: string, hours: string): Promise<MadeKey>;
  change(visit: DashboardVisit, keyId: string, form: FormData): Promise<KeyFormOutcome<true>>;
  /** The form as it was typed, with a problem of the whole. */
  reject(form: FormData, reason: string): SubmissionResult<string[]>;
  /** Throws UserError. */
  revoke(visit: DashboardVisit, keyId: string): Promise<void>;
  requests(storeId: string, filter: RequestFilterView, before: string | null): Promise<RequestPage>;
  request(storeId: string, id: string): Promise<RequestView | null>;
}

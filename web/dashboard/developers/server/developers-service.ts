// API keys and the request log of a store. The transaction that creates a key also queues an e-mail to the store's people. The
// secret is returned once.
import { z } from 'zod';
import { notMePath } from '#db/accounts/mailed-links.ts';
import { changeApiKey, isEnded, isRollOverlap, rollApiKey } from '#db/api/api-keys.ts';
import { listRequests, type RequestFilter, type RequestRow, readRequest } from '#db/api/request-log.ts';
import { queueStoreEmails } from '#db/delivery/queue-emails.ts';
import { type ApiKeySummary, createApiKey, listApiKeys, revokeApiKey } from '#db/merchants/api-keys.ts';
import { requestSigning } from '#db/merchants/pending-changes.ts';
import { apiKeyFields } from '#db/merchants/store-settings.ts';
import type { Em, Orm } from '#db/orm.ts';
import type { MasterKeys } from '#db/secrets.ts';
import { UserError } from '#domain/errors.ts';
import { isApiKeyId } from '#domain/ids.ts';
import { parseForm, text } from '#web/access/form-action.ts';
import type { DashboardVisit } from '#web/access/store-access-types.ts';
import { PAGE_ROWS, pageOf } from '#web/http/list-pages.ts';
import type {
  DevelopersService,
  KeyFormOutcome,
  KeyState,
  KeyView,
  RequestFilterView,
  RequestRowView,
} from './developers-types.ts';

export interface DevelopersDeps {
  orm: Orm;
  masterKeys: MasterKeys;
  /** Without a trailing slash. */
  publicUrl: string;
  /** How long a new secret waits before it signs webhooks of orders of other keys. */
  changeWaitMs: number;
}

/** Ended keys are listed for a month. */
const ENDED_SHOWN_MS = 30 * 24 * 3_600_000;

const fields = apiKeyFields.shape;
/** The addresses as typed: one address or range per line. */
const keyForm = z.object({
  name: text.pipe(fields.name),
  ipAllowlist: text.transform((lines) => lines.split(/[\s,;]+/).filter(Boolean)).pipe(fields.ipAllowlist.unwrap()),
});

export const createDevelopersService = ({
  orm,
  masterKeys,
  publicUrl,
  changeWaitMs,
}: DevelopersDeps): DevelopersService => {
  const announce = async (em: Em, { store, actor }: DashboardVisit, apiKey: string, keyName: string) => {
    await requestSigning(em, apiKey, { actor, waitMs: changeWaitMs, publicUrl });
    const message = { kind: 'new_key', subjectId: apiKey, storeId: store.id } as const;
    const data = {
      ...{ keyName, apiKey, createdBy: actor.email, createdAt: new Date().toISOString() },
      link: `${publicUrl}/dashboard/${store.id}/developers`,
    };
    const notMe = await notMePath(em, actor, { apiKey, keyName });
    // Owners first: of two messages to one address the first is sent, and only theirs can revoke the key.
    await queueStoreEmails(em, 'owners', { ...message, data: { ...data, notMe } });
    await queueStoreEmails(em, 'people', { ...message, data });
  };

  return {
    async keys(storeId) {
      const now = new Date();
      const views = (await listApiKeys(orm.em, storeId)).map((key) => viewOf(key, now));
      const oldest = now.getTime() - ENDED_SHOWN_MS;
      return views.filter(({ state, endsAt }) => isLive(state) || Date.parse(endsAt ?? '') > oldest);
    },
    async create(visit, form) {
      const submission = parseForm(form, keyForm);
      if (submission.status !== 'success') return { result: submission.reply() };
      const { value } = submission;
      const made = await createApiKey(orm.em, masterKeys, visit.store.id, value, visit.actor, (em, apiKey) =>
        announce(em, visit, apiKey, value.name),
      );
      return { done: { ...made, name: value.name, baseUrl: publicUrl, oldKeyEndsAt: null } };
    },
    async roll(visit, keyId, typedHours) {
      const hours = /^\d{1,2}$/.test(typedHours) ? Number(typedHours) : null;
      if (!isRollOverlap(hours)) throw new UserError('invalid_overlap', 'The overlap must be 0, 1, 24 or 72 hours.');
      const { oldKeyEndsAt, name, ...made } = await rollApiKey(
        ...([orm.em, masterKeys, keyId, visit.store.id, hours, visit.actor] as const),
        (em, apiKey, keyName) => announce(em, visit, apiKey, keyName),
      );
      return { ...made, name, baseUrl: publicUrl, oldKeyEndsAt: oldKeyEndsAt.toISOString() };
    },
    async change({ store, actor }, keyId, form): Promise<KeyFormOutcome<true>> {
      const submission = parseForm(form, keyForm);
      if (submission.status !== 'success') return { result: submission.reply() };
      await changeApiKey(orm.em, keyId, store.id, submission.value, actor);
      return { done: true };
    },
    async revoke({ store, actor }, keyId) {
      await revokeApiKey(orm.em, keyId, store.id, actor);
    },
    async requests(storeId, filter, before) {
      const found = await listRequests(orm.em, storeId, {
        ...queryOf(filter),
        before: before && /^\d{1,18}$/.test(before) ? before : null,
        limit: PAGE_ROWS + 1,
      });
      const { rows, next } = pageOf(found, ({ id }) => id.toString());
      return { rows: rows.map(rowOf), older: next };
    },
    async request(storeId, id) {
      const found = /^\d{1,18}$/.test(id) ? await readRequest(orm.em, storeId, id) : null;
      return (
        found && {
          ...rowOf(found),
          headers: Object.entries(found.requestHeaders),
          body: found.requestBody,
          response: found.responseBody,
        }
      );
    },
  };
};

const isLive = (state: KeyState): boolean => state === 'live' || state === 'ending';

const stateOf = (key: ApiKeySummary, now: Date): KeyState => {
  if (key.revokedAt) return 'revoked';
  if (isEnded(key, now)) return 'ended';
  return key.expiresAt ? 'ending' : 'live';
};

const viewOf = (key: ApiKeySummary, now: Date): KeyView => ({
  id: key.apiKey,
  name: key.name,
  state: stateOf(key, now),
  ipAllowlist: key.ipAllowlist,
  createdAt: key.createdAt.toISOString(),
  lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
  endsAt: (key.revokedAt ?? key.expiresAt)?.toISOString() ?? null,
});

const queryOf = ({ code, text, key }: RequestFilterView): Pick<RequestFilter, 'code' | 'text' | 'apiKeyId'> => ({
  code: code === 'ok' || code === 'failed' ? code : /^\d{1,6}$/.test(code) ? Number(code) : null,
  text: text.trim().slice(0, 200).replaceAll('\0', '') || null,
  apiKeyId: isApiKeyId(key) ? key : null,
});

const rowOf = ({ at, ...row }: RequestRow): RequestRowView => ({
  id: row.id.toString(),
  requestId: row.requestId,
  apiKeyId: row.apiKeyId,
  at: at.toISOString(),
  method: row.method,
  path: row.path,
  httpStatus: row.httpStatus,
  code: row.code,
  durationMs: row.durationMs,
  clientAddress: row.clientAddress,
});

// Changes of an endpoint: with the store locked, in one transaction with their audit entries.
import type { AuditVerb } from '#domain/audit-actions.ts';
import type { Store } from '../entities/store.entity.ts';
import { WebhookEndpoint } from '../entities/webhook-endpoint.entity.ts';
import { type Actor, writeAudit } from '../merchants/audit.ts';
import { lockStore } from '../merchants/lock-merchant.ts';
import type { Em } from '../orm.ts';

export interface EndpointChange {
  /** `endpoint.<verb>` in the audit log. */
  verb: AuditVerb<'endpoint'>;
  data: object;
}

/** @param merchantId of the store */
export const auditEndpoint = (
  em: Em,
  actor: Actor,
  endpoint: WebhookEndpoint,
  merchantId: string,
  { verb, data }: EndpointChange,
): Promise<void> =>
  writeAudit(em, {
    actor,
    action: `endpoint.${verb}`,
    subjectKind: 'webhook_endpoint',
    subjectId: endpoint.id,
    merchantId,
    storeId: endpoint.store.id,
    data: { ...data },
  });

/**
 * @param change writes the new values; [] when nothing has changed. Each change has an audit entry.
 * @returns the endpoint as it is then; null when the store has none with this id
 */
export const changeEndpoint = (
  entityManager: Em,
  storeId: string,
  id: string,
  actor: Actor,
  change: (em: Em, endpoint: WebhookEndpoint, store: Store) => Promise<EndpointChange[]>,
): Promise<WebhookEndpoint | null> =>
  entityManager.fork().transactional(async (em) => {
    const store = await lockStore(em, storeId);
    const endpoint = await em.findOne(WebhookEndpoint, { id, store, deletedAt: null });
    if (!endpoint) return null;
    const made = await change(em, endpoint, store);
    if (made.length === 0) return endpoint;
    endpoint.updatedAt = new Date();
    await em.flush();
    for (const one of made) await auditEndpoint(em, actor, endpoint, store.merchant.id, one);
    return endpoint;
  });

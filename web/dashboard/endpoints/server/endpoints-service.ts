// Webhook endpoints for a store's members: making, changing and deleting them, their secrets, test events and deliveries. The rules
// and functions are those of the API.
import type { SubmissionResult } from '@conform-to/react';
import { redeliverToEndpoint, sendEndpointTest, testEventOf } from '#db/endpoints/endpoint-actions.ts';
import { endpointDeliveries, readEndpointDelivery } from '#db/endpoints/endpoint-list.ts';
import { renewSecret } from '#db/endpoints/endpoint-secrets.ts';
import { readReceiverHealth } from '#db/endpoints/receiver-health.ts';
import {
  createEndpoint,
  deleteEndpoint,
  findEndpoint,
  listEndpoints,
  listEndpointsEver,
  updateEndpoint,
} from '#db/endpoints/webhook-endpoints.ts';
import { Store } from '#db/entities/store.entity.ts';
import type { Orm } from '#db/orm.ts';
import type { MasterKeys } from '#db/secrets.ts';
import { UserError } from '#domain/errors.ts';
import { isIdOf } from '#domain/ids.ts';
import { DELIVERY_STATES } from '#domain/webhook-response.ts';
import type { ReceiverCheck } from '#network/receiver-check.ts';
import { type AnySubmission, parseForm } from '#web/access/form-action.ts';
import { PAGE_ROWS, pageOf } from '#web/http/list-pages.ts';
import type { ReceiverAnswer } from '../../settings/server/settings-types.ts';
import { tryReceiver } from '../../settings/server/try-receiver.ts';
import { endpointForm } from './endpoint-form.ts';
import { deliveryRow, endpointName, endpointView, healthBy, oneDelivery } from './endpoint-views.ts';
import type { EndpointsService } from './endpoints-types.ts';

/** The newest deliveries that the list's page shows. */
const NEWEST = 20;
/** How long a renewed secret can wait, in hours: what the API takes, as choices. */
const WAITS: readonly string[] = ['0', '1', '24', '72'];

/** Throws when the endpoint is gone. */
const found = <Result>(result: Result | null | false): Result => {
  if (!result) throw new UserError('no_endpoint', 'This endpoint was deleted meanwhile.');
  return result;
};

const FIELD_PROBLEMS: Readonly<Record<string, string>> = {
  url_taken: 'is the URL of another endpoint of this store',
};

/** A problem with the store's other endpoints, at its field. */
const rejected = (submission: AnySubmission, error: unknown) => {
  if (!(error instanceof UserError)) throw error;
  const problem = FIELD_PROBLEMS[error.code];
  return { result: submission.reply(problem ? { fieldErrors: { url: [problem] } } : { formErrors: [error.message] }) };
};

export interface EndpointsDeps {
  orm: Orm;
  masterKeys: MasterKeys;
  receivers: ReceiverCheck;
}

export const createEndpointsService = ({ orm, masterKeys, receivers }: EndpointsDeps): EndpointsService => {
  /** What a URL that is not stored yet meets, or the rejection of the form. */
  const tried = async (
    submission: AnySubmission,
    url: string,
  ): Promise<{ answer: ReceiverAnswer } | { result: SubmissionResult<string[]> }> => {
    const answer = await tryReceiver(receivers, url);
    return typeof answer === 'string'
      ? { answer }
      : { result: submission.reply({ fieldErrors: { url: [answer.problem] } }) };
  };
  return {
    ...readersOf(orm),
    async create({ store, actor }, form) {
      const submission = parseForm(form, endpointForm);
      if (submission.status !== 'success') return { result: submission.reply() };
      const check = await tried(submission, submission.value.url);
      if ('result' in check) return check;
      try {
        const values = { ...submission.value, enabled: true };
        const { endpoint, secret } = await createEndpoint(orm.em, masterKeys, store.id, values, actor);
        const { id: endpointId, url } = endpoint;
        return { done: { endpointId, url, secret, signsFrom: null, receiver: check.answer } };
      } catch (error) {
        return rejected(submission, error);
      }
    },
    async change({ store, actor }, id, form) {
      const submission = parseForm(form, endpointForm);
      if (submission.status !== 'success') return { result: submission.reply() };
      const { value } = submission;
      const { url } = found(await findEndpoint(orm.em, store.id, id));
      let receiver: ReceiverAnswer | null = null;
      if (value.url !== url) {
        const check = await tried(submission, value.url);
        if ('result' in check) return check;
        receiver = check.answer;
      }
      try {
        found(await updateEndpoint(orm.em, store.id, id, value, actor));
        return { done: { receiver } };
      } catch (error) {
        return rejected(submission, error);
      }
    },
    async setEnabled({ store, actor }, id, enabled) {
      found(await updateEndpoint(orm.em, store.id, id, { enabled }, actor));
    },
    async remove({ store, actor }, id) {
      found(await deleteEndpoint(orm.em, store.id, id, actor));
    },
    sendTest: async ({ store, actor }, id) => found(await sendEndpointTest(orm.em, store.id, id, actor)),
    async redeliver({ store, actor }, id, deliveryId) {
      found(isIdOf('whd', deliveryId) && (await redeliverToEndpoint(orm.em, store.id, id, deliveryId, actor)));
    },
    async renew({ store, actor }, id, typedHours) {
      if (!WAITS.includes(typedHours)) throw new UserError('invalid_wait', 'The wait must be 0, 1, 24 or 72 hours.');
      const wait = Number(typedHours) * 3_600;
      const { endpoint, secret } = found(await renewSecret(orm.em, masterKeys, store.id, id, wait, actor));
      const signsFrom = endpoint.nextSecretAt?.toISOString() ?? null;
      return { endpointId: id, url: endpoint.url, secret, signsFrom, receiver: null };
    },
    async endSecretWait({ store, actor }, id, nextSecret) {
      found(await updateEndpoint(orm.em, store.id, id, { nextSecret }, actor));
    },
  };
};

type Readers = Pick<EndpointsService, 'receivers' | 'endpoint' | 'names' | 'newest' | 'deliveries' | 'delivery'>;

const readersOf = (orm: Orm): Readers => ({
  async receivers(storeId) {
    const [store, endpoints, rows] = await Promise.all([
      orm.em.fork().findOneOrFail(Store, storeId),
      listEndpoints(orm.em, storeId),
      readReceiverHealth(orm.em, storeId),
    ]);
    const health = healthBy(rows);
    const { webhookUrl: url, webhookDisabledAt, refundWebhooks } = store;
    const disabledAt = webhookDisabledAt?.toISOString() ?? null;
    return {
      orders: url ? { url, disabledAt, getsRefunds: refundWebhooks, health: health.get(null) ?? null } : null,
      endpoints: endpoints.map((endpoint) => endpointView(endpoint, health)),
    };
  },
  async endpoint(storeId, id) {
    const [endpoint, rows] = await Promise.all([
      findEndpoint(orm.em, storeId, id),
      readReceiverHealth(orm.em, storeId),
    ]);
    return endpoint && endpointView(endpoint, healthBy(rows));
  },
  names: async (storeId) => (await listEndpointsEver(orm.em, storeId)).map(endpointName),
  async newest(storeId) {
    const filter = { endpointId: null, state: null, after: null, limit: NEWEST };
    return (await endpointDeliveries(orm.em.fork(), storeId, filter).execute()).map(deliveryRow);
  },
  async deliveries(storeId, endpointId, wanted, after) {
    const rows = await endpointDeliveries(orm.em.fork(), storeId, {
      endpointId,
      state: DELIVERY_STATES.find((known) => known === wanted) ?? null,
      after: after && isIdOf('whd', after) ? after : null,
      limit: PAGE_ROWS + 1,
    }).execute();
    const page = pageOf(rows, ({ id }) => id);
    return { rows: page.rows.map(deliveryRow), older: page.next };
  },
  async delivery(storeId, endpointId, deliveryId) {
    const read = isIdOf('whd', deliveryId) ? await readEndpointDelivery(orm.em, storeId, endpointId, deliveryId) : null;
    return read && oneDelivery(read.delivery, read.attempts, testEventOf(deliveryId));
  },
});

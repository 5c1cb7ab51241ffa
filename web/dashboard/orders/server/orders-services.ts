// Orders for the dashboard's pages: reading them, and what a member may do with one.

import { requestRedelivery } from '#db/delivery/webhook-actions.ts';
import { listOrderWebhooks } from '#db/delivery/webhook-list.ts';
import { CheckoutIntent } from '#db/entities/intent.entity.ts';
import type { Actor } from '#db/merchants/audit.ts';
import type { CsvRows } from '#db/orders/order-csv.ts';
import { orderCsv } from '#db/orders/order-csv.ts';
import { PAGE_ORDERS } from '#db/orders/order-list.ts';
import { addOrderNote } from '#db/orders/order-notes.ts';
import { deleteView, listViews, type SavedView, saveView } from '#db/orders/order-views.ts';
import type { Orm } from '#db/orm.ts';
import { sqlOf } from '#db/pool.ts';
import { resolveReview } from '#db/reviews/review-decisions.ts';
import { requestSimulation } from '#db/simulations/request-simulation.ts';
import { readStrayMoney } from '#db/stray-money/stray-list.ts';
import { recordStrayMoney, resolveStray } from '#db/stray-money/stray-money.ts';
import { networkName } from '#domain/chains.ts';
import type { EnabledChain } from '#domain/config.ts';
import type { CsvStyle } from '#domain/csv-style.ts';
import { UserError } from '#domain/errors.ts';
import { isIntentId } from '#domain/ids.ts';
import type { AddressCheck } from '#domain/payable-address.ts';
import type { ReviewOutcome } from '#domain/review-outcomes.ts';
import { isScenario, SCENARIOS, type Scenario } from '#domain/simulations.ts';
import type { StrayOutcome } from '#domain/stray-money.ts';
import type { ChainPools } from '#web/chains/chain-pools.ts';
import { searchNative } from '#web/chains/stray-reads.ts';
import { walletNetwork } from '#web/chains/wallet-networks.ts';
import { byteStream } from '#web/http/byte-stream.ts';
import { readOrderChanges, readOrderView } from './order-presenter.ts';
import { countFor, filterOf, findLines, type ListedStore, readChanges, readOrdersView } from './orders-presenter.ts';
import type {
  OrderChanges,
  OrderLine,
  OrdersChanges,
  OrdersView,
  OrderView,
  StrayRelease,
  StraySearchResult,
} from './orders-types.ts';
import { simulationError } from './simulation-error.ts';
import { newOrderParameters, strayRelease } from './stray-release.ts';

export interface OrdersServices {
  list(store: ListedStore, params: URLSearchParams): Promise<OrdersView>;
  /** Changes of a list since it was read: its newest orders, and those that it shows (`readChanges`). Null: it took too long. */
  changes(store: ListedStore, params: URLSearchParams): Promise<OrdersChanges | null>;
  /** The first few matches of a search, or the newest orders for a blank one; none for text that cannot be searched. Null: it took too long. */
  find(store: ListedStore, text: string): Promise<OrderLine[] | null>;
  /** Null when the store has no such order. */
  order(storeId: string, id: string): Promise<OrderView | null>;
  /** Tells whether the order's page is up to date. Null when the store has no such order. */
  orderChanges(storeId: string, id: string): Promise<OrderChanges | null>;
  /** Null when counting takes too long. Throws UserError `bad_filter`. */
  count(store: ListedStore, params: URLSearchParams): Promise<number | null>;
  /** The CSV as a stream with backpressure. Throws UserError `bad_filter`. */
  csv(
    store: ListedStore,
    params: URLSearchParams,
    file: { rows: CsvRows; style: CsvStyle },
  ): ReadableStream<Uint8Array>;
  /** Saved views of an account. */
  views(storeId: string, userId: string): Promise<SavedView[]>;
  /** Throws UserError as `saveView` does (db/orders/order-views.ts). */
  saveView(storeId: string, userId: string, view: { name: string; query: string }): Promise<void>;
  deleteView(storeId: string, userId: string, id: string): Promise<void>;
  /** Delivers the webhooks of these orders again: of a page of them at most. @returns how many */
  redeliverOrders(storeId: string, ids: readonly string[], actor: Actor): Promise<number>;
  /** Throws UserError: `note_missing`, `note_too_long`, `order_not_found`. */
  addNote(storeId: string, id: string, note: { text: string; actor: Actor }): Promise<void>;
  /** Throws UserError `webhook_not_found`. */
  redeliver(storeId: string, webhookId: string, actor: Actor): Promise<void>;
  /** Throws UserError as `resolveReview` does (db/reviews/review-decisions.ts). */
  decide(
    storeId: string,
    decision: { reviewItemId: string; outcome: ReviewOutcome; reason: string; actor: Actor },
  ): Promise<void>;
  /** Searches the order's address for native coin on every enabled network. Null when the store has no such order. */
  searchStray(storeId: string, id: string): Promise<StraySearchResult | null>;
  /** The release that the parameters of the order's page describe; null when they name no open money of the order. */
  strayRelease(storeId: string, id: string, parameters: URLSearchParams): Promise<StrayRelease | null>;
  /** Starts a simulated payment of a test store's order. Throws UserError with the problem as its code. */
  simulate(storeId: string, id: string, scenario: string): Promise<void>;
  /** The scenarios that the store's orders offer: none in a live store, or where no local chain is on. */
  scenarios(store: { isTest: boolean }): Scenario[];
  /** Nonce and deadline of a new release order, as the page's parameters. */
  newReleaseOrder(): Record<'nonce' | 'deadline', string>;
  /** Throws UserError: `stray_not_found`, `stray_resolved`, `reason_missing`. */
  decideStray(
    storeId: string,
    decision: { strayId: string; outcome: StrayOutcome; reason: string; actor: Actor },
  ): Promise<void>;
}

export interface OrdersServicesDeps {
  orm: Orm;
  chains: readonly EnabledChain[];
  pools: ChainPools;
  checkAddress: AddressCheck;
}

export const createOrdersServices = ({ orm, chains, pools, checkAddress }: OrdersServicesDeps): OrdersServices => {
  const sql = sqlOf(orm);
  const chainIds = chains.map(({ chain }) => chain.id);
  return {
    list: (store, params) => readOrdersView(orm.em, store, params, chainIds),
    changes: (store, params) => readChanges(orm.em, store, params),
    find: (store, text) => findLines(orm.em, store.id, text),
    order: (storeId, id) => readOrderView(orm.em, storeId, id),
    orderChanges: (storeId, id) => readOrderChanges(orm.em, storeId, id),
    count: (store, params) => countFor(orm.em, store.id, filterOf(params, store.timeZone)),
    csv(store, params, file) {
      const filter = filterOf(params, store.timeZone);
      return byteStream(orderCsv(sql, { storeId: store.id, timeZone: store.timeZone, filter, ...file }));
    },
    views: (storeId, userId) => listViews(orm.em, storeId, userId),
    saveView: (storeId, userId, view) => saveView(orm.em, storeId, userId, view),
    deleteView: (storeId, userId, id) => deleteView(orm.em, storeId, userId, id),
    async redeliverOrders(storeId, ids, actor) {
      const events = await listOrderWebhooks(orm.em, storeId, ids.filter(isIntentId).slice(0, PAGE_ORDERS));
      for (const id of events) await requestRedelivery(orm.em, id, { storeId, actor });
      return events.length;
    },
    async addNote(storeId, id, note) {
      if (!isIntentId(id)) throw new UserError('order_not_found', 'There is no such order.');
      await addOrderNote(orm.em, storeId, id, note);
    },
    redeliver: (storeId, webhookId, actor) => requestRedelivery(orm.em, webhookId, { storeId, actor }),
    decide: async (storeId, decision) => void (await resolveReview(orm.em.fork(), { ...decision, storeId })),
    async searchStray(storeId, id) {
      if (!isIntentId(id)) return null;
      const order = await orm.em.fork().findOne(CheckoutIntent, { id, store: storeId }, { fields: ['depositAddress'] });
      if (!order) return null;
      const { found, silent } = await searchNative(pools, order.depositAddress);
      await recordStrayMoney(orm.em.fork(), id, found);
      return { found: found.map(({ chainId }) => networkName(chainId)), silent };
    },
    async strayRelease(storeId, id, parameters) {
      const row = await readStrayMoney(orm.em, parameters.get('release') ?? '');
      const isItsOwn = row?.storeId === storeId && row.intentId === id && row.outcome === null;
      if (!row || !isItsOwn) return null;
      const enabled = chains.find(({ chain }) => chain.id === row.chainId);
      return await strayRelease(checkAddress, row, enabled ? walletNetwork(enabled) : null, parameters);
    },
    scenarios: ({ isTest }) => (isTest && chains.some(({ chain }) => chain.local) ? [...SCENARIOS] : []),
    async simulate(storeId, intentId, scenario) {
      if (!isIntentId(intentId) || !isScenario(scenario)) throw simulationError('not_found');
      const enabled = chains.map(({ chain }) => chain);
      const ask = { storeId, intentId, scenario, chains: enabled, requestedBy: 'dashboard', claim: null };
      const result = await requestSimulation(orm.em, ask);
      if (result.kind === 'rejected') throw simulationError(result.problem);
    },
    newReleaseOrder: newOrderParameters,
    decideStray: async (storeId, decision) => void (await resolveStray(orm.em.fork(), { ...decision, storeId })),
  };
};

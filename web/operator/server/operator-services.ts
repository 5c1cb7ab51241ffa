// What console pages read and do. Every change takes the operator and a reason; the query that makes it writes the audit entry.
// Routes check who may call: `requireOperator` in each of them.

import { type EmailFilter, type EmailRow, listEmails } from '#db/delivery/email-list.ts';
import { type FailingReceiver, listFailingReceivers } from '#db/delivery/failing-receivers.ts';
import { readOrderRef } from '#db/intents/order-ref.ts';
import { type Actor, writeAudit } from '#db/merchants/audit.ts';
import { describeAuditProblem, verifyAuditLog } from '#db/merchants/audit-heads.ts';
import { type AuditFilter, type AuditRow, listAuditEntries, readAuditExtent } from '#db/merchants/audit-list.ts';
import { listWaitingChanges, type WaitingChange } from '#db/merchants/change-list.ts';
import { listMembers } from '#db/merchants/members.ts';
import {
  countMerchants,
  listMerchants,
  type MerchantDetail,
  type MerchantRow,
  readMerchant,
} from '#db/merchants/merchant-list.ts';
import { type ListedProposal, listProposals, listWaitingProposals } from '#db/merchants/proposal-list.ts';
import { cancelProposal, confirmProposal, proposeAcceptance } from '#db/merchants/proposals.ts';
import { neededReason } from '#db/merchants/store-terms.ts';
import type { Orm } from '#db/orm.ts';
import { resolveReview } from '#db/reviews/review-decisions.ts';
import { listReviews, type ReviewFilter, readReview } from '#db/reviews/review-queue.ts';
import { listSettlements, type SettlementFilter } from '#db/settlements/settlement-list.ts';
import { listStrayMoney } from '#db/stray-money/stray-list.ts';
import type { EnabledChain } from '#domain/config.ts';
import { UserError } from '#domain/errors.ts';
import type { IntentId } from '#domain/ids.ts';
import type { ReviewOutcome } from '#domain/review-outcomes.ts';
import { problemOf } from '#web/access/form-error.ts';
import type { FormProblem } from '#web/access/form-error-types.ts';
import type { Recovery } from '#web/auth/recovery.ts';
import type { ChainPools } from '#web/chains/chain-pools.ts';
import { PAGE_ROWS, type Page, pageOf, parseTimeCursor, timeCursor } from '#web/http/list-pages.ts';
import { intentWorkflowId } from '#workflows/messages.ts';
import { type AlertActions, createAlertActions } from './alerts.ts';
import { readChainsPage } from './chains-view.ts';
import { type ChangedBy, createMerchantActions, type MerchantActions } from './merchant-actions.ts';
import type {
  AccountStatus,
  ChainsPageView,
  FoundOrdersView,
  OperatorOrderView,
  OverviewView,
  ReviewItemView,
  ReviewPageView,
  SettlementView,
  StrayItemView,
  TreasuryView,
} from './operator-types.ts';
import { readFoundOrders, readOperatorOrder } from './orders-view.ts';
import { readOverview, readRailCounts } from './overview.ts';
import { reviewItem, reviewPage } from './review-view.ts';
import { savedSearches } from './saved-searches.ts';
import { settlementView } from './settlement-view.ts';
import { strayItem } from './stray-view.ts';
import { readTreasury } from './treasury-view.ts';

export interface OperatorServices extends MerchantActions, AlertActions {
  /** For the navigation. */
  railCounts(): ReturnType<typeof readRailCounts>;
  overview(): Promise<OverviewView>;
  merchantCounts(): Promise<Record<AccountStatus, number>>;
  merchants(filter: { status?: AccountStatus; search?: string; after?: string }): Promise<Page<MerchantRow>>;
  /** Null when there is no such merchant. */
  merchant(id: string): Promise<MerchantDetail | null>;
  /** Orders of every store, newest first. `size`: rows of a page. */
  orders(search: { text: string; after?: string; size?: number }): Promise<FoundOrdersView>;
  /** Null when there is no such order. */
  order(id: string): Promise<OperatorOrderView | null>;
  reviews(filter: Omit<ReviewFilter, 'limit'>): Promise<Page<ReviewItemView>>;
  /** Open money that is none of our coins, oldest first. */
  strays(storeId?: string): Promise<StrayItemView[]>;
  /** Null when there is no such review. */
  review(id: string): Promise<ReviewPageView | null>;
  /** Changes of where the merchant's money goes that wait, the next one first. */
  waitingChanges(merchantId: string): Promise<WaitingChange[]>;
  /** Starts the recovery of an account (decision 0060). Null when it was started; not while one waits. */
  startRecovery(email: string, by: ChangedBy): Promise<FormProblem | null>;
  /** Ends every session of a member of this merchant. Null when it was done. */
  endSessions(merchantId: string, userId: string, by: ChangedBy): Promise<FormProblem | null>;
  /** Null when the review was resolved, or its acceptance proposed. */
  resolve(reviewItemId: string, outcome: ReviewOutcome, by: ChangedBy): Promise<FormProblem | null>;
  /** Those that wait, oldest first, then the latest that were decided. */
  proposals(): Promise<ListedProposal[]>;
  /** Those about a merchant or a review that wait, oldest first. */
  waitingProposals(about: { merchantId: string } | { reviewItemId: string }): Promise<ListedProposal[]>;
  /** Null when it was done. */
  decideProposal(id: string, decision: 'confirm' | 'cancel', actor: Actor): Promise<FormProblem | null>;
  chains(): Promise<ChainsPageView>;
  /** Of a month such as `2026-11`; another text: of this month. */
  treasury(month: string): Promise<TreasuryView>;
  settlements(filter: Omit<SettlementFilter, 'limit'>): Promise<Page<SettlementView>>;
  failingReceivers(): Promise<FailingReceiver[]>;
  emails(filter: Omit<EmailFilter, 'limit' | 'after'> & { after?: string }): Promise<Page<EmailRow>>;
  audit(filter: Omit<AuditFilter, 'limit'>): Promise<Page<AuditRow>>;
  auditExtent(): Promise<{ count: number; lastId: string | null }>;
  /** Checks the hash of every entry, and the newest signed head. `problem` is a sentence; null when nothing was changed. */
  verifyAudit(): Promise<{ verifiedUpTo: string | null; problem: string | null; count: number }>;
  /** A workflow's page in the Temporal UI; null when that is not configured. */
  workflowUrl(workflowId: string): string | null;
  /** The same of an order's workflow. */
  orderWorkflowUrl(id: IntentId): Promise<string | null>;
}

export interface OperatorServicesDeps {
  orm: Orm;
  chains: readonly EnabledChain[];
  pools: ChainPools;
  publicUrl: string;
  /** How long a new owner waits. */
  changeWaitMs: number;
  recovery: Pick<Recovery, 'start' | 'isWaiting'>;
  /** Ends sessions, trusted browsers and half log-ins of an account. */
  endSessions(userId: string): Promise<void>;
  /** Base URL of the Temporal UI; null for no links. */
  temporalUiUrl: string | null;
  temporalNamespace: string;
}

const RECEIVERS = 200;

export const createOperatorServices = (deps: OperatorServicesDeps): OperatorServices => {
  const { orm, chains, pools, publicUrl, temporalUiUrl, temporalNamespace } = deps;
  const { em } = orm;
  const workflowsUrl =
    temporalUiUrl && `${temporalUiUrl}/namespaces/${encodeURIComponent(temporalNamespace)}/workflows`;
  const workflowUrl = (workflowId: string): string | null =>
    workflowsUrl && `${workflowsUrl}/${encodeURIComponent(workflowId)}`;
  const orderWorkflowUrl = async (id: IntentId): Promise<string | null> => {
    const order = temporalUiUrl ? await readOrderRef(em, id) : null;
    return order && workflowUrl(intentWorkflowId(order));
  };
  return {
    ...createMerchantActions(orm, publicUrl, deps.changeWaitMs),
    ...createAlertActions(em, publicUrl),
    workflowUrl,
    orderWorkflowUrl,

    railCounts: () => readRailCounts(em, chains),
    overview: () => readOverview(em, chains, pools),
    merchantCounts: () => countMerchants(em),

    async merchants({ after, ...filter }) {
      const rows = await listMerchants(em, { ...filter, ...parseTimeCursor(after), limit: PAGE_ROWS + 1 });
      return pageOf(rows, timeCursor);
    },
    merchant: (id) => readMerchant(em, id),
    waitingChanges: (merchantId) => listWaitingChanges(em, merchantId),

    orders: (search) => readFoundOrders(em, search),
    async order(id) {
      const order = await readOperatorOrder(em, id);
      return order && { ...order, temporalUrl: await orderWorkflowUrl(order.order.line.id) };
    },

    async reviews(filter) {
      const { rows, next } = pageOf(await listReviews(em, { ...filter, limit: PAGE_ROWS + 1 }), ({ id }) => id);
      return { rows: rows.map(reviewItem), next };
    },
    async strays(storeId) {
      const rows = await listStrayMoney(em, { state: 'open', limit: PAGE_ROWS, ...(storeId ? { storeId } : {}) });
      return rows.map(strayItem);
    },
    async review(id) {
      const review = await readReview(em, id);
      return review && reviewPage(review, await orderWorkflowUrl(review.intentId));
    },
    resolve: (reviewItemId, outcome, { actor, reason }) =>
      problemOf(async () => {
        if (outcome === 'accepted') await proposeAcceptance(em, { reviewItemId, reason, actor });
        else await resolveReview(em.fork(), { reviewItemId, outcome, reason, actor });
      }),

    endSessions: (merchantId, userId, { actor, reason }) =>
      problemOf(async () => {
        const why = neededReason(reason);
        const member = (await listMembers(em, merchantId)).find((one) => one.userId === userId);
        if (!member) throw new UserError('no_member', 'This person does not work for this merchant');
        const entry = { action: 'account.end_all_sessions', subjectKind: 'account', subjectId: userId } as const;
        await em.fork().transactional((fork) => writeAudit(fork, { ...entry, actor, reason: why }));
        await deps.endSessions(userId);
      }),

    startRecovery: (email, { actor, reason }) =>
      problemOf(async () => {
        const why = neededReason(reason);
        // Each start mails many people, and begins the wait anew.
        if (await deps.recovery.isWaiting(email)) {
          throw new UserError('recovery_waits', 'email: a recovery of this account waits already');
        }
        await deps.recovery.start(email, { actor, reason: why });
      }),

    proposals: () => listProposals(em),
    waitingProposals: (about) => listWaitingProposals(em, about),
    decideProposal: (id, decision, actor) =>
      problemOf(() =>
        decision === 'confirm' ? confirmProposal(em, { id, actor }) : cancelProposal(em, { id, actor }),
      ),

    async chains() {
      const page = await readChainsPage(em, chains, pools, workflowUrl);
      const temporal =
        temporalUiUrl && workflowsUrl
          ? { url: temporalUiUrl, searches: savedSearches(workflowsUrl, Date.now()) }
          : null;
      return { ...page, temporal };
    },

    async settlements(filter) {
      const { rows, next } = pageOf(await listSettlements(em, { ...filter, limit: PAGE_ROWS + 1 }), ({ id }) => id);
      return { rows: rows.map(settlementView), next };
    },
    treasury: (month) => readTreasury(em, month, new Date()),
    failingReceivers: () => listFailingReceivers(em, RECEIVERS),

    emails: async ({ after, ...filter }) =>
      pageOf(await listEmails(em, { ...filter, ...parseTimeCursor(after), limit: PAGE_ROWS + 1 }), timeCursor),

    audit: async (filter) => pageOf(await listAuditEntries(em, { ...filter, limit: PAGE_ROWS + 1 }), ({ id }) => id),
    auditExtent: () => readAuditExtent(em),
    async verifyAudit() {
      const { count, lastId } = await readAuditExtent(em);
      const { problem } = await verifyAuditLog(em);
      return { count, problem: problem && describeAuditProblem(problem), verifiedUpTo: problem ? null : lastId };
    },
  };
};

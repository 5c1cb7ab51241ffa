// What console pages ask of the server. Reading is here; what changes something takes the operator and the reason, and its SQL
// writes the audit entry with it. Who may call is the routes' matter: `requireOperator` in each of them.

import { type EmailFilter, type EmailRow, listEmails } from '#db/delivery/email-list.ts';
import { type Actor, findBrokenAuditEntry } from '#db/merchants/audit.ts';
import { inviteMember } from '#db/merchants/invitations.ts';
import { inviteMerchant } from '#db/merchants/invite-merchant.ts';
import {
  countMerchants,
  listMerchants,
  type MerchantDetail,
  type MerchantRow,
  neededReason,
  readMerchant,
  setStoreFees,
  setStoreStatus,
} from '#db/merchants/merchant-list.ts';
import { activateMerchant, reactivateMerchant, suspendMerchant } from '#db/merchants/merchants.ts';
import {
  type AuditFilter,
  type AuditRow,
  type FailingReceiver,
  listAuditEntries,
  listFailingReceivers,
  listSettlements,
  readAuditExtent,
  type SettlementFilter,
} from '#db/operations/operations.ts';
import type { Orm } from '#db/orm.ts';
import { resolveReview } from '#db/reviews/review-decisions.ts';
import { countOpenReviews, listReviews, type ReviewFilter, readReview } from '#db/reviews/review-queue.ts';
import { findChain, networkName } from '#domain/chains.ts';
import { coinSymbol } from '#domain/coins.ts';
import type { EnabledChain } from '#domain/config.ts';
import { UserError } from '#domain/errors.ts';
import { formatDecimal, PRICE_DECIMALS, parseUnits } from '#domain/money.ts';
import type { ReviewOutcome } from '#domain/review-outcomes.ts';
import { formProblem } from '#web/access/form-error.ts';
import type { FormProblem } from '#web/access/form-error-types.ts';
import type { ChainPools } from '#web/chains/chain-pools.ts';
import { readChainsPage } from './chains-view.ts';
import type {
  AccountStatus,
  ChainsPageView,
  Page,
  ReviewItemView,
  ReviewPageView,
  SettlementView,
} from './operator-types.ts';
import { reviewItem, reviewPage } from './review-view.ts';

/** Who acts, and why. */
export interface OperatorAct {
  actor: Actor;
  reason: string;
}

export interface OperatorServices {
  /** The lengths of the queues, for the rail. */
  counts(): Promise<{ reviews: number; merchants: Record<AccountStatus, number> }>;
  merchants(filter: { status?: AccountStatus; search?: string; after?: string }): Promise<Page<MerchantRow>>;
  /** Null when there is no such merchant. */
  merchant(id: string): Promise<MerchantDetail | null>;
  /** Each act answers null when it was done, else why not; the audit entry stands in the act's transaction. */
  activate(merchantId: string, fee: TypedFee, act: OperatorAct): Promise<FormProblem | null>;
  suspend(merchantId: string, act: OperatorAct): Promise<FormProblem | null>;
  reactivate(merchantId: string, act: OperatorAct): Promise<FormProblem | null>;
  setStoreFees(storeId: string, fee: TypedFee, act: OperatorAct): Promise<FormProblem | null>;
  setStoreStatus(storeId: string, status: 'active' | 'suspended', act: OperatorAct): Promise<FormProblem | null>;
  /** A new merchant, active with this fee, whose owner is invited by e-mail. */
  invite(merchant: { name: string; email: string }, fee: TypedFee, act: OperatorAct): Promise<FormProblem | null>;
  /** One more owner of a merchant, by e-mail: for one that lost its last. */
  inviteOwner(merchantId: string, email: string, act: OperatorAct): Promise<FormProblem | null>;
  reviews(filter: Omit<ReviewFilter, 'limit'>): Promise<Page<ReviewItemView>>;
  /** Null when there is no such review. */
  review(id: string): Promise<ReviewPageView | null>;
  resolve(reviewItemId: string, outcome: ReviewOutcome, act: OperatorAct): Promise<FormProblem | null>;
  chains(): Promise<ChainsPageView>;
  settlements(filter: Omit<SettlementFilter, 'limit'>): Promise<Page<SettlementView>>;
  failingReceivers(): Promise<FailingReceiver[]>;
  emails(filter: Omit<EmailFilter, 'limit' | 'after'> & { after?: string }): Promise<Page<EmailRow>>;
  audit(filter: Omit<AuditFilter, 'limit'>): Promise<Page<AuditRow>>;
  auditExtent(): Promise<{ count: number; lastId: string | null }>;
  /** Walks the whole chain. `broken` is the first entry that does not follow from the one before it. */
  verifyAudit(): Promise<{ verifiedUpTo: string | null; broken: string | null; count: number }>;
  /** A workflow in Temporal's own pages; null when those are not configured. */
  workflowUrl(workflowId: string): string | null;
}

/** As typed into the form: percent, and coins. */
export interface TypedFee {
  percent: string;
  minFee: string;
}

export interface OperatorServicesDeps {
  orm: Orm;
  chains: readonly EnabledChain[];
  pools: ChainPools;
  publicUrl: string;
  /** Base address of Temporal's own pages; null: no links. */
  temporalUiUrl: string | null;
  temporalNamespace: string;
}

const PAGE_ROWS = 50;
const RECEIVERS = 200;

export const createOperatorServices = (deps: OperatorServicesDeps): OperatorServices => {
  const { orm, chains, pools, publicUrl, temporalUiUrl, temporalNamespace } = deps;
  const { em } = orm;
  const workflowUrl = (workflowId: string): string | null =>
    temporalUiUrl &&
    `${temporalUiUrl}/namespaces/${encodeURIComponent(temporalNamespace)}/workflows/${encodeURIComponent(workflowId)}`;
  const change = (merchantId: string, act: OperatorAct) => ({ merchantId, ...act, publicUrl });
  return {
    workflowUrl,

    async counts() {
      const [reviews, merchants] = await Promise.all([countOpenReviews(em), countMerchants(em)]);
      return { reviews, merchants };
    },

    async merchants({ after, ...filter }) {
      const rows = await listMerchants(em, { ...filter, ...cursorOf(after), limit: PAGE_ROWS + 1 });
      return pageOf(rows, timeCursor);
    },
    merchant: (id) => readMerchant(em, id),
    activate: (merchantId, fee, act) =>
      done(async () => await activateMerchant(em, { ...change(merchantId, act), ...parseFee(fee) })),
    suspend: (merchantId, act) => done(() => suspendMerchant(em, change(merchantId, act))),
    reactivate: (merchantId, act) => done(() => reactivateMerchant(em, change(merchantId, act))),
    setStoreFees: (storeId, fee, act) =>
      done(async () => await setStoreFees(em, { storeId, ...parseFee(fee), ...act })),
    setStoreStatus: (storeId, status, act) => done(() => setStoreStatus(em, { storeId, status, ...act })),
    invite: (merchant, fee, act) =>
      done(async () => await inviteMerchant(em, { ...merchant, ...parseFee(fee), ...act, publicUrl })),
    inviteOwner: (merchantId, email, { actor, reason }) =>
      done(async () => {
        const given = { merchantId, email, role: 'owner' as const, actor, reason: neededReason(reason) };
        await inviteMember(em, { ...given, publicUrl });
      }),

    async reviews(filter) {
      const { rows, next } = pageOf(await listReviews(em, { ...filter, limit: PAGE_ROWS + 1 }), ({ id }) => id);
      return { rows: rows.map(reviewItem), next };
    },
    async review(id) {
      const review = await readReview(em, id);
      return review && reviewPage(review, workflowUrl(review.intentId));
    },
    resolve: (reviewItemId, outcome, { actor, reason }) =>
      done(() => resolveReview(em.fork(), { reviewItemId, outcome, reason, actor })),

    chains: () => readChainsPage(em, chains, pools, workflowUrl, temporalUiUrl),

    async settlements(filter) {
      const { rows, next } = pageOf(await listSettlements(em, { ...filter, limit: PAGE_ROWS + 1 }), ({ id }) => id);
      return { rows: rows.map(settlementView), next };
    },
    failingReceivers: () => listFailingReceivers(em, RECEIVERS),

    emails: async ({ after, ...filter }) =>
      pageOf(await listEmails(em, { ...filter, ...cursorOf(after), limit: PAGE_ROWS + 1 }), timeCursor),

    audit: async (filter) => pageOf(await listAuditEntries(em, { ...filter, limit: PAGE_ROWS + 1 }), ({ id }) => id),
    auditExtent: () => readAuditExtent(em),
    async verifyAudit() {
      const { count, lastId } = await readAuditExtent(em);
      const broken = await findBrokenAuditEntry(em);
      return { count, broken: broken?.id ?? null, verifiedUpTo: broken ? null : lastId };
    },
  };
};

const done = async (work: () => Promise<unknown>): Promise<FormProblem | null> => {
  try {
    await work();
    return null;
  } catch (error) {
    return formProblem(error);
  }
};

/** The cursor of lists by time: `2026-11-22T23:15:03.000001Z~mer_…`. What is none begins at the top. */
const timeCursor = ({ createdAt, id }: { createdAt: string; id: string }): string => `${createdAt}~${id}`;

const cursorOf = (after: string | undefined): { after?: { createdAt: string; id: string } } => {
  const [createdAt, id] = after?.split('~') ?? [];
  return createdAt && id && !Number.isNaN(Date.parse(createdAt)) ? { after: { createdAt, id } } : {};
};

const pageOf = <Row>(rows: Row[], cursorOf: (row: Row) => string): Page<Row> => {
  const shown = rows.slice(0, PAGE_ROWS);
  const last = shown.at(-1);
  return { rows: shown, next: rows.length > PAGE_ROWS && last ? cursorOf(last) : null };
};

/** `0.6` percent is 60 basis points. Throws UserError `bad_fee`, `bad_min_fee`. */
const parseFee = ({ percent, minFee }: TypedFee): { feeBps: number; minFeeUnits: bigint } => {
  if (!/^\d{1,3}(\.\d{1,2})?$/.test(percent.trim()) || Number(percent) > 100)
    throw new UserError('bad_fee', 'percent: must be a percentage from 0 to 100 with at most two places, as 0.6');
  const minFeeUnits = parseUnits(minFee.trim());
  if (minFeeUnits === undefined || minFeeUnits > 10n ** 24n)
    throw new UserError('bad_min_fee', 'minFee: must be an amount of coin, as 0.10');
  return { feeBps: Math.round(Number(percent) * 100), minFeeUnits };
};

const settlementView = (row: Awaited<ReturnType<typeof listSettlements>>[number]): SettlementView => {
  const chain = findChain(row.chainId);
  const token = chain?.tokens.find(({ address }) => address === row.token);
  const shown = (baseUnits: bigint | null): string | null =>
    baseUnits === null ? null : token ? formatDecimal(baseUnits, token.decimals, PRICE_DECIMALS) : baseUnits.toString();
  return {
    id: row.id,
    intentId: row.intentId,
    storeId: row.storeId,
    storeName: row.storeName,
    storeIsTest: row.storeIsTest,
    network: networkName(row.chainId),
    coin: token ? coinSymbol(token.coin) : row.token,
    state: row.state,
    attempts: row.attempts,
    createdAt: row.createdAt.toISOString(),
    settledAt: row.settledAt?.toISOString() ?? null,
    net: shown(row.netBaseUnits),
    fee: shown(row.feeBaseUnits),
    txHash: row.txHash,
    explorerUrl: row.txHash && chain?.explorerTxUrl ? `${chain.explorerTxUrl}${row.txHash}` : null,
    lastError: row.lastError,
  };
};

// The ORM: an explicit list of entities, checked-in migrations, and one way to open it. Callers fork the entity manager.
import { Migrator } from '@mikro-orm/migrations';
import { defineConfig, MikroORM } from '@mikro-orm/postgresql';
import type { Pool, PoolClient } from 'pg';
import { AuditHeadRowSchema, TotpUseSchema } from './entities/account-security.entity.ts';
import { BookingSchema } from './entities/booking.entity.ts';
import { BooksCheckSchema } from './entities/books-check.entity.ts';
import {
  BlockRecheckSchema,
  ChainBlockSchema,
  ChainCursorSchema,
  FiatRateHistorySchema,
  FiatRateSchema,
  GasPriceSchema,
  RelayerAccountSchema,
  RelayerTxSchema,
  SettlementSchema,
  TokenTransferSchema,
} from './entities/chain.entity.ts';
import { DatabaseLifeSchema } from './entities/database-life.entity.ts';
import { ReviewItemSchema, WebhookAttemptSchema, WebhookEventSchema } from './entities/delivery.entity.ts';
import {
  EmailMessageSchema,
  EmailPaceSchema,
  MailboxMessageSchema,
  ReportOptOutSchema,
  ReportSchema,
  VisitorEmailSchema,
} from './entities/email.entity.ts';
import {
  AnnouncedTransactionSchema,
  CheckoutIntentSchema,
  DispatchSchema,
  KeptClaimSchema,
  OrderDayTotalSchema,
  ScreenedPayerSchema,
  TimelineEventSchema,
} from './entities/intent.entity.ts';
import { InvoiceLineSchema, InvoiceSchema, InvoiceSequenceSchema } from './entities/invoice.entity.ts';
import {
  AuditEntrySchema,
  InvitationSchema,
  MemberSchema,
  RequestLogSchema,
} from './entities/merchant-people.entity.ts';
import { NetworkNoticeSchema } from './entities/network-notice.entity.ts';
import { AlertMessageSchema, AlertMuteSchema, OperatorAlertSchema } from './entities/operator-alert.entity.ts';
import { OperatorProposalSchema } from './entities/operator-proposal.entity.ts';
import { EventSequenceSchema, OrderEventSchema } from './entities/order-event.entity.ts';
import { OrderSearchTextSchema, OrderViewSchema } from './entities/order-search.entity.ts';
import { LinkPictureSchema, OrderSourceSchema, PaymentLinkSchema } from './entities/payment-link.entity.ts';
import { ChangeLinkSchema, PendingChangeSchema } from './entities/pending-change.entity.ts';
import { ReceiverCodeSchema } from './entities/receiver-code.entity.ts';
import { RefundEntrySchema, RefundRequestSchema, RefundSchema } from './entities/refund.entity.ts';
import { RefundAddressSchema } from './entities/refund-address.entity.ts';
import { EventErasureSchema, RetentionCursorSchema } from './entities/retention.entity.ts';
import { SimulationSchema } from './entities/simulation.entity.ts';
import {
  ApiKeySchema,
  ApiNonceSchema,
  IdempotencyKeySchema,
  MerchantSchema,
  StoreLogoSchema,
  StoreSchema,
} from './entities/store.entity.ts';
import { HeldTransferSchema, StrayMoneySchema, StraySearchSchema, TokenCheckSchema } from './entities/token.entity.ts';
import { SealedKeySchema, WalletSchema, WalletTxSchema } from './entities/wallet.entity.ts';
import {
  EndpointAttemptSchema,
  EndpointDeliverySchema,
  WebhookEndpointSchema,
} from './entities/webhook-endpoint.entity.ts';
import { migrations } from './migrations/index.ts';
import { keepRowsOutOfErrors } from './row-free-errors.ts';

/** Every table that the ORM maps. */
export const entities = [
  MerchantSchema,
  StoreSchema,
  StoreLogoSchema,
  MemberSchema,
  InvitationSchema,
  PendingChangeSchema,
  ChangeLinkSchema,
  AuditEntrySchema,
  AuditHeadRowSchema,
  TotpUseSchema,
  RequestLogSchema,
  EmailMessageSchema,
  EmailPaceSchema,
  MailboxMessageSchema,
  VisitorEmailSchema,
  ReportSchema,
  ReportOptOutSchema,
  FiatRateHistorySchema,
  RefundRequestSchema,
  RefundSchema,
  RefundEntrySchema,
  SimulationSchema,
  ApiKeySchema,
  ApiNonceSchema,
  IdempotencyKeySchema,
  CheckoutIntentSchema,
  TimelineEventSchema,
  OrderEventSchema,
  EventSequenceSchema,
  AnnouncedTransactionSchema,
  KeptClaimSchema,
  ScreenedPayerSchema,
  DispatchSchema,
  OrderDayTotalSchema,
  OrderSearchTextSchema,
  OrderViewSchema,
  ChainCursorSchema,
  ChainBlockSchema,
  BlockRecheckSchema,
  BookingSchema,
  BooksCheckSchema,
  RefundAddressSchema,
  TokenTransferSchema,
  RelayerAccountSchema,
  RelayerTxSchema,
  GasPriceSchema,
  SettlementSchema,
  FiatRateSchema,
  WebhookEventSchema,
  WebhookAttemptSchema,
  WebhookEndpointSchema,
  EndpointDeliverySchema,
  EndpointAttemptSchema,
  ReviewItemSchema,
  WalletSchema,
  SealedKeySchema,
  WalletTxSchema,
  TokenCheckSchema,
  NetworkNoticeSchema,
  ReceiverCodeSchema,
  HeldTransferSchema,
  StrayMoneySchema,
  StraySearchSchema,
  OperatorAlertSchema,
  AlertMessageSchema,
  AlertMuteSchema,
  OperatorProposalSchema,
  RetentionCursorSchema,
  EventErasureSchema,
  DatabaseLifeSchema,
  PaymentLinkSchema,
  LinkPictureSchema,
  InvoiceSchema,
  InvoiceLineSchema,
  InvoiceSequenceSchema,
  OrderSourceSchema,
] as const;

export type Orm = Awaited<ReturnType<typeof openOrm>>;
export type Em = Orm['em'];

export interface OpenOrmOptions {
  databaseUrl: string;
  /** Connections of the pool. */
  poolSize?: number;
}

/** By then, the code that held a broken connection has received the error. */
const LOST_AFTER_MS = 1_000;
/** A process or machine that stops inside a transaction must not keep its locks. */
const IDLE_IN_TRANSACTION_MS = 30_000;

/**
 * The ORM returns a transaction's connection to the pool only after the rollback, which fails on a broken connection. The pool would
 * lose that slot for good, and after some restarts of Postgres it would have no connections left.
 */
const reclaimBrokenConnections = (pool: Pool): void => {
  const held = new Set<PoolClient>();
  pool.on('acquire', (client) => held.add(client));
  pool.on('release', (_error, client) => held.delete(client));
  pool.on('connect', (client) => {
    client.once('error', () => {
      const reclaim = (): void => {
        if (held.has(client)) client.release(true);
      };
      setTimeout(reclaim, LOST_AFTER_MS).unref();
    });
  });
};

export const ormConfig = ({ databaseUrl, poolSize = 10 }: OpenOrmOptions) =>
  defineConfig({
    clientUrl: databaseUrl,
    pool: { min: 0, max: poolSize },
    driverOptions: {
      // The ORM reads host, user and database from `clientUrl` and drops its query, so `sslmode` would be ignored.
      connectionString: databaseUrl,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
      onPoolCreated: reclaimBrokenConnections,
    },
    entities,
    extensions: [Migrator],
    // Each migration in a transaction of its own: the locks of one do not last through the next.
    migrations: {
      ...{ migrationsList: migrations, snapshot: false, silent: true, path: 'db/migrations', emit: 'ts' },
      allOrNothing: false,
    },
    // Tables of other owners (the demo shop, rate limits, accounts) live in schemas of their own, and so do the days of the request log.
    schemaGenerator: { ignoreSchema: ['auth', 'demo', 'limits', 'log_days'] },
    forceUtcTimezone: true,
  });

/** Opens the database. Close it with `orm.close()`. */
export const openOrm = async (options: OpenOrmOptions) => {
  const orm = await MikroORM.init(ormConfig(options));
  keepRowsOutOfErrors(orm.em.getDriver());
  return orm;
};

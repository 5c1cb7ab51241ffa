// The columns of a new intent's row.
import type { Address } from '#domain/address.ts';
import type { CoinId } from '#domain/coins.ts';
import type { CurrencyId } from '#domain/currencies.ts';
import type { ContractId, IntentId } from '#domain/ids.ts';
import type { Cents, Units } from '#domain/money.ts';
import { OrderSourceKind } from '#domain/order-source.ts';
import type { PayableAddress } from '#domain/payable-address.ts';
import { IntentStatus } from '#domain/status.ts';

/** The columns of a new intent; units as in the entity. */
export interface NewIntent {
  id: IntentId;
  contractId: ContractId;
  storeId: string;
  /** Null for an order that no API key made: `source` says who did. */
  apiKeyId: string | null;
  /** Absent: the API. */
  source?: OrderSourceKind;
  currency: CurrencyId | null;
  stableCoin: CoinId;
  amountCents: Cents;
  amountUnits: Units;
  rateE10: bigint | null;
  acceptedStableCoins: readonly CoinId[];
  acceptedChainIds: readonly number[];
  acceptsBridgedTokens: boolean;
  toleranceBps: number;
  extensionSeconds: number;
  orderId: string | null;
  orderDescription: string | null;
  userId: string | null;
  userName: string | null;
  redirectUrl: string | null;
  /** Where the receipt goes; absent until the shopper asks for one. */
  shopperEmail?: string | null;
  extraJson: string | null;
  factory: Address;
  receiver: PayableAddress;
  feeReceiver: PayableAddress;
  feeRateE9: bigint;
  depositAddress: Address;
  expiresAt: Date;
  createdAt: Date;
}

type Column = readonly [name: string, type: string, value: (intent: NewIntent) => unknown];

/** By the member that each is written from: the compiler asks for a new one's. */
const OF_MEMBER: Readonly<Record<keyof NewIntent, Column>> = {
  id: ['id', 'text', ({ id }) => id],
  contractId: ['contract_id', 'text', ({ contractId }) => contractId],
  storeId: ['store_id', 'text', ({ storeId }) => storeId],
  apiKeyId: ['api_key_id', 'text', ({ apiKeyId }) => apiKeyId],
  source: ['source', 'smallint', ({ source = OrderSourceKind.API }) => source],
  currency: ['currency', 'smallint', ({ currency }) => currency],
  stableCoin: ['stable_coin', 'smallint', ({ stableCoin }) => stableCoin],
  amountCents: ['amount_cents', 'bigint', ({ amountCents }) => amountCents.toString()],
  amountUnits: ['amount_units', 'numeric', ({ amountUnits }) => amountUnits.toString()],
  rateE10: ['rate_e10', 'numeric', ({ rateE10 }) => rateE10?.toString() ?? null],
  acceptedStableCoins: ['accepted_stable_coins', 'smallint[]', ({ acceptedStableCoins }) => acceptedStableCoins],
  acceptedChainIds: ['accepted_chain_ids', 'int[]', ({ acceptedChainIds }) => acceptedChainIds],
  acceptsBridgedTokens: ['accepts_bridged_tokens', 'boolean', ({ acceptsBridgedTokens }) => acceptsBridgedTokens],
  toleranceBps: ['tolerance_bps', 'int', ({ toleranceBps }) => toleranceBps],
  extensionSeconds: ['extension_seconds', 'int', ({ extensionSeconds }) => extensionSeconds],
  orderId: ['order_id', 'text', ({ orderId }) => orderId],
  orderDescription: ['order_description', 'text', ({ orderDescription }) => orderDescription],
  userId: ['user_id', 'text', ({ userId }) => userId],
  userName: ['user_name', 'text', ({ userName }) => userName],
  redirectUrl: ['redirect_url', 'text', ({ redirectUrl }) => redirectUrl],
  shopperEmail: ['shopper_email', 'text', ({ shopperEmail = null }) => shopperEmail],
  extraJson: ['extra', 'text', ({ extraJson }) => extraJson],
  factory: ['factory', 'text', ({ factory }) => factory],
  receiver: ['receiver', 'text', ({ receiver }) => receiver],
  feeReceiver: ['fee_receiver', 'text', ({ feeReceiver }) => feeReceiver],
  feeRateE9: ['fee_rate_e9', 'numeric', ({ feeRateE9 }) => feeRateE9.toString()],
  depositAddress: ['deposit_address', 'text', ({ depositAddress }) => depositAddress],
  expiresAt: ['expires_at', 'timestamptz', ({ expiresAt }) => expiresAt],
  createdAt: ['created_at', 'timestamptz', ({ createdAt }) => createdAt],
};

export const COLUMNS: readonly Column[] = [
  ...Object.values(OF_MEMBER),
  ['status', 'smallint', () => IntentStatus.CREATED],
  ['updated_at', 'timestamptz', ({ createdAt }) => createdAt],
  ['one_workflow', 'boolean', () => true],
];

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

export const COLUMNS: readonly Column[] = [
  ['id', 'text', ({ id }) => id],
  ['contract_id', 'text', ({ contractId }) => contractId],
  ['store_id', 'text', ({ storeId }) => storeId],
  ['api_key_id', 'text', ({ apiKeyId }) => apiKeyId],
  ['source', 'smallint', ({ source = OrderSourceKind.API }) => source],
  ['status', 'smallint', () => IntentStatus.CREATED],
  ['currency', 'smallint', ({ currency }) => currency],
  ['stable_coin', 'smallint', ({ stableCoin }) => stableCoin],
  ['amount_cents', 'bigint', ({ amountCents }) => amountCents.toString()],
  ['amount_units', 'numeric', ({ amountUnits }) => amountUnits.toString()],
  ['rate_e10', 'numeric', ({ rateE10 }) => rateE10?.toString() ?? null],
  ['accepted_stable_coins', 'smallint[]', ({ acceptedStableCoins }) => acceptedStableCoins],
  ['accepted_chain_ids', 'int[]', ({ acceptedChainIds }) => acceptedChainIds],
  ['accepts_bridged_tokens', 'boolean', ({ acceptsBridgedTokens }) => acceptsBridgedTokens],
  ['tolerance_bps', 'int', ({ toleranceBps }) => toleranceBps],
  ['extension_seconds', 'int', ({ extensionSeconds }) => extensionSeconds],
  ['order_id', 'text', ({ orderId }) => orderId],
  ['order_description', 'text', ({ orderDescription }) => orderDescription],
  ['user_id', 'text', ({ userId }) => userId],
  ['user_name', 'text', ({ userName }) => userName],
  ['redirect_url', 'text', ({ redirectUrl }) => redirectUrl],
  ['shopper_email', 'text', ({ shopperEmail = null }) => shopperEmail],
  ['extra', 'text', ({ extraJson }) => extraJson],
  ['factory', 'text', ({ factory }) => factory],
  ['receiver', 'text', ({ receiver }) => receiver],
  ['fee_receiver', 'text', ({ feeReceiver }) => feeReceiver],
  ['fee_rate_e9', 'numeric', ({ feeRateE9 }) => feeRateE9.toString()],
  ['deposit_address', 'text', ({ depositAddress }) => depositAddress],
  ['expires_at', 'timestamptz', ({ expiresAt }) => expiresAt],
  ['created_at', 'timestamptz', ({ createdAt }) => createdAt],
  ['updated_at', 'timestamptz', ({ createdAt }) => createdAt],
  ['one_workflow', 'boolean', () => true],
];

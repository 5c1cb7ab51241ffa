// The guide's tables of numbers, made from the rules themselves: they cannot say anything else than what the server does.
import { allChains } from '#domain/chains.ts';
import { STABLE_COINS } from '#domain/coins.ts';
import type { ConfirmationRule } from '#domain/confirmations.ts';
import { FIAT_CURRENCIES } from '#domain/currencies.ts';
import { API_ERRORS, type ApiErrorKind } from '#domain/errors.ts';
import { formatUnits } from '#domain/money.ts';
import { INTENT_STATUSES, type IntentStatusName, isTerminal, statusName } from '#domain/status.ts';
import { VALIDATION_SENTENCES } from '#domain/validation-reasons.ts';
import { ORDER_COLUMNS, REFUND_COLUMNS, TRANSFER_COLUMNS } from './csv-tables.server.ts';

const table = (head: readonly string[], rows: readonly (readonly unknown[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const ERRORS: Record<ApiErrorKind, readonly [meaning: string, whatToDo: string]> = {
  validation: ['the request is not valid', 'fix the field that `details` names'],
  unauthenticated: ['a header is missing, or the key is not recognised', 'check the key: was it revoked?'],
  badSignature: ['wrong signature, stale timestamp or spent nonce', 'see [Authentication](/docs/authentication)'],
  forbidden: ['the IP address is not allowed, or the store is not active', 'see `details.reason`'],
  rateLimited: ['too many requests', 'wait for `Retry-After` seconds'],
  notFound: ['there is no such checkout intent or webhook endpoint in your store', 'check the id'],
  intentNotCreated: ['the intent could not be created', 'see `details.reason`; nothing was created'],
  internal: ['something failed on our side', 'retry later; send us the `request_id`'],
  unknown: ['something failed for an unknown reason', 'retry later; send us the `request_id`'],
};

const STATUSES: Record<IntentStatusName, string> = {
  TIMEOUT: 'expired without a payment',
  CANCELED: 'canceled by the shopper',
  UNDERPAID: 'expired with less than the full amount',
  REJECTED: 'screening denied the payer',
  FAILED: 'something failed on our side',
  CREATED: 'not opened yet',
  PAYING: 'the shopper opened the checkout',
  TEMP_WALLET_RECEIVED: 'the deposit address was shown',
  PENDING_MANUAL_OPERATION: 'a person must decide, for example about a late payment',
  SEND_BACK: 'a refund is under way',
  ON_CHAIN: 'the full amount is in a block and waits for confirmations',
  CONFIRMED: '**paid**',
};

const confirmationText = ({ tiers }: ConfirmationRule): string =>
  tiers
    .map(({ upToUnits, need }, index) => {
      const depth = need.kind === 'depth' ? `${need.blocks} blocks` : `the network's \`${need.tag}\` block`;
      if (upToUnits !== null) return `${depth} up to ${formatUnits(upToUnits)} coins`;
      return index > 0 ? `${depth} above` : depth;
    })
    .join(', ');

const columnTable = (columns: Readonly<Record<string, string>>): string =>
  table(
    ['column', ''],
    Object.entries(columns).map(([name, meaning]) => [`\`${name}\``, meaning]),
  );

export const TABLES: Readonly<Record<string, () => string>> = {
  errors: () =>
    table(
      ['code', 'HTTP', 'meaning', 'what to do'],
      Object.entries(API_ERRORS).map(([kind, { code, httpStatus }]) => [
        code,
        httpStatus,
        ...ERRORS[kind as ApiErrorKind],
      ]),
    ),
  reasons: () =>
    table(
      ['`reason`', 'the field …'],
      Object.entries(VALIDATION_SENTENCES).map(([reason, sentence]) => [`\`${reason}\``, sentence]),
    ),
  statuses: () =>
    table(
      ['status', 'name', 'meaning', 'final'],
      [...INTENT_STATUSES]
        .sort((a, b) => a - b)
        .map((status) => {
          const name = statusName(status);
          return [status, `\`${name}\``, STATUSES[name], isTerminal(status) ? 'yes' : 'no'];
        }),
    ),
  currencies: () => table(['`currency`', ''], Object.entries(FIAT_CURRENCIES)),
  csvOrders: () => columnTable(ORDER_COLUMNS),
  csvRefunds: () => columnTable(REFUND_COLUMNS),
  csvTransfers: () => columnTable(TRANSFER_COLUMNS),
  coins: () => table(['`stable_coin`', ''], Object.entries(STABLE_COINS)),
  chains: () =>
    table(
      ['network', '`chain_id`', 'coin', 'decimals', 'contract', 'confirmed after'],
      allChains().flatMap(({ id, name, tokens, confirmation }) =>
        tokens.map(({ coin, decimals, address, name: token, isBridged }, index) => [
          index === 0 ? name : '',
          index === 0 ? id : '',
          token === STABLE_COINS[coin] ? token : `${STABLE_COINS[coin]} (${token}${isBridged ? ', bridged' : ''})`,
          decimals,
          `\`${address}\``,
          index === 0 ? confirmationText(confirmation) : '',
        ]),
      ),
    ),
};

// The guide's tables of numbers, made from the rules themselves: they cannot say anything else than what the server does.
import { CHAINS } from '#domain/chains.ts';
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
  validation: ['the request is not valid', 'mend the field that `details` names'],
  unauthenticated: ['a header is missing, or the key is not recognised', 'check the key; was it revoked?'],
  badSignature: ['wrong signature, stale timestamp or spent nonce', 'see [Authentication](/docs/authentication)'],
  forbidden: ['the address is not allowed, or the store is not active', '`details.reason` says which'],
  rateLimited: ['too many requests', 'wait for `Retry-After` seconds'],
  intentNotFound: ['there is no such checkout intent in your store', 'check the id'],
  intentNotCreated: ['the intent could not be created', '`details.reason` says why; nothing was created'],
  internal: ['something failed on our side', 'repeat later; tell us the `request_id`'],
  unknown: ['something failed, and we do not know what', 'repeat later; tell us the `request_id`'],
};

const STATUSES: Record<IntentStatusName, string> = {
  TIMEOUT: 'expired without money',
  CANCELED: 'canceled by the shopper',
  UNDERPAID: 'expired with less than the amount',
  REJECTED: 'the payer failed the screening',
  FAILED: 'a processing error',
  CREATED: 'not opened yet',
  PAYING: 'the checkout page is open',
  TEMP_WALLET_RECEIVED: 'the shopper sees a deposit address',
  PENDING_MANUAL_OPERATION: 'a person must decide, for example about money that came late',
  SEND_BACK: 'a refund is under way',
  ON_CHAIN: 'the transfer is in a block; confirmations are outstanding',
  CONFIRMED: '**paid**',
};

const confirmationWords = ({ tiers }: ConfirmationRule): string =>
  tiers
    .map(({ upToUnits, need }, index) => {
      const message = need.kind === 'depth' ? `${need.blocks} blocks` : `the network's \`${need.tag}\` block`;
      if (upToUnits !== null) return `${message} up to ${formatUnits(upToUnits)} coins`;
      return index > 0 ? `${message} above` : message;
    })
    .join(', ');

const columnTable = (columns: Readonly<Record<string, string>>): string =>
  table(
    ['column', ''],
    Object.entries(columns).map(([name, message]) => [`\`${name}\``, message]),
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
      CHAINS.flatMap(({ id, name, tokens, confirmation }) =>
        tokens.map(({ coin, decimals, address }, index) => [
          index === 0 ? name : '',
          index === 0 ? id : '',
          STABLE_COINS[coin],
          decimals,
          `\`${address}\``,
          index === 0 ? confirmationWords(confirmation) : '',
        ]),
      ),
    ),
};

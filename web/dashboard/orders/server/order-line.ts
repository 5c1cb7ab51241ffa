// Converts a listed order to what the dashboard shows.
import type { ListedOrder, OrderAgain } from '#db/orders/order-list.ts';
import { networkName, tokenName } from '#domain/chains.ts';
import { coinSymbol } from '#domain/coins.ts';
import { currencySymbol } from '#domain/currencies.ts';
import { formatDecimal, formatUnits } from '#domain/money.ts';
import { OrderSourceKind } from '#domain/order-source.ts';
import { PaymentMethod, statusName } from '#domain/status.ts';
import { neutralText } from '#domain/text.ts';
import type { LiveLine, OrderLine } from './orders-types.ts';

export const METHOD_LABELS = {
  [PaymentMethod.WALLET_SCAN]: 'QR code or address',
  [PaymentMethod.WALLET_CONNECT]: 'Wallet',
  [PaymentMethod.ALL_SCALE_PAY]: 'AllScale Pay',
} as const;

export const SOURCE_LABELS = {
  [OrderSourceKind.API]: 'API',
  [OrderSourceKind.LINK]: 'Payment link',
  [OrderSourceKind.INVOICE]: 'Invoice',
  [OrderSourceKind.HAND]: 'By hand',
} as const satisfies Record<OrderSourceKind, string>;

export const toOrderLine = (order: ListedOrder): OrderLine => ({
  id: order.id,
  createdAt: order.createdAt.toISOString(),
  orderId: order.orderId && neutralText(order.orderId),
  description: order.description && neutralText(order.description),
  amount: formatUnits(order.amountUnits),
  coin: coinSymbol(order.coin),
  fiat: order.fiat && {
    amount: formatDecimal(order.fiat.cents, 2, 2),
    currency: currencySymbol(order.fiat.currency),
  },
  paid: order.paid.map(({ units, token, coin, chainId }) => ({
    amount: formatUnits(units),
    coin: tokenName(chainId, token, coin),
    network: networkName(chainId),
  })),
  status: statusName(order.status),
  method: order.method === PaymentMethod.UNKNOWN ? null : METHOD_LABELS[order.method],
  hasOpenReview: order.hasOpenReview,
  refunded: order.refunded,
});

export const toLiveLine = (order: OrderAgain): LiveLine => {
  const { id, status, paid, method, hasOpenReview, refunded } = toOrderLine(order);
  return { id, status, paid, method, hasOpenReview, refunded, isListed: order.isListed };
};

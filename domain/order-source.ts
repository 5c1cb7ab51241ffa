// Who made an order (decision 0082). The numbers are stored.

export const OrderSourceKind = { API: 0, LINK: 1, INVOICE: 2, HAND: 3 } as const;
export type OrderSourceKind = (typeof OrderSourceKind)[keyof typeof OrderSourceKind];

/** The names in URLs of the dashboard. */
export const ORDER_SOURCES = {
  api: OrderSourceKind.API,
  link: OrderSourceKind.LINK,
  invoice: OrderSourceKind.INVOICE,
  hand: OrderSourceKind.HAND,
} as const;
export type OrderSourceName = keyof typeof ORDER_SOURCES;

export const orderSourceByName = (text: string): OrderSourceKind | undefined =>
  Object.hasOwn(ORDER_SOURCES, text) ? ORDER_SOURCES[text as OrderSourceName] : undefined;

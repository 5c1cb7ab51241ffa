// Who made an order (decision 0082). The numbers are stored.

export const OrderSourceKind = { API: 0, LINK: 1, INVOICE: 2, HAND: 3 } as const;
export type OrderSourceKind = (typeof OrderSourceKind)[keyof typeof OrderSourceKind];

/** By its name in URLs. */
export const orderSourceByName = (text: string): OrderSourceKind | undefined => {
  const name = text.toUpperCase();
  return Object.hasOwn(OrderSourceKind, name) ? OrderSourceKind[name as keyof typeof OrderSourceKind] : undefined;
};

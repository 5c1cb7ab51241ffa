// The columns of the list of orders that can be left out.
export const ORDER_COLUMNS = ['time', 'status', 'amount', 'paid', 'description'] as const;
export type OrderColumn = (typeof ORDER_COLUMNS)[number];

// The demo shop's products.

export interface Product {
  id: string;
  name: string;
  note: string;
  /** In US cents. */
  priceCents: number;
}

export const PRODUCTS: readonly Product[] = [
  { id: 'mug', name: 'Enamel mug', note: 'Holds 350 ml of coffee, or pens.', priceCents: 1800 },
  { id: 'notebook', name: 'Dotted notebook', note: '192 pages, lies flat, takes ink.', priceCents: 950 },
  { id: 'lamp', name: 'Desk lamp', note: 'Warm light, one switch, no app.', priceCents: 4200 },
];

export const MAX_QUANTITY = 9;

/** Quantities by product id. */
export type Cart = Readonly<Record<string, number>>;

export interface CartLine {
  product: Product;
  quantity: number;
  totalCents: number;
}

/** The lines of a cart, without unknown products and quantities out of range. */
export const cartLines = (cart: Cart): CartLine[] =>
  PRODUCTS.flatMap((product) => {
    const quantity = cart[product.id] ?? 0;
    const valid = Number.isInteger(quantity) && quantity > 0 && quantity <= MAX_QUANTITY;
    return valid ? [{ product, quantity, totalCents: product.priceCents * quantity }] : [];
  });

export const cartTotalCents = (lines: readonly CartLine[]): number =>
  lines.reduce((total, { totalCents }) => total + totalCents, 0);

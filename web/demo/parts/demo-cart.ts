// The demo shop's cart: quantities by product id in a cookie, so that it works without JavaScript and without a session.
import { createCookie } from '@remix-run/node';
import type { Cart } from './products.ts';

// Not /demo: with JavaScript the data comes from /demo.data, which that path does not match.
const cookie = createCookie('demo_cart', { path: '/', httpOnly: true, sameSite: 'lax', maxAge: 86_400 });

export const readCart = async (request: Request): Promise<Cart> => {
  const value: unknown = await cookie.parse(request.headers.get('cookie'));
  return value && typeof value === 'object' ? (value as Cart) : {};
};

/** The `Set-Cookie` header that keeps a cart. */
export const cartHeader = async (cart: Cart): Promise<Record<string, string>> => ({
  'set-cookie': await cookie.serialize(cart),
});

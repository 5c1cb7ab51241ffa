// The demo shop's goods and cart. "Pay via AllScale" makes an order, creates its checkout over the API, and goes there.
import { type ActionFunctionArgs, data, type LoaderFunctionArgs, redirect, redirectDocument } from '@remix-run/node';
import { Form, useActionData, useLoaderData, useNavigation } from '@remix-run/react';
import { dollars } from '#web/text/dollars.ts';
import { cartHeader, readCart } from '../parts/demo-cart.ts';
import { cartLines, cartTotalCents, MAX_QUANTITY, PRODUCTS } from '../parts/products.ts';

export const loader = async ({ request }: LoaderFunctionArgs) => {
  const lines = cartLines(await readCart(request));
  return { products: PRODUCTS, lines, totalCents: cartTotalCents(lines) };
};

export const action = async ({ request, context }: ActionFunctionArgs) => {
  const shop = context.demoShop;
  if (!shop) throw new Response('Not found', { status: 404 });
  const form = await request.formData();
  const cart = await readCart(request);
  if (form.get('do') === 'pay') {
    if (cartLines(cart).length === 0) return redirect('/demo', 303);
    try {
      const { checkoutUrl } = await shop.placeOrder(cart);
      return redirectDocument(checkoutUrl, { status: 303, headers: await cartHeader({}) });
    } catch (error) {
      context.reportError(error);
      return data({ failure: 'The payment service did not take the order. Nothing was charged; try again.' }, 502);
    }
  }
  const product = String(form.get('product'));
  const quantity = form.get('do') === 'add' ? (cart[product] ?? 0) + 1 : Number(form.get('quantity'));
  const known = PRODUCTS.some(({ id }) => id === product) && Number.isInteger(quantity);
  const changed = known ? { ...cart, [product]: Math.min(Math.max(quantity, 0), MAX_QUANTITY) } : cart;
  return redirect('/demo', { status: 303, headers: await cartHeader(changed) });
};

export default function DemoGoods() {
  const { products, lines, totalCents } = useLoaderData<typeof loader>();
  const failure = useActionData<typeof action>()?.failure;
  const paying = useNavigation().formData?.get('do') === 'pay';
  return (
    <main className="demo-shop">
      <section aria-labelledby="goods">
        <h1 id="goods">Goods</h1>
        <ul className="demo-goods">
          {products.map(({ id, name, note, priceCents }) => (
            <li key={id} className="demo-card">
              <div className="flex flex-wrap items-baseline justify-between gap-x-4">
                <h2>{name}</h2>
                <p>{dollars(priceCents)}</p>
              </div>
              <p className="demo-soft mb-3">{note}</p>
              <Form method="post" action="/demo?index" preventScrollReset>
                <input type="hidden" name="product" value={id} />
                <button className="demo-button" type="submit" name="do" value="add">
                  Add to cart<span className="sr-only">: {name}</span>
                </button>
              </Form>
            </li>
          ))}
        </ul>
      </section>
      <section aria-labelledby="cart" className="demo-card mt-6 md:mt-0">
        <h2 id="cart">Cart</h2>
        {lines.length === 0 ? <p className="demo-soft mt-2">Nothing in it yet.</p> : null}
        {lines.map(({ product, quantity, totalCents: lineCents }) => (
          <div key={product.id} className="demo-line">
            <span>
              {quantity} × {product.name}
            </span>
            <span className="flex items-center gap-3">
              {dollars(lineCents)}
              <Form method="post" action="/demo?index" preventScrollReset>
                <input type="hidden" name="product" value={product.id} />
                <input type="hidden" name="quantity" value={quantity - 1} />
                <button className="demo-button" type="submit" name="do" value="set">
                  Remove one<span className="sr-only">: {product.name}</span>
                </button>
              </Form>
            </span>
          </div>
        ))}
        {lines.length > 0 ? (
          <>
            <p className="demo-line">
              <strong>Total</strong> <strong>{dollars(totalCents)}</strong>
            </p>
            <Form method="post" action="/demo?index" className="mt-4">
              <button className="demo-button demo-pay" type="submit" name="do" value="pay" disabled={paying}>
                Pay via AllScale
              </button>
            </Form>
            <p className="demo-soft mt-2 text-sm">USDT or USDC, on any network that the checkout offers.</p>
          </>
        ) : null}
        {failure ? (
          <p role="alert" className="demo-poor mt-3">
            {failure}
          </p>
        ) : null}
      </section>
    </main>
  );
}

// The demo shop's goods and cart. "Pay via AllScale" creates an order and its checkout over the API, and redirects to it.
import { type ActionFunctionArgs, type LoaderFunctionArgs, redirect, redirectDocument } from '@remix-run/node';
import { Form, useLoaderData, useNavigation } from '@remix-run/react';
import { z } from 'zod';
import { parseForm, rejectForm } from '#web/access/form-action.ts';
import { readForm } from '#web/access/read-form.ts';
import { problemIn, useActionResult } from '#web/access/use-action-form.ts';
import { dollars } from '#web/text/dollars.ts';
import { TaskButton } from '#web/ui/task-button.tsx';
import { cartHeader, readCart } from '../parts/demo-cart.ts';
import { cartLines, cartTotalCents, MAX_QUANTITY, PRODUCTS } from '../parts/products.ts';

export const loader = async ({ request }: LoaderFunctionArgs) => {
  const lines = cartLines(await readCart(request));
  return { products: PRODUCTS, lines, totalCents: cartTotalCents(lines) };
};

const product = z.enum(PRODUCTS.map(({ id }) => id));
const shopForms = z.discriminatedUnion('do', [
  z.object({ do: z.literal('add'), product }),
  z.object({ do: z.literal('set'), product, quantity: z.coerce.number().int() }),
  z.object({ do: z.literal('pay') }),
]);

export const action = async ({ request, context }: ActionFunctionArgs) => {
  const shop = context.demoShop;
  if (!shop) throw new Response('Not found', { status: 404 });
  const submission = parseForm(await readForm(request), shopForms);
  if (submission.status !== 'success') return rejectForm(submission);
  const form = submission.value;
  const cart = await readCart(request);
  if (form.do !== 'pay') {
    const quantity = form.do === 'add' ? (cart[form.product] ?? 0) + 1 : form.quantity;
    const changed = { ...cart, [form.product]: Math.min(Math.max(quantity, 0), MAX_QUANTITY) };
    return redirect('/demo', { status: 303, headers: await cartHeader(changed) });
  }
  if (cartLines(cart).length === 0) return redirect('/demo', 303);
  try {
    const { checkoutUrl } = await shop.placeOrder(cart);
    return redirectDocument(checkoutUrl, { status: 303, headers: await cartHeader({}) });
  } catch (error) {
    context.reportError(error);
    const message = 'The payment service did not accept the order. Nothing was charged; try again.';
    return rejectForm(submission, { code: 'not_placed', field: null, message }, 502);
  }
};

export default function DemoGoods() {
  const { products, lines, totalCents } = useLoaderData<typeof loader>();
  const failure = problemIn(useActionResult());
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
        {lines.length === 0 ? <p className="demo-soft mt-2">Your cart is empty.</p> : null}
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
              <TaskButton className="demo-button demo-pay" type="submit" name="do" value="pay" busy={paying}>
                Pay via AllScale
              </TaskButton>
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

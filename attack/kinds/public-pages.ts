// Public pages of payment links and invoices: guessed URLs, forms that a browser would not send, floods of presses. Rows tell what a press
// made: no order, or one at the price of the page. Web alone has no chain, so no press makes an order there: that an honest one does is
// checked in a whole system. And the shortage of a wallet, which only its owner may ask for.
import { randomBytes } from 'node:crypto';
import { PaymentLink } from '#db/entities/payment-link.entity.ts';
import { storeStaticRates } from '#db/intents/fiat-rates.ts';
import { createInvoice, issueInvoice } from '#db/invoices/invoices.ts';
import { createLink, type LinkValues, setLinkStatus } from '#db/links/payment-links.ts';
import type { Day } from '#domain/local-days.ts';
import { centsOf } from '#domain/money.ts';
import { openClient, type Reply } from '../client.ts';
import { attempt, faultOf, type Kind, tryEach } from '../kind.ts';
import type { World } from '../world.ts';

const hex = (bytes: number): string => randomBytes(bytes).toString('hex');

const actorOf = ({ victim: { owner } }: World) => ({ kind: 'member' as const, id: owner.userId, email: owner.email });

/** A link of the victim, at 5.00 unless told otherwise. @returns its slug */
export const addLink = async (world: World, change: Partial<LinkValues> = {}): Promise<{ id: string; slug: string }> =>
  createLink(
    world.orm.em,
    world.victim.storeId,
    {
      slug: `press-${hex(6)}`,
      values: {
        ...{ currency: null, stableCoin: 1, amountCents: centsOf(500), minCents: null, maxCents: null, maxQuantity: 3 },
        ...{ stock: null, expiresAt: null, redirectUrl: null, language: 'en' },
        texts: { en: { title: world.mark, description: world.mark } },
        ...change,
      },
    },
    actorOf(world),
  );

/** An issued invoice of 5.00. @returns its public token */
export const addInvoice = async (world: World, isIssued = true): Promise<{ id: string; token: string }> => {
  const { orm, victim, mark, target } = world;
  const id = await createInvoice(
    orm.em,
    victim.storeId,
    {
      ...{ currency: null, stableCoin: 1, language: 'en', customerName: mark, customerAddress: mark, memo: mark },
      ...{ customerEmail: `customer-${hex(4)}@buyer.example`, dueDay: '2031-01-01' as Day },
      ...{ remindBeforeDays: null, remindOnDueDay: false, remindAfterDays: null },
      lines: [{ description: mark, quantity: 1, unitCents: centsOf(500) }],
    },
    actorOf(world),
  );
  if (isIssued)
    await issueInvoice(orm.em, victim.storeId, id, { now: new Date(), publicUrl: target.url }, actorOf(world));
  const [row] = await orm.em.fork().execute<{ token: string }[]>('select token from invoice where id = ?', [id]);
  return { id, token: String(row?.token) };
};

/** Amounts in cents of the orders that presses made, the newest last. */
const ordersOf = async ({ orm }: World, column: 'link_id' | 'invoice_id', id: string): Promise<string[]> =>
  (
    await orm.em
      .fork()
      .execute<{ cents: string }[]>(
        `select i.amount_cents::text as cents from order_source s join checkout_intent i on i.id = s.intent_id where s.${column} = ? order by i.id`,
        [id],
      )
  ).map(({ cents }) => cents);

/** What honest presses make at most: exactly so much in a whole system, nothing without chains. */
const isCount = ({ target }: World, count: number, most: number): boolean => count === (target.complete ? most : 0);

const urls: Kind = {
  name: 'public-urls',
  title: 'URLs of links and invoices: guessed, malformed, archived, drafts',
  run: async (world) => {
    const [link, archived, issued, draft] = await Promise.all([
      addLink(world),
      addLink(world),
      addInvoice(world),
      addInvoice(world, false),
    ]);
    await setLinkStatus(world.orm.em, world.victim.storeId, archived.id, 'archived', actorOf(world));
    const { token } = issued;
    const flipped = token.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
    const tails = ['', '.data', '/', '?index', '?lang=ja'];
    const guesses = [
      ...[archived.slug, link.id, link.slug.toUpperCase(), `${link.slug}-`, link.slug.slice(1), `${link.slug}%00`].map(
        (slug) => `/pay/${slug}`,
      ),
      ...['%', '*', '_', '..%2f..', "'--", '%2e%2e', 'x'.repeat(3000), '\u202e', 'null'].map(
        (slug) => `/pay/${encodeURI(slug).replaceAll('%25', '%')}`,
      ),
      ...[draft.token, issued.id, flipped, token.toUpperCase(), token.slice(1), `${token}0`, `0x${token}`].map(
        (guess) => `/invoice/${guess}`,
      ),
      ...['0'.repeat(32), 'f'.repeat(32), `${token}%00`, '%', 'INV-0001', '_'.repeat(32)].map(
        (guess) => `/invoice/${guess}`,
      ),
      ...[
        `/pictures/${'0'.repeat(64)}.png`,
        '/pictures/..%2f..%2fetc%2fpasswd',
        `/pictures/${link.id}.png`,
        '/pictures/%.png',
      ],
    ].flatMap((path) => tails.map((tail) => path + tail));
    const judge = ({ status, text }: Reply): string | null =>
      faultOf({ status }) ?? (text.includes(world.mark) ? 'shows the store' : null);
    const client = openClient(world.target.url);
    const guessed = await tryEach(
      // A token in capitals is another one only when it has letters.
      guesses.filter(
        (path) =>
          !path.startsWith(`/invoice/${token}`) || path.startsWith(`/invoice/${token}0`) || path.includes('%00'),
      ),
      (path) => path.slice(0, 70),
      async (path) => judge(await client.send({ path })),
    );
    const honest = await Promise.all([`/pay/${link.slug}`, `/invoice/${token}`].map((path) => client.send({ path })));
    return [
      ...guessed,
      ...honest.map(({ status, text }, at) =>
        attempt(`honest page ${at}`, status === 200 && text.includes(world.mark) ? null : `status ${status}`),
      ),
      attempt(
        'e-mail addresses on the pages',
        honest.some(({ text }) => /customer-[0-9a-f]{8}@/.test(text)) ? 'shown' : null,
      ),
    ];
  },
};

const QUANTITIES = [
  '0',
  '-1',
  '4',
  '1.5',
  '1e2',
  '0x1',
  '1 ',
  '\u0661',
  '٣',
  'NaN',
  'Infinity',
  '99999',
  '9'.repeat(400),
  '1,1',
  '+1',
  "1'--",
];
const AMOUNTS = [
  '',
  '0',
  '-5',
  '0.99',
  '10.01',
  '5.001',
  '1e1',
  '0x5',
  'NaN',
  'Infinity',
  '5;5',
  '٥',
  '9'.repeat(400),
  '5 000',
  '$5',
  '5\u0000',
];
/** What belongs to other forms, or to the order. */
const SMUGGLED: Record<string, string>[] = [
  { amount: '0.01' },
  { price: '0.01', amount_cents: '1' },
  { currency: '1', stable_coin: '2' },
  { redirect_url: 'https://evil.example' },
  { storeId: 'sto_other', store_id: 'sto_other' },
  { slug: 'another', linkId: 'another' },
  { source: '0', order_id: 'mine', status: '20' },
  // As a property of its own: in a literal it would set the prototype, and no field would be sent.
  Object.fromEntries([
    ['__proto__', 'x'],
    ['constructor', 'x'],
  ]),
];

const forms: Kind = {
  name: 'public-forms',
  title: 'presses on links and invoices: quantities, amounts, foreign fields',
  run: async (world) => {
    await storeStaticRates(world.orm.em);
    const [fixed, open, invoice] = await Promise.all([
      addLink(world),
      addLink(world, { amountCents: null, minCents: centsOf(100), maxCents: centsOf(1000), maxQuantity: 1 }),
      addInvoice(world),
    ]);
    /** Each from a new browser at a new address, so that no limit rejects it first. */
    const press = (slug: string, form: Record<string, string>) =>
      openClient(world.target.url).send({ path: `/pay/${slug}`, form });
    const pressed = async (
      link: { id: string; slug: string },
      form: Record<string, string>,
      allowed: readonly string[],
    ) => {
      const before = await ordersOf(world, 'link_id', link.id);
      const reply = await press(link.slug, form);
      const made = (await ordersOf(world, 'link_id', link.id)).slice(before.length);
      const wrong = made.filter((cents) => !allowed.includes(cents));
      return faultOf(reply) ?? (wrong.length > 0 ? `an order of ${wrong.join(', ')} cents` : null);
    };
    const quantities = await tryEach(
      QUANTITIES,
      (quantity) => `quantity ${quantity.slice(0, 20)}`,
      // White space around a number is what people type.
      (quantity) => pressed(fixed, { quantity }, quantity.trim() === '1' ? ['500'] : []),
    );
    const amounts = await tryEach(
      AMOUNTS,
      (amount) => `amount ${amount.slice(0, 20)}`,
      (amount) => pressed(open, { amount }, []),
    );
    const smuggled = await tryEach(
      SMUGGLED,
      (fields) => `fields ${JSON.stringify(fields)}`,
      async (fields) => {
        const fault = await pressed(fixed, { quantity: '1', ...fields }, ['500']);
        const [row] = await world.orm.em.fork().execute<{ bad: boolean }[]>(
          `select bool_or(i.store_id <> ? or i.redirect_url is not null or i.source <> 1 or i.status <> 1 or i.order_id not like 'L-%') as bad
           from order_source s join checkout_intent i on i.id = s.intent_id where s.link_id = ?`,
          [world.victim.storeId, fixed.id],
        );
        return fault ?? (row?.bad ? 'a field of the form is in the order' : null);
      },
    );
    const onInvoice = await tryEach(
      SMUGGLED,
      (fields) => `invoice ${JSON.stringify(fields)}`,
      async (fields) => {
        const reply = await openClient(world.target.url).send({ path: `/invoice/${invoice.token}`, form: fields });
        const made = await ordersOf(world, 'invoice_id', invoice.id);
        return (
          faultOf(reply) ??
          (isCount(world, made.length, 1) && made.every((cents) => cents === '500')
            ? null
            : `orders of ${made.join(', ')} cents`)
        );
      },
    );
    const honest = await press(open.slug, { amount: '5.01' });
    return [
      ...[...quantities, ...amounts, ...smuggled, ...onInvoice],
      attempt(
        'an honest amount',
        honest.status === (world.target.complete ? 303 : 422) ? null : `status ${honest.status}`,
      ),
    ];
  },
};

const floods: Kind = {
  name: 'public-floods',
  title: 'many presses at once on a stock, a link and an invoice',
  run: async (world) => {
    const STOCK = 3;
    const [stocked, plain, invoice] = await Promise.all([
      addLink(world, { stock: STOCK }),
      addLink(world),
      addInvoice(world),
    ]);
    const many = (count: number, path: string, isOneAddress: boolean) => {
      const one = openClient(world.target.url);
      return Promise.all(
        Array.from({ length: count }, () =>
          (isOneAddress ? one : openClient(world.target.url)).send({ path, form: { quantity: '1' } }),
        ),
      );
    };
    const faulty = (replies: readonly Reply[]) => replies.map(faultOf).find((fault) => fault !== null) ?? null;
    const overStock = await many(24, `/pay/${stocked.slug}`, false);
    const { reserved } = await world.orm.em.fork().findOneOrFail(PaymentLink, stocked.id);
    const fromOne = await many(40, `/pay/${plain.slug}`, true);
    const made = (await ordersOf(world, 'link_id', plain.id)).length;
    const onInvoice = await many(15, `/invoice/${invoice.token}`, true);
    const ofInvoice = (await ordersOf(world, 'invoice_id', invoice.id)).length;
    return [
      attempt(
        '24 browsers, stock of 3',
        faulty(overStock) ?? (isCount(world, reserved, STOCK) ? null : `${reserved} reserved`),
      ),
      attempt(
        '40 presses of one address in a minute',
        faulty(fromOne) ?? (isCount(world, made, 20) ? null : `${made} orders`),
      ),
      attempt(
        '15 presses on an invoice',
        faulty(onInvoice) ?? (isCount(world, ofInvoice, 1) ? null : `${ofInvoice} orders`),
      ),
    ];
  },
};

const topUp: Kind = {
  name: 'top-up',
  title: 'shortages of wallets: without log-in, of odd coins and orders',
  run: async (world) => {
    const id = await world.newIntent(world.victim);
    const client = openClient(world.target.url);
    const rows: unknown[] = [
      {},
      null,
      [],
      'x',
      { chainId: 1, coin: 1 },
      { chainId: -1, coin: 9 },
      { chainId: '31337', coin: '1' },
    ];
    const paths = ['fill', 'top-up'].flatMap((act) => [
      `/checkout/${id}/allscale/${act}`,
      `/checkout/${hex(12)}/allscale/${act}`,
    ]);
    const inputs = paths.flatMap((path) =>
      rows.flatMap((json) =>
        [null, world.shopper.cookie, 'better-auth.session_token=x'].map((cookie) => ({ path, json, cookie })),
      ),
    );
    return await tryEach(
      inputs,
      ({ path, json, cookie }) =>
        `${path.slice(-7)} ${JSON.stringify(json)} ${cookie === null ? 'logged out' : cookie.slice(0, 12)}`,
      async ({ path, json, cookie }) => {
        const reply = await client.send({ path, json, cookie });
        return (
          faultOf(reply) ??
          (/0x[0-9a-fA-F]{40}/.test(reply.text)
            ? 'gives an address'
            : reply.status < 400
              ? `status ${reply.status}`
              : null)
        );
      },
    );
  },
};

export const publicPageKinds: readonly Kind[] = [urls, forms, floods, topUp];

// Part of the walk over all routes (route-walk.test.ts): pages that a secret in their URL opens. Each is opened with real links of another
// person, by everybody: without a log-in, by each role, with an old log-in, with an unproven address. What a link shows does not hang on who
// is logged in, opening it changes nothing, and no link opens another page than its own.
import { readFileSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeNotMeLink, newLetInLink } from '#db/accounts/mailed-links.ts';
import { createInvoice, issueInvoice } from '#db/invoices/invoices.ts';
import { requestMember } from '#db/merchants/pending-changes.ts';
import { reportCsvLink, unsubscribeLink } from '#db/reports/report-links.ts';
import type { Day } from '#domain/local-days.ts';
import { centsOf } from '#domain/money.ts';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { signUpToken } from '#test/support/sign-up.ts';
import { makeLink } from '#web/auth/account-links.ts';
import type { Auth } from '#web/auth/create-auth.ts';
import { createAuth } from '#web/auth/create-auth.ts';
import { memberActor, type Person, signUp } from './people.ts';
import { allRoutes, type WalkedRoute } from './routes.ts';
import { changesBetween, readRows } from './snapshot.ts';
import { database, MARK, open, outcomeOf, people, theirs, world } from './walk.ts';

/** Reads the secret of its URL, by its source. */
const READS_A_SECRET = /get\('token'\)|params\.token|csvByLink|unsubscribeSubject/;

interface Link {
  /** Below the origin, with the secret. */
  path: string;
  /** The text that shows it was opened. */
  shows: string;
  /** What its page shows for a secret of another kind, or one that never was: it shows nothing, or is not found. */
  dead: 200 | 404;
  /** Needs a recent log-in to the account that the link is about, besides the secret. */
  own?: true;
}

/** By route. Made for the people of the walk's store, except for who is to sign up, to be invited or to prove an address. */
let links: Readonly<Record<string, Link>>;
let auth: Auth;
/** Earlier parts of the walk ended the stranger's log-in. */
let stranger: Person;
let old: Person;
let unproven: Person;
/** Whose proof was mailed. */
let other: Person;

const LATER = () => new Date(Date.now() + 3_600_000);
const NEW_ADDRESS = `next@${MARK}.example`;

const mailed = async (column: string, kind: string, recipient: string): Promise<string> => {
  const [row] = await world.orm.em
    .fork()
    .execute<{ link: string }[]>(
      `select ${column} as link from email_message where kind = ? and recipient = ? order by created_at desc limit 1`,
      [kind, recipient],
    );
  if (!row) throw new Error(`no ${kind} was mailed to ${recipient}`);
  return pathOf(row.link);
};
const pathOf = (link: string): string => {
  const { pathname, search } = new URL(link, world.url);
  return pathname + search;
};

const issuedInvoice = async (): Promise<string> => {
  const { orm, storeId } = world;
  const actor = memberActor(people.owner);
  const id = await createInvoice(
    orm.em,
    storeId,
    {
      ...{ currency: null, stableCoin: 1, language: 'en', customerName: MARK, customerEmail: null },
      ...{ customerAddress: MARK, memo: MARK, dueDay: '2030-01-01' as Day },
      ...{ remindBeforeDays: null, remindOnDueDay: false, remindAfterDays: null },
      lines: [{ description: MARK, quantity: 1, unitCents: centsOf(500) }],
    },
    actor,
  );
  await issueInvoice(orm.em, storeId, id, { now: new Date(), publicUrl: world.url } as never, actor);
  const [row] = await orm.em.fork().execute<{ token: string }[]>('select token from invoice where id = ?', [id]);
  return row?.token ?? '';
};

const makeLinks = async (): Promise<Readonly<Record<string, Link>>> => {
  const { orm, masterKeys, storeId, url } = world;
  const { owner } = people;
  const context = await auth.$context;
  const em = orm.em.fork();
  const make = (kind: Parameters<typeof makeLink>[1], userId: string, data: Record<string, string> = {}) =>
    makeLink(context, kind, { userId, expiresAt: LATER(), data });
  const account = (page: string, token: string): string => `/account/${page}?${new URLSearchParams({ token })}`;
  const letIn = newLetInLink(owner.userId);
  await letIn.keep(em);
  await requestMember(orm.em, {
    ...{ merchantId: theirs.merchantId, email: `waits@${MARK}.example`, role: 'owner', actor: memberActor(owner) },
    ...{ publicUrl: url, waitMs: 3_600_000 },
  });
  const [invited] = await em.execute<{ email: string }[]>('select email from invitation where id = ?', [
    theirs.invitationId,
  ]);
  const readyAt = new Date().toISOString();
  const undo = { from: owner.email, to: NEW_ADDRESS, at: readyAt, methods: '{}', keys: '[]' };
  const reset = 'r'.repeat(24);
  await context.internalAdapter.createVerificationValue({
    identifier: `reset-password:${reset}`,
    value: owner.userId,
    expiresAt: LATER(),
  });
  const page = (path: string, shows: string = MARK): Link => ({ path, shows, dead: 200 });
  return {
    'account/pages/sign-up': page(account('sign-up', await signUpToken(orm, NEW_ADDRESS)), NEW_ADDRESS),
    'account/pages/new-password': page(account('new-password', reset)),
    'account/pages/verify': page(
      account('verify', await make('prove-address', other.userId, { next: '/account' })),
      other.email,
    ),
    // Echoes the secret, which its form sends.
    'account/pages/recover': page(account('recover', await make('use-recovery-code', owner.userId)), 'token'),
    'account/pages/recovery-link': page(account('recovery-link', await make('recover', owner.userId, { readyAt }))),
    'account/pages/recovery-stop': page(
      account('recovery-stop', await make('stop-recovery', owner.userId, { readyAt })),
    ),
    'account/pages/undo-email': page(account('undo-email', await make('undo-email', owner.userId, undo))),
    'account/pages/not-me': page((await makeNotMeLink(em, owner.userId)).path),
    'account/pages/let-in': page(letIn.path),
    'account/pages/change-email': {
      ...page(account('change-email', await make('change-email', owner.userId, { to: NEW_ADDRESS })), NEW_ADDRESS),
      own: true,
    },
    'dashboard/team/pages/invitation': {
      path: await mailed(`data ->> 'link'`, 'invitation', invited?.email ?? ''),
      ...{ shows: invited?.email ?? '', dead: 404 },
    },
    'dashboard/changes/pages/cancel-change': {
      path: await mailed(`data ->> 'link'`, 'change_waits', owner.email),
      ...{ shows: MARK, dead: 404 },
    },
    'dashboard/reports/pages/signed-csv': {
      path: pathOf(reportCsvLink(masterKeys, url, theirs.reportId, new Date())),
      ...{ shows: 'order_id', dead: 404 },
    },
    'dashboard/reports/pages/unsubscribe': {
      path: pathOf(unsubscribeLink(masterKeys, url, storeId, owner.email)),
      ...{ shows: owner.email, dead: 404 },
    },
    'pay/pages/invoice': { path: `/invoice/${await issuedInvoice()}`, shows: MARK, dead: 404 },
  };
};

const secretOf = ({ path }: Link): string =>
  new URL(path, world.url).searchParams.get('token') ?? path.split('/').at(-1) ?? '';
/** The page of a link with another secret. */
const withSecret = (link: Link, secret: string): string =>
  link.path.replace(encodeURIComponent(secretOf(link)), secret);

/** The loader's own data, as the page's scripts get it; a file as it is. */
const dataOf = (id: string, path: string): string => {
  if (id.endsWith('signed-csv')) return path;
  const [page = '', search = ''] = path.split('?');
  return `${page}.data?${search && `${search}&`}_routes=${encodeURIComponent(id)}`;
};

const everybody = (): [string, Person | null][] => [
  ['nobody', null],
  ...Object.entries({ ...people, stranger }),
  ['an old log-in', old],
  ['an unproven address', unproven],
];
/** Without what is the visitor's own. */
const shownTo = (text: string, { email }: Person): string => text.replaceAll(email.toLowerCase(), 'ME');

export const walkLinks = (): void => {
  let routes: WalkedRoute[];
  beforeAll(async () => {
    auth = createAuth({ databaseUrl: database.url, secret: 's'.repeat(32), publicUrl: world.url });
    stranger = await signUp(world, 'stranger-link@elsewhere.example');
    old = await signUp(world, 'old-link@elsewhere.example');
    unproven = await signUp(world, 'unproven-link@elsewhere.example');
    other = await signUp(world, `other@${MARK}.example`);
    const em = world.orm.em.fork();
    await em.execute(`update auth.session set "createdAt" = now() - interval '1 hour' where "userId" = ?`, [
      old.userId,
    ]);
    await em.execute(`update auth."user" set "emailVerified" = false where id in (?, ?)`, [
      unproven.userId,
      other.userId,
    ]);
    routes = (await allRoutes()).filter(({ id, reads }) => reads && READS_A_SECRET.test(sourceOf(id)));
    links = await makeLinks();
  });
  afterAll(async () => await auth?.close());

  test('every page that reads a secret from its URL is walked, by people who are logged in', async () => {
    for (const [who, person] of everybody()) {
      const { text } = await open('/api/auth/get-session', person);
      expect([who, text !== 'null']).toEqual([who, person !== null]);
    }
    expect(routes.map(({ id }) => id).sort()).toEqual(Object.keys(links).sort());
  });

  test('a real link of another person shows everybody the same, none of the store’s ids, and changes nothing', async () => {
    const before = await readRows(world.orm);
    const ids = Object.values(theirs).filter((id) => id.length > 12);
    for (const [id, link] of Object.entries(links)) {
      if (link.own) continue;
      const shown = new Set<string>();
      for (const [who, person] of everybody()) {
        const [page, data] = [await open(link.path, person), await open(dataOf(id, link.path), person)];
        for (const { status, text } of [page, data]) {
          expect([id, who, status], text.slice(0, 300)).toEqual([id, who, 200]);
          expect(text.toLowerCase(), `${id} ${who}`).toContain(link.shows.toLowerCase());
          // A report's links name the report or the store themselves.
          const found = id.startsWith('dashboard/reports') ? [] : ids.filter((each) => text.includes(each));
          expect([id, who, ...found]).toEqual([id, who]);
        }
        // The owner's own address is what most links are about.
        if (person && person !== people.owner) shown.add(shownTo(data.text, person));
      }
      expect([id, shown.size]).toEqual([id, 1]);
    }
    expect(changesBetween(before, await readRows(world.orm))).toEqual([]);
  });

  test('a link that needs the account’s own log-in shows nothing to anybody else', async () => {
    for (const [id, link] of Object.entries(links).filter(([, { own }]) => own)) {
      for (const [who, person] of everybody()) {
        const reply = await open(dataOf(id, link.path), person);
        const [isOwner, isAsked] = [person === people.owner, person === null || person === old];
        expect([id, who, outcomeOf(reply)]).toEqual([id, who, isAsked ? 'log in' : 200]);
        expect([id, who, reply.text.toLowerCase().includes(link.shows.toLowerCase())]).toEqual([id, who, isOwner]);
      }
    }
  });

  test('no link opens another page than its own, and one that never was opens none', async () => {
    const before = await readRows(world.orm);
    const never = 'n'.repeat(43);
    for (const [id, link] of Object.entries(links)) {
      const secrets = Object.entries(links).filter(([name]) => name !== id);
      const tried = [...secrets.map(([name, each]) => [name, secretOf(each)] as const), ['none', never] as const];
      for (const [name, secret] of tried) {
        const reply = await open(dataOf(id, withSecret(link, secret)), people.owner);
        expect([id, name, reply.status]).toEqual([id, name, link.dead]);
        // The page for codes shows its secret only.
        if (link.shows !== 'token') expect(reply.text.toLowerCase()).not.toContain(link.shows.toLowerCase());
      }
    }
    expect(changesBetween(before, await readRows(world.orm))).toEqual([]);
  });

  test('who is logged in as somebody else cannot use an invitation or a change of the address, nor an old or unproven log-in', async () => {
    const { path: invitation } = links['dashboard/team/pages/invitation'] as Link;
    const token = secretOf(links['account/pages/change-email'] as Link);
    const before = await readRows(world.orm);
    for (const [who, person] of everybody().filter(([, each]) => each !== people.owner)) {
      const accepted = await open(`${invitation}.data`, person, {});
      expect([who, outcomeOf(accepted)]).toEqual([who, person ? 409 : 'log in']);
      const response = await fetch(`${world.url}/account/change-email/confirm`, {
        method: 'POST',
        headers: { origin: world.url, cookie: person?.cookie ?? '', 'content-type': 'application/json' },
        body: JSON.stringify({ token, password: null }),
      });
      expect([who, response.status, await response.text()]).toEqual([who, person ? 409 : 401, expect.any(String)]);
    }
    expect(changesBetween(before, await readRows(world.orm))).toEqual([]);
  });
};

const sourceOf = (id: string): string => {
  for (const ending of ['.tsx', '.ts']) {
    try {
      return readFileSync(joinPath(REPOSITORY, 'web', `${id}${ending}`), 'utf8');
    } catch {
      // The other ending.
    }
  }
  return '';
};

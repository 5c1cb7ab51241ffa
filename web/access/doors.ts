// What each setting and action of the dashboard and the console needs (docs/security/doors.md is made from this table, by a test).
// A log-in of the last 15 minutes is needed unless `oldLogIn` says why not; an action that is not in the table needs one too.
import type { MemberRole } from './store-access-types.ts';

interface Action {
  /** Why a log-in of any age is enough. */
  oldLogIn?: string;
  /** What of it waits for a second person, a signature or its time (decision 0062). */
  waits?: string;
  /** Where the action needs more than the page. */
  who?: MemberRole;
}

interface DoorsOfPage {
  title: string;
  /** The lowest role of the store, or `operator` of the platform. */
  who: MemberRole | 'operator';
  actions: Readonly<Record<string, Action>>;
}

const define = <const Table extends Record<string, DoorsOfPage>>(table: Table): Table => table;

export const DOORS = define({
  settings: {
    title: 'Settings',
    who: 'manager',
    actions: { store: {}, payments: {}, connection: {}, notifications: {} },
  },
  receiver: { title: 'Receiving address', who: 'owner', actions: { receiver: { waits: 'all but the first one' } } },
  keys: {
    title: 'API keys',
    who: 'manager',
    actions: { create: { waits: 'signing webhooks of other keys’ orders' }, change: {}, roll: {}, revoke: {} },
  },
  webhooks: {
    title: 'Webhooks',
    who: 'manager',
    actions: { test: {}, 'resend-failed': {}, enable: {}, resend: {} },
  },
  endpoints: {
    title: 'Webhook endpoints',
    who: 'manager',
    actions: {
      ...{ create: {}, change: {}, stop: {}, start: {}, delete: {}, test: {}, redeliver: {} },
      ...{ renew: {}, 'use-secret': {}, 'keep-secret': {} },
    },
  },
  team: {
    title: 'Team',
    who: 'owner',
    actions: { invite: { waits: 'a new owner' }, revoke: {}, role: { waits: 'a new owner' }, remove: {} },
  },
  changes: {
    title: 'Waiting changes',
    who: 'manager',
    actions: {
      confirm: { who: 'owner' },
      cancel: { oldLogIn: 'To cancel is safe: what was set before stays.' },
    },
  },
  store: { title: 'New store', who: 'owner', actions: { create: {} } },
  links: {
    title: 'Payment links',
    who: 'manager',
    actions: { save: {}, pause: {}, resume: {}, archive: {}, restore: {} },
  },
  invoices: {
    title: 'Invoices',
    who: 'manager',
    actions: { save: {}, delete: {}, issue: {}, send: {}, void: {}, numbering: {} },
  },
  ownOrder: { title: 'Create an order', who: 'manager', actions: { create: {} } },
  report: {
    title: 'Report',
    who: 'manager',
    actions: { rerun: { oldLogIn: 'Reads the report again and compares it. Nothing changes.' } },
  },
  orders: {
    title: 'Orders',
    who: 'manager',
    actions: {
      'save-view': { oldLogIn: 'A filter under a name, which its owner alone sees.' },
      'delete-view': { oldLogIn: 'A filter under a name, which its owner alone sees.' },
      redeliver: {},
    },
  },
  order: {
    title: 'Order',
    who: 'manager',
    actions: {
      note: { oldLogIn: 'A note for the team. No money, mail or setting depends on it.' },
      search: { oldLogIn: 'Reads the chains. What is found still waits for a decision.' },
      simulate: { oldLogIn: 'Pays with test coins, in test stores only.' },
      redeliver: {},
      accepted: {},
      closed: {},
      released: {},
      left: {},
    },
  },
  refund: {
    title: 'Refund',
    who: 'owner',
    actions: {
      quote: { oldLogIn: 'Reads what a refund would do.' },
      sent: { oldLogIn: 'The wallet has sent the refund already: its transaction must not be lost.' },
      ...{ prepare: {}, order: {}, wallet: {}, external: {}, cancel: {}, withdraw: {}, resume: {}, release: {} },
    },
  },
  merchants: { title: 'Console: merchants', who: 'operator', actions: { invite: {} } },
  merchant: {
    title: 'Console: merchant',
    who: 'operator',
    actions: {
      ...{
        activate: {},
        suspend: {},
        reactivate: {},
        owner: { waits: 'a new owner' },
        fees: { waits: 'another operator' },
      },
      ...{ 'suspend-store': {}, 'reactivate-store': {}, 'cancel-change': {}, 'end-sessions': {} },
    },
  },
  review: {
    title: 'Console: review',
    who: 'operator',
    actions: { resolve: { waits: 'accepting: another operator' } },
  },
  proposals: {
    title: 'Console: proposals',
    who: 'operator',
    actions: { confirm: {}, cancel: { oldLogIn: 'To take back is safe: what was set before stays.' } },
  },
  alerts: {
    title: 'Console: alerts',
    who: 'operator',
    actions: {
      mails: {},
      test: { oldLogIn: 'A message to the operator’s own address and to the webhook of the deployment.' },
    },
  },
  recovery: {
    title: 'Console: account recovery',
    who: 'operator',
    actions: { start: { waits: 'always; every known address can stop it' } },
  },
});

export type DoorPage = keyof typeof DOORS;
export type DoorAction<Page extends DoorPage> = Extract<keyof (typeof DOORS)[Page]['actions'], string>;

/** Whether the action needs a log-in of the last 15 minutes. */
export const needsFreshLogIn = (page: DoorPage, action: string): boolean => {
  const actions: Readonly<Record<string, Action>> = DOORS[page].actions;
  return !(Object.hasOwn(actions, action) && actions[action]?.oldLogIn);
};

/** The table of docs/security/doors.md. */
export const doorsTable = (): string => {
  const rows = Object.values<DoorsOfPage>(DOORS).flatMap(({ title, who, actions }) =>
    Object.entries(actions).map(([name, { oldLogIn, waits, who: needed = who }]) =>
      // Every role but viewer, and the console, need two factors (require-member.ts).
      [
        title,
        `\`${name}\``,
        needed,
        oldLogIn ? `no: ${oldLogIn}` : 'yes',
        who === 'viewer' ? 'no' : 'yes',
        waits ?? 'no',
      ].join(' | '),
    ),
  );
  const header = ['page', 'action', 'lowest role', 'log-in of the last 15 minutes', 'two factors', 'waits'];
  return [header.join(' | '), header.map(() => '---').join(' | '), ...rows].map((row) => `| ${row} |`).join('\n');
};

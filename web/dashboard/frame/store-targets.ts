// The pages of a store, for the navigation and the palette.
import {
  BookOpen,
  Code,
  Download,
  FileText,
  Hourglass,
  House,
  KeyRound,
  Link2,
  type LucideIcon,
  Plus,
  Receipt,
  ReceiptText,
  ScrollText,
  Settings,
  ShieldCheck,
  Store,
  Users,
  Webhook,
} from 'lucide-react';
import type { StoreChoice } from '#web/access/store-access-types.ts';
import type { PaletteSource, PaletteTarget } from '#web/ui/palette/palette-targets.ts';

interface Page {
  /** Relative to the store's URL. */
  path: string;
  label: string;
  Icon: LucideIcon;
  keywords?: string;
  /** Further paths that belong to the entry. */
  also?: readonly string[];
}

export const RAIL: readonly Page[] = [
  { path: '', label: 'Home', Icon: House, keywords: 'figures charts overview' },
  { path: '/orders', label: 'Orders', Icon: Receipt, keywords: 'payments' },
  {
    path: '/links',
    label: 'Payment links',
    Icon: Link2,
    keywords: 'product donation qr poster stock sell without code',
  },
  { path: '/invoices', label: 'Invoices', Icon: ReceiptText, keywords: 'bill customer due reminder' },
  { path: '/reports', label: 'Reports', Icon: FileText, keywords: 'daily monthly csv' },
  { path: '/webhooks', label: 'Webhooks', Icon: Webhook, keywords: 'deliveries events' },
  {
    path: '/developers',
    label: 'Developers',
    Icon: Code,
    keywords: 'api keys',
    also: ['/endpoints', '/requests', '/debugger'],
  },
  { path: '/settings', label: 'Settings', Icon: Settings, keywords: 'store name logo accent time zone' },
  { path: '/team', label: 'Team', Icon: Users, keywords: 'members invite roles', also: ['/audit'] },
];

const BELOW: readonly Page[] = [
  { path: '/orders?tab=attention', label: 'Orders that need attention', Icon: Receipt, keywords: 'late underpaid' },
  { path: '/changes', label: 'Waiting changes', Icon: Hourglass, keywords: 'pending confirm cancel owner receiver' },
  { path: '/orders/new', label: 'Create an order', Icon: Plus, keywords: 'new checkout by hand qr' },
  { path: '/links/new', label: 'New payment link', Icon: Plus, keywords: 'create product page' },
  { path: '/invoices/new', label: 'New invoice', Icon: Plus, keywords: 'create bill' },
  { path: '/orders/export', label: 'Export orders', Icon: Download, keywords: 'csv download' },
  { path: '/reports/books', label: 'Books', Icon: FileText, keywords: 'received settled refunded held fees' },
  { path: '/endpoints', label: 'Webhook endpoints', Icon: Webhook, keywords: 'receivers events secret test add' },
  { path: '/endpoints/new', label: 'Add a webhook endpoint', Icon: Plus, keywords: 'new receiver url events' },
  { path: '/requests', label: 'Request log', Icon: Code, keywords: 'api' },
  { path: '/debugger', label: 'Signature debugger', Icon: KeyRound, keywords: 'api hmac canonical' },
  {
    path: '/settings/payments',
    label: 'Payment settings',
    Icon: Settings,
    keywords: 'coins networks tolerance expiry',
  },
  { path: '/settings/receiver', label: 'Receiving address', Icon: Settings, keywords: 'settings payout wallet' },
  {
    path: '/settings/connection',
    label: 'Webhook and API settings',
    Icon: Settings,
    keywords: 'url ip replay signing',
  },
  { path: '/settings/notifications', label: 'E-mails and reports settings', Icon: Settings, keywords: 'notifications' },
];

const FOR_OWNERS: readonly Page[] = [
  { path: '/audit', label: 'Audit log', Icon: ScrollText, keywords: 'log-ins sessions factors history who changed' },
];

/** @param rights `mayCreateStores`: the visitor is an owner, and nothing is suspended */
export const storePalette = (
  storeId: string,
  stores: readonly StoreChoice[],
  { isOwner, mayCreateStores }: { isOwner: boolean; mayCreateStores: boolean },
): PaletteSource => {
  const base = `/dashboard/${storeId}`;
  const pagesOf = (pages: readonly Page[], first: boolean): PaletteTarget[] =>
    pages.map(({ path, also: _, ...entry }) => ({ ...entry, to: `${base}${path}`, group: 'Pages', first }));
  const others = stores.filter(({ id }) => id !== storeId);
  return {
    targets: [
      ...pagesOf(RAIL, true),
      ...pagesOf(BELOW, false),
      ...(isOwner ? pagesOf(FOR_OWNERS, false) : []),
      ...(mayCreateStores ? pagesOf([{ path: '/new-store', label: 'New store', Icon: Plus }], false) : []),
      {
        to: '/dashboard/security',
        label: 'Log-in and security',
        Icon: ShieldCheck,
        group: 'Pages' as const,
        keywords: 'password passkey sessions devices',
      },
      { to: '/docs', label: 'Documentation', Icon: BookOpen, group: 'Pages', keywords: 'guide help api' },
      ...others.map(({ id, name, isTest, merchantName }) => ({
        to: `/dashboard/${id}`,
        label: name,
        isTest,
        Icon: Store,
        group: 'Stores' as const,
        keywords: `switch store ${merchantName}${isTest ? ' test' : ''}`,
        first: true,
      })),
    ],
    lists: [{ noun: 'order', url: `${base}/orders` }],
    findUrl: `${base}/palette`,
  };
};

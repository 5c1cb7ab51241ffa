// Payment links in the dashboard. Types only: browsers import them.

import type { LinkValues } from '#db/links/payment-links.ts';
import type { Language } from '#domain/languages.ts';
import type { LinkState } from '#domain/payment-links.ts';
import type { IntentStatusName } from '#domain/status.ts';
import type { DashboardVisit } from '#web/access/store-access-types.ts';
import type { QrCode } from '#web/checkout/server/view-types.ts';
import type { Price } from '#web/pay/server/pay-types.ts';

export interface LinkLine {
  id: string;
  title: string;
  slug: string;
  state: LinkState;
  price: Price | null;
  bounds: { min: Price; max: Price } | null;
  sold: number;
  reserved: number;
  stock: number | null;
  createdAt: string;
}

export interface LinkDetails extends LinkLine {
  url: string;
  qr: QrCode;
  picture: string | null;
  maxQuantity: number;
  expiresAt: string | null;
  redirectUrl: string | null;
  languages: Language[];
  orders: SourcedOrderLine[];
  values: Record<string, string>;
  /** Why nobody can pay it now, though it is open; null when they can. */
  notPayable: string | null;
}

/** An order of a link or an invoice. */
export interface SourcedOrderLine {
  id: string;
  orderId: string | null;
  status: IntentStatusName;
  amount: string;
  coin: string;
  quantity: number;
  createdAt: string;
}

export interface Poster {
  title: string;
  description: string;
  price: Price | null;
  url: string;
  qr: QrCode;
  language: Language;
  picture: string | null;
  store: { name: string; isTest: boolean };
}

/** The picture of a form: a new file, or whether the present one is removed. */
export interface PictureInput {
  upload: FormDataEntryValue | null;
  remove: boolean;
}

export type LinkAct = 'pause' | 'resume' | 'archive' | 'restore';

export interface LinksService {
  list(storeId: string, archived: boolean): Promise<LinkLine[]>;
  /** Null when the store has no such link. */
  find(store: { id: string; timeZone: string }, id: string): Promise<LinkDetails | null>;
  poster(
    store: { id: string; name: string; isTest: boolean },
    id: string,
    language: Language | null,
  ): Promise<Poster | null>;
  /** @param slug empty for one that nobody can guess. Throws UserError. @returns its id */
  create(visit: DashboardVisit, link: { values: LinkValues; slug: string }, picture: PictureInput): Promise<string>;
  /** Throws UserError. */
  update(visit: DashboardVisit, id: string, values: LinkValues, picture: PictureInput): Promise<void>;
  /** Throws UserError. */
  act(visit: DashboardVisit, id: string, act: LinkAct): Promise<void>;
}

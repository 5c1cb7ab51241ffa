// What public pages show of a store, from its row: the checkout, payment links and invoices.
import type { Store } from '#db/entities/store.entity.ts';
import { accentPalette } from '#domain/accent.ts';
import { initialsOf } from '#domain/initials.ts';
import { neutralText } from '#domain/text.ts';
import type { PublicStore } from './view-types.ts';

export const publicStore = (store: Store): PublicStore => ({
  name: neutralText(store.name),
  logoUrl: store.logoUrl ?? null,
  initials: initialsOf(store.name),
  supportContact: store.supportContact ?? null,
  isTest: store.isTest,
  accent: store.accentColor ? accentPalette(store.accentColor) : null,
});

// Payment links of a store: made, changed, paused and archived by its members (decision 0082). Every change is in the audit log, in the
// same transaction.

import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { LockMode, UniqueConstraintViolationException } from '@mikro-orm/core';
import type { AuditAction } from '#domain/audit-actions.ts';
import type { CoinId } from '#domain/coins.ts';
import type { CurrencyId } from '#domain/currencies.ts';
import { UserError } from '#domain/errors.ts';
import { makeId } from '#domain/ids.ts';
import type { Language } from '#domain/languages.ts';
import type { LinkPrice, LinkStatus, LinkTexts } from '#domain/payment-links.ts';
import { LinkPicture, PaymentLink } from '../entities/payment-link.entity.ts';
import { Store } from '../entities/store.entity.ts';
import { type Actor, writeAudit } from '../merchants/audit.ts';
import { findStore } from '../merchants/find-store.ts';
import type { Em } from '../orm.ts';

/** What a member decides about a link. */
export interface LinkValues extends LinkPrice {
  currency: CurrencyId | null;
  stableCoin: CoinId | null;
  maxQuantity: number;
  stock: number | null;
  expiresAt: Date | null;
  redirectUrl: string | null;
  language: Language;
  texts: LinkTexts;
}

/** A re-encoded picture; null takes it away, undefined leaves it. */
export type PictureChange = { png: Buffer; sha256: string } | null | undefined;

/** The path under which a picture is served. */
export const picturePath = (sha256: string): string => `/pictures/${sha256}.png`;

/** Links that a store can have, archived ones included. */
const MAX_LINKS = 1_000;

const audit = (
  em: Em,
  actor: Actor,
  link: PaymentLink,
  merchantId: string,
  action: AuditAction<'link'>,
  data: object,
) =>
  writeAudit(em, {
    actor,
    action,
    subjectKind: 'payment_link',
    subjectId: link.id,
    merchantId,
    storeId: link.store.id,
    data: { slug: link.slug, ...data },
  });

const slugTaken = (): UserError => new UserError('slug_taken', 'slug: this name is taken, choose another one');

/** Throws UserError `slug_taken` or `too_many_links`. */
export const createLink = async (
  entityManager: Em,
  storeId: string,
  given: { slug: string; values: LinkValues; picture?: PictureChange },
  actor: Actor,
): Promise<{ id: string; slug: string }> => {
  const { slug, values, picture } = given;
  try {
    return await entityManager.fork().transactional(async (em) => {
      const store = await findStore(em, storeId);
      if ((await em.count(PaymentLink, { store: storeId })) >= MAX_LINKS) {
        throw new UserError('too_many_links', `A store can have ${MAX_LINKS} links.`);
      }
      const now = new Date();
      const link = em.create(PaymentLink, {
        id: makeId('lnk', randomBytes(16)),
        store: em.getReference(Store, storeId),
        slug,
        ...values,
        createdAt: now,
        updatedAt: now,
      });
      await em.flush();
      await putPicture(em, link.id, picture);
      await audit(em, actor, link, store.merchant.id, 'link.create', { title: values.texts[values.language]?.title });
      return { id: link.id, slug };
    });
  } catch (error) {
    if (error instanceof UniqueConstraintViolationException) throw slugTaken();
    throw error;
  }
};

/** The link, locked until the transaction ends. Throws UserError `no_link`. */
export const lockLink = async (em: Em, id: string, storeId?: string): Promise<PaymentLink> => {
  const where = { id, ...(storeId === undefined ? {} : { store: storeId }) };
  const link = await em.findOne(PaymentLink, where, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
  if (!link) throw new UserError('no_link', 'There is no such link.');
  return link;
};

/** Throws UserError `no_link`. Orders that were made keep their terms. */
export const updateLink = (
  entityManager: Em,
  storeId: string,
  id: string,
  { values, picture }: { values: LinkValues; picture?: PictureChange },
  actor: Actor,
): Promise<void> =>
  entityManager.fork().transactional(async (em) => {
    const store = await findStore(em, storeId);
    const link = await lockLink(em, id, storeId);
    const changed: string[] = Object.entries(values)
      .filter(([name, value]) => !isDeepStrictEqual(link[name as keyof LinkValues] ?? null, value))
      .map(([name]) => name);
    if (picture !== undefined) changed.push('picture');
    em.assign(link, { ...values, updatedAt: new Date() });
    await em.flush();
    await putPicture(em, id, picture);
    await audit(em, actor, link, store.merchant.id, 'link.update', { changed });
  });

/** Safe to run twice. Throws UserError `no_link`. */
export const setLinkStatus = (
  entityManager: Em,
  storeId: string,
  id: string,
  status: LinkStatus,
  actor: Actor,
): Promise<void> =>
  entityManager.fork().transactional(async (em) => {
    const store = await findStore(em, storeId);
    const link = await lockLink(em, id, storeId);
    if (link.status === status) return;
    const from = link.status;
    em.assign(link, { status, updatedAt: new Date() });
    await em.flush();
    await audit(em, actor, link, store.merchant.id, 'link.status', { from, to: status });
  });

const putPicture = async (em: Em, linkId: string, picture: PictureChange): Promise<void> => {
  if (picture === undefined) return;
  if (picture === null) await em.nativeDelete(LinkPicture, { link: linkId });
  else await em.upsert(LinkPicture, { link: linkId, ...picture, updatedAt: new Date() });
};

/** The bytes of a picture of any link; null when none has it. @param sha256 64 hex digits */
export const readPicture = async (em: Em, sha256: string): Promise<Buffer | null> => {
  const picture = await em.fork().findOne(LinkPicture, { sha256 });
  return picture ? Buffer.from(picture.png) : null;
};

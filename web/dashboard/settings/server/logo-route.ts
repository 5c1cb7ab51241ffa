// Logos of stores.
import type { FastifyInstance } from 'fastify';
import { readLogo } from '#db/merchants/store-logos.ts';
import type { Orm } from '#db/orm.ts';
import { addHashedPngs } from '#web/http/hashed-pngs.ts';

export const addLogoRoute = (app: FastifyInstance, orm: Orm): void =>
  addHashedPngs(app, '/logos', (sha256) => readLogo(orm.em, sha256));

// Pictures of payment links.
import type { FastifyInstance } from 'fastify';
import { readPicture } from '#db/links/payment-links.ts';
import type { Orm } from '#db/orm.ts';
import { addHashedPngs } from '#web/http/hashed-pngs.ts';

export const addPictureRoute = (app: FastifyInstance, orm: Orm): void =>
  addHashedPngs(app, '/pictures', (sha256) => readPicture(orm.em, sha256));

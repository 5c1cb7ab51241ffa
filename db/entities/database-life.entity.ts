// The lives of the database (db/restores/database-life.ts).
import { defineEntity, p } from '@mikro-orm/core';

export const DatabaseLifeSchema = defineEntity({
  name: 'DatabaseLife',
  tableName: 'database_life',
  properties: {
    /** The server's id and its timeline. */
    id: p.text().primary(),
    noticedAt: p.datetime().defaultRaw('now()'),
    /** When Temporal and this database were brought together again; of the first life: when it began. */
    rejoinedAt: p.datetime().nullable(),
    /** Orders that only their workflows knew. */
    restoredOrders: p.integer().default(0),
    /** Orders that workflows name, and that could not be restored. */
    lostOrders: p.integer().default(0),
    /** What happened since may be forgotten. Null for the first life, and where nobody knows. */
    lostSince: p.datetime().nullable(),
  },
});
export class DatabaseLife extends DatabaseLifeSchema.class {}
DatabaseLifeSchema.setClass(DatabaseLife);

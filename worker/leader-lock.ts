// Elects one leader among all workers: the process whose connection holds a Postgres advisory lock. Postgres frees the lock when the
// connection ends, so another worker takes over when the leader stops or dies.
import pg from 'pg';

const PING_MS = 10_000;
/** Postgres ends a session that misses three pings: a leader that lost its network does not keep the lock. */
const LEASE = '30s';

export interface LeaderLock {
  /** Takes the lock if it is free. False while another process holds it. Throws when Postgres is away. */
  isLeader(): Promise<boolean>;
  /** Whether this process holds the lock, as far as it knows. */
  isHeld(): boolean;
  /** Gives the lock up; the next `isLeader` competes for it again. */
  release(): Promise<void>;
}

export const createLeaderLock = (databaseUrl: string): LeaderLock => {
  let holder: pg.Client | null = null;
  let attempt: Promise<boolean> | null = null;

  const hold = (client: pg.Client): void => {
    holder = client;
    const drop = (): void => {
      clearInterval(ping);
      if (holder === client) holder = null;
    };
    const ping = setInterval(() => {
      client.query('select 1').catch(() => {
        drop();
        void client.end().catch(() => {});
      });
    }, PING_MS);
    client.once('end', drop);
  };

  const tryToLock = async (): Promise<boolean> => {
    const client = new pg.Client({
      connectionString: databaseUrl,
      connectionTimeoutMillis: 5_000,
      query_timeout: 5_000,
      application_name: 'worker leader',
    });
    client.on('error', () => {}); // 'end' follows.
    try {
      await client.connect();
      await client.query(`set idle_session_timeout = '${LEASE}'`);
      const { rows } = await client.query<{ locked: boolean }>(
        `select pg_try_advisory_lock(hashtextextended('worker leader', 0)) as locked`,
      );
      if (rows[0]?.locked) hold(client);
      return holder === client;
    } finally {
      if (holder !== client) void client.end().catch(() => {});
    }
  };

  return {
    async isLeader() {
      if (holder) return true;
      attempt ??= tryToLock().finally(() => {
        attempt = null;
      });
      return await attempt;
    },
    isHeld: () => holder !== null,
    async release() {
      await attempt?.catch(() => {});
      const client = holder;
      holder = null;
      await client?.end().catch(() => {});
    },
  };
};

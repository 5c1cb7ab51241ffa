// A bounded cache of lookups that may be a moment old: within its time to live a suspension, a revocation or a new rate is
// not yet seen, so the time is about a second. Lookups in flight are shared; failures are not kept.

interface Entry<Value> {
  value: Promise<Value>;
  /** Epoch milliseconds. */
  expiresAt: number;
}

export class ShortCache<Key, Value> {
  readonly #load: (key: Key) => Promise<Value>;
  readonly #ttlMs: number;
  readonly #maxEntries: number;
  readonly #entries = new Map<Key, Entry<Value>>();

  constructor(load: (key: Key) => Promise<Value>, { ttlMs, maxEntries }: { ttlMs: number; maxEntries: number }) {
    this.#load = load;
    this.#ttlMs = ttlMs;
    this.#maxEntries = maxEntries;
  }

  get(key: Key): Promise<Value> {
    const now = Date.now();
    const known = this.#entries.get(key);
    if (known && known.expiresAt > now) return known.value;
    const entry = { value: this.#load(key), expiresAt: now + this.#ttlMs };
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    entry.value.catch(() => {
      if (this.#entries.get(key) === entry) this.#entries.delete(key);
    });
    // The oldest go first: a Map keeps the order of insertion.
    const oldest = this.#entries.size > this.#maxEntries ? this.#entries.keys().next() : undefined;
    if (oldest && !oldest.done) this.#entries.delete(oldest.value);
    return entry.value;
  }
}

// A bounded cache for lookups that may be out of date for about a second, as keys and rates may. Concurrent lookups of one key are
// shared; failures are not kept.

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
    // Deletes the oldest: a Map keeps insertion order.
    const oldest = this.#entries.size > this.#maxEntries ? this.#entries.keys().next() : undefined;
    if (oldest && !oldest.done) this.#entries.delete(oldest.value);
    return entry.value;
  }
}

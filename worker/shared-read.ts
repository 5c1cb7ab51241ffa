/**
 * A read that its callers share: the gauges of one scrape, and scrapers that come within `keptMs` of each other. A failed read is not
 * kept.
 */
export const sharedRead = <T>(read: () => Promise<T>, keptMs: number): (() => Promise<T>) => {
  let reading: Promise<T> | null = null;
  let readAt = 0;
  return () => {
    if (reading !== null && performance.now() - readAt < keptMs) return reading;
    const latest = read();
    reading = latest;
    // Until it ends, everyone waits for this read.
    readAt = Number.POSITIVE_INFINITY;
    latest.then(
      () => {
        readAt = performance.now();
      },
      () => {
        if (reading === latest) reading = null;
      },
    );
    return latest;
  };
};

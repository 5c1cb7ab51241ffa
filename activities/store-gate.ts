// Limits the deliveries that one store has in flight on this worker.

export interface StoreGate {
  /** @returns a function to call once when the delivery ends; null when the store is at its limit */
  enter(storeId: string): (() => void) | null;
}

export const createStoreGate = (maxInFlight: number): StoreGate => {
  const inFlight = new Map<string, number>();
  return {
    enter(storeId) {
      const count = inFlight.get(storeId) ?? 0;
      if (count >= maxInFlight) return null;
      inFlight.set(storeId, count + 1);
      return () => {
        const left = (inFlight.get(storeId) ?? 1) - 1;
        if (left > 0) inFlight.set(storeId, left);
        else inFlight.delete(storeId);
      };
    },
  };
};

// Limits the deliveries that one receiver has in flight on this worker.

export interface ReceiverGate {
  /** @returns a function to call once when the delivery ends; null when the receiver is at its limit */
  enter(receiver: string): (() => void) | null;
}

export const createReceiverGate = (maxInFlight: number): ReceiverGate => {
  const inFlight = new Map<string, number>();
  return {
    enter(receiver) {
      const count = inFlight.get(receiver) ?? 0;
      if (count >= maxInFlight) return null;
      inFlight.set(receiver, count + 1);
      return () => {
        const left = (inFlight.get(receiver) ?? 1) - 1;
        if (left > 0) inFlight.set(receiver, left);
        else inFlight.delete(receiver);
      };
    },
  };
};

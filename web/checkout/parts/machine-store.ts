// Holds the state of a pure state machine outside of React, for `useSyncExternalStore`.

export interface MachineStore<State, Event> {
  getState(): State;
  /** True when the event changed the state. */
  dispatch(event: Event): boolean;
  subscribe(listener: () => void): () => void;
}

/** @param next returns the same object for an event that means nothing in a state */
export const createMachineStore = <State, Event>(
  initial: State,
  next: (state: State, event: Event) => State,
): MachineStore<State, Event> => {
  let state = initial;
  const listeners = new Set<() => void>();
  return {
    getState: () => state,
    dispatch(event) {
      const before = state;
      state = next(state, event);
      if (state === before) return false;
      for (const listener of listeners) listener();
      return true;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};

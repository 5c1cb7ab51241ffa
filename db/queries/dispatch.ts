// The outbox: rows that the dispatcher turns into workflow starts and signals. Written in the transaction that causes them.

/** The channel on which new dispatch rows are announced; the dispatcher polls slowly besides. */
export const DISPATCH_CHANNEL = 'dispatch_added';

// Why money of an order waits for a person (docs/architecture.md section 5). One row for each kind: whatever lists the kinds reads them
// here, and what each needs elsewhere is a record that the compiler checks (CONTRIBUTING.md, "Add a reason for review").

/**
 * `type` is the number on the wire (`review_type`), `name` what the documentation calls it. The keys are stored: none is renamed or
 * removed, and a new one needs a migration of `review_kind_check`.
 */
export const REVIEW_KINDS = {
  /** In a block that is later than the deadline. */
  late: { type: 1, name: 'late' },
  /** A part of an order that ended without its price. */
  underpaid: { type: 2, name: 'short' },
  wrong_coin: { type: 3, name: 'wrong coin' },
  wrong_chain: { type: 4, name: 'wrong network' },
  /** The order was paid before. */
  second_payment: { type: 5, name: 'second payment' },
  reorg_after_confirmed: { type: 6, name: 'removed after it was confirmed' },
  /** From a payer whom screening denies. */
  screening: { type: 7, name: 'screening' },
} as const;

export type ReviewKind = keyof typeof REVIEW_KINDS;

/** In the order of their numbers. */
export const REVIEW_KIND_LIST = Object.keys(REVIEW_KINDS) as readonly ReviewKind[];

/** `1 late, 2 short, …`: the numbers of `review_type`, for documentation. */
export const REVIEW_TYPES_TEXT = Object.values(REVIEW_KINDS)
  .map(({ type, name }) => `${type} ${name}`)
  .join(', ');

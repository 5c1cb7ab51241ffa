// Books a payment that a test writes directly: one transfer and its booking, in one statement.

export interface BookedPayment {
  intentId: string;
  chainId: number;
  coin: number;
  token: string;
  from?: string;
  txHash: string;
  /** Ledger units of a token of 6 decimals; what is below a base unit is kept, as no real token would. */
  grossUnits: bigint;
  feeUnits: bigint;
  surplusUnits?: bigint;
  at: Date;
}

const BOOK = `with booked as (
    insert into booking (intent_id, store_id, method, price_units, kind, chain_id, token, coin, gross_units, fee_units, net_units, surplus_units, booked_at)
    select id, store_id, payment_method_type, amount_units, 'payment', ?, ?, ?, ?, ?, ?, ?, ? from checkout_intent where id = ?
    returning id, intent_id, chain_id, token, coin, gross_units, booked_at)
  insert into token_transfer (chain_id, block_number, block_hash, block_time, tx_hash, log_index, token, coin, from_address, to_address,
    amount_base_units, amount_units, intent_id, state, in_payment, booking_id)
  select b.chain_id, 1, ?, b.booked_at, ?, 0, b.token, b.coin, ?, i.deposit_address, greatest(trunc(b.gross_units / 1e12), 1), b.gross_units,
    i.id, 'confirmed', true, b.id
  from booked b join checkout_intent i on i.id = b.intent_id`;

/** @param query runs a statement whose parameters are `?` */
export const bookPayment = async (
  query: (sql: string, values: unknown[]) => Promise<unknown>,
  { intentId, chainId, coin, token, from = token, txHash, grossUnits, feeUnits, surplusUnits = 0n, at }: BookedPayment,
): Promise<void> => {
  const amounts = [grossUnits, feeUnits, grossUnits - feeUnits, surplusUnits].map(String);
  await query(BOOK, [chainId, token, coin, ...amounts, at, intentId, `0x${intentId}`, txHash, from]);
};

/** A JSON-RPC quantity as a number; undefined for anything else, such as the error of one call of a batch. */
export const quantityOf = (response: unknown): bigint | undefined =>
  typeof response === 'string' && /^0x[0-9a-f]+$/i.test(response) ? BigInt(response) : undefined;

// What the shopper's wallet lacks for this payment, with its address: the only response that gives the address of a wallet whose
// recovery phrase is not saved, and never for more than this payment.
import { rowAction } from './token-row.ts';

export const action = rowAction(({ pay, intentId, payer, row }) => pay.topUp(intentId, payer, row));

// The unit that an invoice is priced in.
import { coinSymbol } from '#domain/coins.ts';
import { currencySymbol } from '#domain/currencies.ts';
import type { InvoicePrice } from '#domain/email-data.ts';
import type { Invoice } from '../entities/invoice.entity.ts';

export const unitOf = ({ currency, stableCoin }: Pick<Invoice, 'currency' | 'stableCoin'>): InvoicePrice['unit'] => {
  if (currency != null) return { fiat: currencySymbol(currency) };
  if (stableCoin == null) throw new Error('An invoice has no pricing');
  return { coin: coinSymbol(stableCoin) };
};

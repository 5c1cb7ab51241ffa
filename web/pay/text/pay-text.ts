// The texts of a page of payment links and invoices: its loader sends those of one language (catalogues.server.ts).
import type { Translate } from '#domain/texts.ts';
import { createTexts, useTranslator } from '#web/text/create-texts.tsx';
import type { PayTextKey } from './en.ts';

export type PayText = Translate<PayTextKey>;

export const PayTexts = createTexts<PayTextKey>('pay');

export const usePayText = (): PayText => useTranslator(PayTexts);

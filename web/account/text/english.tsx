// Provides the English texts to the account parts that the dashboard uses: the dashboard is in English only.
import type { ReactNode } from 'react';
import { AccountTexts } from './account-text.ts';
import { en } from './en.ts';

export function EnglishAccountTexts({ children }: { children: ReactNode }) {
  return <AccountTexts.Provider value={en}>{children}</AccountTexts.Provider>;
}

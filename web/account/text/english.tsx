// The English sentences around the parts of the account pages that the dashboard uses: it speaks English only.
import type { ReactNode } from 'react';
import { AccountTexts } from './account-text.tsx';
import { en } from './en.ts';

export function EnglishAccountTexts({ children }: { children: ReactNode }) {
  return <AccountTexts texts={en}>{children}</AccountTexts>;
}

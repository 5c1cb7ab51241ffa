// A time in UTC, as explorers and support use it, as the reader's language writes it. Not by Intl: server and browser have
// different language data, and the page must read the same on both.
import type { Language } from '#domain/languages.ts';

const MONTHS = {
  en: ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'],
  es: ['ene', 'feb', 'mar', 'abr', 'may', 'jun', 'jul', 'ago', 'sept', 'oct', 'nov', 'dic'],
} as const;

const DATES: Record<Language, (year: string, month: number, day: string) => string> = {
  en: (year, month, day) => `${MONTHS.en[month - 1]} ${Number(day)}, ${year},`,
  es: (year, month, day) => `${Number(day)} ${MONTHS.es[month - 1]} ${year},`,
  ja: (year, month, day) => `${year}/${String(month).padStart(2, '0')}/${day}`,
  'zh-CN': (year, month, day) => `${year}年${month}月${Number(day)}日`,
  'zh-TW': (year, month, day) => `${year}年${month}月${Number(day)}日`,
};

/** `Nov 22, 2026, 20:31:05 UTC`. @param iso ISO-8601 in UTC */
export const utcTime = (iso: string, language: Language): string =>
  `${DATES[language](iso.slice(0, 4), Number(iso.slice(5, 7)), iso.slice(8, 10))} ${iso.slice(11, 19)} UTC`;

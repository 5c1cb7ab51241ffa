// Times for reading: each language's own way, and the same on every server and in every browser.
import { expect, it } from 'vitest';
import { LANGUAGES, type Language } from '#domain/languages.ts';
import { utcTime } from '#web/text/utc-time.ts';

it.each(Object.keys(LANGUAGES) as Language[])(
  '%s writes a date as its language data does, in every month',
  (language) => {
    const format = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC' });
    for (let month = 0; month < 12; month += 1) {
      for (const day of [3, 28]) {
        const at = new Date(Date.UTC(2026, month, day, 4, 5, 6));
        const shown = utcTime(at.toISOString(), language);
        expect(shown).toMatch(/ 04:05:06 UTC$/);
        expect(shown.replace(/,? 04:05:06 UTC$/, '')).toBe(format.format(at));
      }
    }
  },
);

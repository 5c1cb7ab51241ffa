// Looks up a sentence and fills its values in. The one place that a second language has to touch.
import { en, type TextKey } from './en.ts';

export const t = (key: TextKey, values: Readonly<Record<string, string | number>> = {}): string =>
  en[key].replace(/\{\{(\w+)\}\}/g, (whole, name: string) => String(values[name] ?? whole));

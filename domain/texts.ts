// Looks texts up in a catalogue: one flat object for each language, with `{{name}}` where a value goes.

export type Texts<Key extends string> = Readonly<Record<Key, string>>;

export type Translate<Key extends string> = (key: Key, values?: Readonly<Record<string, string | number>>) => string;

/** Keeps a placeholder without a value as it is. */
export const translator =
  <Key extends string>(texts: Texts<Key>): Translate<Key> =>
  (key, values = {}) =>
    texts[key].replace(/\{\{(\w+)\}\}/g, (whole, name: string) => isolated(String(values[name] ?? whole)));

const RIGHT_TO_LEFT = new RegExp(
  ['Arabic', 'Hebrew', 'Syriac', 'Thaana', 'Nko', 'Adlam'].map((script) => String.raw`\p{Script=${script}}`).join('|'),
  'u',
);

/** A value with right-to-left letters is isolated: otherwise the numbers that follow it in our sentence change places with it. */
const isolated = (value: string): string => (RIGHT_TO_LEFT.test(value) ? `\u2068${value}\u2069` : value);

// Looks texts up in a catalogue: one flat object for each language, with `{{name}}` where a value goes.

export type Texts<Key extends string> = Readonly<Record<Key, string>>;

export type Translate<Key extends string> = (key: Key, values?: Readonly<Record<string, string | number>>) => string;

/** Keeps a placeholder without a value as it is. */
export const translator =
  <Key extends string>(texts: Texts<Key>): Translate<Key> =>
  (key, values = {}) =>
    texts[key].replace(/\{\{(\w+)\}\}/g, (whole, name: string) => String(values[name] ?? whole));

// The exact text of one member of a JSON object, so that a merchant gets it back unchanged: parsing and printing
// would change large numbers, `1.0`, escapes and the order of members.

export interface RawMember {
  text: string;
  /** Nesting of objects and arrays; 1 for `{}`, 0 for a plain value. */
  depth: number;
}

/** Index after the string that begins (with its quote) at `start`. */
const endOfString = (json: string, start: number): number => {
  let index = start + 1;
  while (json[index] !== '"') index += json[index] === '\\' ? 2 : 1;
  return index + 1;
};

const skipSpace = (json: string, start: number): number => {
  let index = start;
  while (/\s/.test(json.charAt(index))) index += 1;
  return index;
};

/** The value that begins at `start`: index after it, and its depth. */
const scanValue = (json: string, start: number): { end: number; depth: number } => {
  let index = start;
  let open = 0;
  let depth = 0;
  while (index < json.length) {
    const char = json.charAt(index);
    if (char === '"') {
      index = endOfString(json, index);
    } else if (char === '{' || char === '[') {
      open += 1;
      depth = Math.max(depth, open);
      index += 1;
    } else if (char === '}' || char === ']') {
      if (open === 0) break;
      open -= 1;
      index += 1;
    } else if (open === 0 && (char === ',' || /\s/.test(char))) {
      break;
    } else {
      index += 1;
    }
    if (open === 0 && index > start && (depth > 0 || char === '"')) break;
  }
  return { end: index, depth };
};

/**
 * The last member called `name` (as JSON.parse takes it) of a JSON object; undefined when there is none.
 * @param json text that JSON.parse has accepted and that is an object
 */
export const rawMember = (json: string, name: string): RawMember | undefined => {
  let found: RawMember | undefined;
  let index = skipSpace(json, json.indexOf('{') + 1);
  while (json[index] === '"') {
    const keyEnd = endOfString(json, index);
    const key: unknown = JSON.parse(json.slice(index, keyEnd));
    const start = skipSpace(json, skipSpace(json, keyEnd) + 1);
    const { end, depth } = scanValue(json, start);
    if (key === name) found = { text: json.slice(start, end), depth };
    index = skipSpace(json, end);
    if (json[index] === ',') index = skipSpace(json, index + 1);
  }
  return found;
};

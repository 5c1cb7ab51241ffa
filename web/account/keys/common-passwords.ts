// Whether a password is one that everybody tries first. The server never sees a password (decision 0030), so the browser looks,
// in a list that it loads when somebody chooses one: some 49,000 that leaked most often.

let loading: Promise<ReadonlySet<string>> | undefined;

const commonPasswords = async (): Promise<ReadonlySet<string>> => {
  loading ??= import('@zxcvbn-ts/language-common').then(
    ({ dictionary }) => new Set(dictionary['passwords-common']),
    (error: unknown) => {
      loading = undefined;
      throw error;
    },
  );
  return await loading;
};

/** Joined from two, a pair is guessed as easily. Shorter pieces would find themselves in good passwords by chance. */
const SHORTEST_PIECE = 4;
const LONGEST_REPEATED = 6;

/**
 * True for a password of the list, with digits and signs around it (`Password2026!!`), two of them in a row, a short piece said
 * over and over, and for the e-mail address or the name in it. Throws when the list cannot be loaded.
 */
export const isCommonPassword = async (password: string, email: string): Promise<boolean> => {
  const list = await commonPasswords();
  const whole = password.normalize('NFKC').toLowerCase();
  const core = whole.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '');
  const [name = ''] = email.trim().toLowerCase().split('@');
  const own = new Set([email.trim().toLowerCase(), name].filter((text) => text.length >= SHORTEST_PIECE));
  const isKnown = (text: string): boolean => list.has(text) || own.has(text);
  return (
    isRepeated(whole) ||
    [whole, core].some((text) => isKnown(text) || (text.length >= SHORTEST_PIECE && isPair(text, isKnown)))
  );
};

const isPair = (text: string, isKnown: (piece: string) => boolean): boolean => {
  for (let cut = SHORTEST_PIECE; cut <= text.length - SHORTEST_PIECE; cut += 1) {
    if (isKnown(text.slice(0, cut)) && isKnown(text.slice(cut))) return true;
  }
  return false;
};

const isRepeated = (text: string): boolean => {
  for (let length = 1; length <= LONGEST_REPEATED; length += 1) {
    const piece = text.slice(0, length);
    if (piece.repeat(Math.ceil(text.length / length)).startsWith(text)) return true;
  }
  return false;
};

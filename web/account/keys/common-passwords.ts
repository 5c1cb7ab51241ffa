// Checks a new password against the 49,000 most leaked ones. The server never sees a password (decision 0030), so the browser loads
// the list when somebody chooses one.
import { emailAddressOf } from '#domain/email-address.ts';

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

/** Terms of this product, which people would choose here (docs/security/asvs.md 6.1.2). */
const OUR_TERMS = [
  'allscale',
  'allscalepay',
  'checkout',
  'dashboard',
  'stablecoin',
  'usdt',
  'usdc',
  'tether',
  'wallet',
  'merchant',
];

/** Two common passwords joined are as easy to guess. Shorter pieces occur in good passwords by chance. */
const SHORTEST_PIECE = 4;
const LONGEST_REPEATED = 6;

/**
 * True for a password on the list or made of this product's terms, also with digits and signs around it (`Password2026!!`), for two of
 * them joined, for a short piece repeated, and for the e-mail address or its name. Throws when the list cannot be loaded.
 */
export const isCommonPassword = async (password: string, email: string): Promise<boolean> => {
  const list = await commonPasswords();
  const whole = password.normalize('NFKC').toLowerCase();
  const core = whole.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '');
  const address = emailAddressOf(email);
  const [name = ''] = address.split('@');
  const own = new Set([address, name, ...OUR_TERMS].filter((text) => text.length >= SHORTEST_PIECE));
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

// Tells keys and secrets apart by their form: `st_live_…` and `st_test_…`, `st_live_secret_…` and `st_test_secret_…`. Older ones are `st_` and
// hexadecimal digits: an identifier has 32, a secret 64.
const FORM = /^st_(?:(live|test)_)?(secret_)?([0-9a-f]{32}|[0-9a-f]{64})$/;

interface Form {
  mode: string | null;
  isSecret: boolean;
}

const formOf = (text: string): Form | null => {
  const match = FORM.exec(text.trim());
  return match ? { mode: match[1] ?? null, isSecret: match[3]?.length === 64 } : null;
};

/** Whether a key or a secret is of a test store. False for those without a mode, which are older. */
export const isTestKey = (apiKey: string): boolean => formOf(apiKey)?.mode === 'test';

/** What is wrong with a pair, or null. Texts of another form pass: the server judges them. */
export const pairProblem = (apiKey: string, apiSecret: string): string | null => {
  const [key, secret] = [formOf(apiKey), formOf(apiSecret)];
  if (key?.isSecret) {
    return secret && !secret.isSecret
      ? 'apiKey and apiSecret are swapped'
      : 'apiKey is a secret, not the identifier of a key';
  }
  if (secret && !secret.isSecret) return 'apiSecret is the identifier of a key, not its secret';
  if (key?.mode && secret?.mode && key.mode !== secret.mode) {
    return `apiKey is of a ${key.mode} store, apiSecret of a ${secret.mode} one`;
  }
  return null;
};

// URLs that merchants enter: which are accepted, and which webhook URLs are known to cause problems.

const MAX_LENGTH = 2048;

/** Why a URL cannot be used, as a message; undefined when it can. Only absolute http(s), and nothing that a browser would hide. */
export const webAddressProblem = (text: string): string | undefined => {
  if (text.length > MAX_LENGTH) return `must have at most ${MAX_LENGTH} characters`;
  // The address is used as written; WHATWG parsing alone would silently drop tabs, newlines and outer spaces.
  if (/[\p{Cc}\s\\]/u.test(text)) return 'must not contain spaces, control characters or backslashes';
  if (!/^https?:\/\/[^/]/i.test(text) || !URL.canParse(text)) return 'must be an absolute http or https address';
  const url = new URL(text);
  return url.username || url.password ? 'must not contain a user name or password' : undefined;
};

/** Like {@link webAddressProblem}, for a webhook: its path and query are signed as written, so they must be plain. */
export const webhookAddressProblem = (text: string): string | undefined => {
  const problem = webAddressProblem(text);
  if (problem) return problem;
  if (text.includes('#')) return 'must not contain a fragment (#…)';
  return /^[\x21-\x7e]+$/.test(text) ? undefined : 'must be ASCII: write other characters percent-encoded';
};

/** Path and query, as written. */
const targetOf = (text: string): string => {
  const afterScheme = text.replace(/^https?:\/\//i, '');
  const slash = afterScheme.search(/[/?]/);
  return slash < 0 ? '' : afterScheme.slice(slash);
};

/**
 * Equal for two webhook URLs that reach the same receiver with the same request: scheme and host in any case, a default port or none, an
 * empty path or `/`. Path and query count as written, because they are signed so.
 * @param text a URL in which {@link webhookAddressProblem} finds no problem
 */
export const webhookAddressKey = (text: string): string => {
  const target = targetOf(text);
  return new URL(text).origin + (target.startsWith('/') ? target : `/${target}`);
};

/** Warnings to show where a webhook address is set (docs/open-api.md section 6): it works, but some receivers verify differently. */
export const webhookAddressWarnings = (text: string): string[] => {
  const target = targetOf(text);
  const path = target.split('?')[0] ?? '';
  const warnings: string[] = [];
  if (target.includes('?')) warnings.push('Some receivers verify the signature without the query string.');
  if (target.includes('%')) warnings.push('Some receivers verify the signature with a decoded path.');
  if (path.includes('//')) warnings.push('Some receivers verify the signature with “//” made into “/”.');
  if (/(^|\/)\.\.?(\/|$)/.test(path)) warnings.push('Some receivers verify the signature with “.” and “..” resolved.');
  return warnings;
};

const ANY_ORIGIN = 'https://site.invalid';

/**
 * Path and query of a link that stays on this site; null for every other. Parsed as browsers parse it: they take `/\evil`, and a tab
 * between two slashes, for the URL of another site.
 */
export const pathOfThisSite = (link: string): string | null => {
  if (!link.startsWith('/') || !URL.canParse(link, ANY_ORIGIN)) return null;
  const { origin, pathname, search } = new URL(link, ANY_ORIGIN);
  return origin === ANY_ORIGIN && !pathname.startsWith('//') ? pathname + search : null;
};

// Every kind, in the order of the table in docs/security/attack.md.
import type { Kind } from './kind.ts';
import { endpoints } from './kinds/accounts/endpoints.ts';
import { logInKinds } from './kinds/accounts/log-in.ts';
import { webAuthn } from './kinds/accounts/passkeys.ts';
import { signUpKinds } from './kinds/accounts/sign-up.ts';
import { tokens } from './kinds/accounts/tokens.ts';
import { addressKinds } from './kinds/addresses.ts';
import { checkoutKinds } from './kinds/checkouts.ts';
import { contentKinds } from './kinds/content.ts';
import { createBodyKinds } from './kinds/create-bodies.ts';
import { logKinds } from './kinds/logs.ts';
import { otherSiteKinds } from './kinds/other-sites.ts';
import { pageFuzzKinds } from './kinds/page-fuzz.ts';
import { publicPageKinds } from './kinds/public-pages.ts';
import { rawHttpKinds } from './kinds/raw-http.ts';
import { signerKinds } from './kinds/signer.ts';
import { signingKinds } from './kinds/signing.ts';
import { tenantKinds } from './kinds/tenant-walk.ts';

export const KINDS: readonly Kind[] = [
  ...signingKinds,
  ...rawHttpKinds,
  ...createBodyKinds,
  ...tenantKinds,
  ...otherSiteKinds,
  ...addressKinds,
  endpoints,
  ...signUpKinds,
  webAuthn,
  tokens,
  ...logInKinds,
  ...checkoutKinds,
  ...publicPageKinds,
  ...contentKinds,
  ...signerKinds,
  ...pageFuzzKinds,
  ...logKinds,
];

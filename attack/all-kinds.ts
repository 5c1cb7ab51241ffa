// Every kind, in the order of the table in docs/security/attack.md.
import type { Kind } from './kind.ts';
import { accountKinds } from './kinds/accounts.ts';
import { addressKinds } from './kinds/addresses.ts';
import { checkoutKinds } from './kinds/checkouts.ts';
import { contentKinds } from './kinds/content.ts';
import { createBodyKinds } from './kinds/create-bodies.ts';
import { logKinds } from './kinds/logs.ts';
import { otherSiteKinds } from './kinds/other-sites.ts';
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
  ...accountKinds,
  ...checkoutKinds,
  ...contentKinds,
  ...signerKinds,
  ...logKinds,
];

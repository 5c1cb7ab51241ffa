// Passkey ceremonies: better-auth's challenges, the browser's WebAuthn, and the PRF result that seals a wallet. The PRF result never
// leaves the browser: requests are built field by field. (better-auth's own client would send all extension results.)
import { getJson, postJson } from './account-client.ts';
import { fromBase64Url, toBase64Url, utf8, wipe } from './bytes.ts';

const PRF_BYTES = 32;
/** The PRF's input. One for all: the output differs for each credential anyway. */
const PRF_INPUT = utf8('allscale-pay wallet key v1');

export interface PasskeyResult {
  credentialId: string;
  /** 32 bytes that only this passkey can produce; null when its authenticator has no PRF. Wipe after use. */
  prf: Uint8Array<ArrayBuffer> | null;
}

interface JsonDescriptor {
  id: string;
  type: 'public-key';
  transports?: AuthenticatorTransport[];
}
interface CreationOptionsJson {
  challenge: string;
  rp: PublicKeyCredentialRpEntity;
  user: { id: string; name: string; displayName: string };
  pubKeyCredParams: PublicKeyCredentialParameters[];
  timeout?: number;
  excludeCredentials?: JsonDescriptor[];
  authenticatorSelection?: AuthenticatorSelectionCriteria;
}
interface RequestOptionsJson {
  challenge: string;
  rpId?: string;
  timeout?: number;
  allowCredentials?: JsonDescriptor[];
}

export const passkeysAreSupported = (): boolean => typeof PublicKeyCredential === 'function';

const descriptors = (list: JsonDescriptor[] | undefined): PublicKeyCredentialDescriptor[] =>
  (list ?? []).map(({ id, type, transports }) => ({
    id: fromBase64Url(id),
    type,
    ...(transports?.length ? { transports } : {}),
  }));

const prfOf = (credential: PublicKeyCredential): Uint8Array<ArrayBuffer> | null => {
  const first = credential.getClientExtensionResults().prf?.results?.first;
  if (!first) return null;
  const bytes = new Uint8Array(ArrayBuffer.isView(first) ? first.buffer : first).slice() as Uint8Array<ArrayBuffer>;
  return bytes.length === PRF_BYTES ? bytes : null;
};

const requirePasskey = async (credential: Promise<Credential | null>): Promise<PublicKeyCredential> => {
  const chosen = await credential;
  if (!(chosen instanceof PublicKeyCredential)) throw new DOMException('No passkey was chosen', 'NotAllowedError');
  return chosen;
};

/**
 * Registers a passkey for the account that is logged in or, with the token of a mailed link, for a new account. Throws NoPrfError, and
 * registers nothing, when the passkey cannot seal a wallet. Throws DOMException when the person declines.
 */
export const registerPasskey = async (
  name: string,
  signUpToken: string | null,
): Promise<PasskeyResult & { prf: Uint8Array<ArrayBuffer> }> => {
  const { credentialId, prf } = await register(name, signUpToken, true);
  if (!prf) throw new NoPrfError();
  return { credentialId, prf };
};

/** Registers a passkey that only logs in, as for merchants: it needs no PRF. */
export const registerLogInPasskey = async (name: string, signUpToken: string | null): Promise<void> => {
  const { prf } = await register(name, signUpToken, false);
  if (prf) wipe(prf);
};

const register = async (name: string, signUpToken: string | null, prfNeeded: boolean): Promise<PasskeyResult> => {
  const query = signUpToken ? `?${new URLSearchParams({ context: signUpToken })}` : '';
  const options = await getJson<CreationOptionsJson>(`/api/auth/passkey/generate-register-options${query}`);
  const credential = await requirePasskey(
    navigator.credentials.create({
      publicKey: {
        challenge: fromBase64Url(options.challenge),
        rp: options.rp,
        user: { ...options.user, id: fromBase64Url(options.user.id) },
        pubKeyCredParams: options.pubKeyCredParams,
        excludeCredentials: descriptors(options.excludeCredentials),
        ...(options.timeout ? { timeout: options.timeout } : {}),
        ...(options.authenticatorSelection ? { authenticatorSelection: options.authenticatorSelection } : {}),
        extensions: { prf: { eval: { first: PRF_INPUT } } },
      },
    }),
  );
  // Some authenticators return the PRF result at creation, others at the first use.
  const prf = prfOf(credential) ?? (prfNeeded ? await readPrf(options.rp.id, credential.id) : null);
  if (prfNeeded && !prf) throw new NoPrfError();
  const response = credential.response as AuthenticatorAttestationResponse;
  await postJson('/api/auth/passkey/verify-registration', {
    name,
    // Its log-in takes two factors, as that with the new passkey would.
    createSession: true,
    response: {
      ...head(credential),
      response: {
        clientDataJSON: toBase64Url(response.clientDataJSON),
        attestationObject: toBase64Url(response.attestationObject),
        transports: response.getTransports(),
      },
    },
  });
  return { credentialId: credential.id, prf };
};

/** This authenticator has no PRF and cannot seal a wallet. */
export class NoPrfError extends Error {
  override name = 'NoPrfError';
  readonly code = 'no_prf';
}

/** Logs in with the passkey that the person picks. Throws DOMException when none is used, AccountError when the log-in fails. */
export const logInWithPasskey = async (): Promise<void> => {
  const options = await getJson<RequestOptionsJson>('/api/auth/passkey/generate-authenticate-options');
  const credential = await requirePasskey(
    navigator.credentials.get({
      publicKey: {
        challenge: fromBase64Url(options.challenge),
        allowCredentials: descriptors(options.allowCredentials),
        userVerification: 'required',
        ...(options.rpId ? { rpId: options.rpId } : {}),
      },
    }),
  );
  const response = credential.response as AuthenticatorAssertionResponse;
  await postJson('/api/auth/passkey/verify-authentication', {
    response: {
      ...head(credential),
      response: {
        clientDataJSON: toBase64Url(response.clientDataJSON),
        authenticatorData: toBase64Url(response.authenticatorData),
        signature: toBase64Url(response.signature),
        userHandle: response.userHandle ? toBase64Url(response.userHandle) : null,
      },
    },
  });
};

/** The PRF result of one of these passkeys, the one at hand. Opens a key without the server: nobody logs in. */
export const prfOfPasskey = async (credentialIds: readonly string[]): Promise<PasskeyResult> => {
  const credential = await getWithPrf(undefined, credentialIds);
  return { credentialId: credential.id, prf: prfOf(credential) };
};

const readPrf = async (rpId: string | undefined, credentialId: string): Promise<Uint8Array<ArrayBuffer> | null> =>
  prfOf(await getWithPrf(rpId, [credentialId]));

const getWithPrf = (rpId: string | undefined, credentialIds: readonly string[]): Promise<PublicKeyCredential> =>
  requirePasskey(
    navigator.credentials.get({
      publicKey: {
        challenge: crypto.getRandomValues(new Uint8Array(32)),
        allowCredentials: credentialIds.map((id) => ({ id: fromBase64Url(id), type: 'public-key' })),
        userVerification: 'required',
        extensions: { prf: { eval: { first: PRF_INPUT } } },
        ...(rpId ? { rpId } : {}),
      },
    }),
  );

/** The fields of every response. Leaves out extension results: the PRF's is among them. */
const head = (credential: PublicKeyCredential) => ({
  id: credential.id,
  rawId: credential.id,
  type: credential.type,
  authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
  clientExtensionResults: {},
});

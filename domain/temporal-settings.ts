// How web and worker connect to Temporal: address, TLS and what identifies us. In the form that Temporal's clients take.
import type { Env } from './config.ts';
import { ConfigError } from './errors.ts';

export interface TemporalSettings {
  /** `host:port`. */
  address: string;
  namespace: string;
  /** Absent: a plain connection, which production refuses (`production-settings.ts`). */
  tls?: {
    /** The server certificate's name, when it is not the address's. */
    serverNameOverride?: string;
    /** PEM. Absent: the authorities that Node trusts. */
    serverRootCACertificate?: Buffer;
    clientCertPair?: { crt: Buffer; key: Buffer };
  };
  apiKey?: string;
}

/** What Temporal's `Connection` and `NativeConnection` take: all but the namespace. */
export const temporalConnectionOptions = ({ address, tls, apiKey }: TemporalSettings) => ({
  address,
  ...(tls ? { tls } : {}),
  ...(apiKey ? { apiKey } : {}),
});

/**
 * TLS is on when `TEMPORAL_TLS` is `on` or any of its variables or an API key is given. Throws ConfigError that names the variable.
 *
 * @param readFile reads a file whose path a variable holds, so that no key is in the environment
 */
export const readTemporalSettings = (env: Env, readFile: (path: string) => Buffer): TemporalSettings => {
  const { TEMPORAL_ADDRESS: address = '', TEMPORAL_NAMESPACE: namespace, TEMPORAL_API_KEY: apiKey } = env;
  if (!/^[^\s/]+:\d{1,5}$/.test(address)) {
    throw new ConfigError(`TEMPORAL_ADDRESS: ${address ? '' : 'not set; '}must be host:port`);
  }
  const pem = (name: string): Buffer | undefined => {
    const path = env[name];
    if (!path) return undefined;
    let bytes: Buffer;
    try {
      bytes = readFile(path);
    } catch {
      throw new ConfigError(`${name}: the file cannot be read`);
    }
    if (!bytes.includes('-----BEGIN ')) throw new ConfigError(`${name}: the file is not PEM`);
    return bytes;
  };
  const ca = pem('TEMPORAL_TLS_CA_FILE');
  const crt = pem('TEMPORAL_TLS_CERT_FILE');
  const key = pem('TEMPORAL_TLS_KEY_FILE');
  if (crt && !key) throw new ConfigError('TEMPORAL_TLS_KEY_FILE: not set; the client certificate needs its key');
  if (key && !crt) throw new ConfigError('TEMPORAL_TLS_CERT_FILE: not set; the client key needs its certificate');
  const serverName = env.TEMPORAL_TLS_SERVER_NAME;
  const mode = env.TEMPORAL_TLS || 'off';
  if (mode !== 'on' && mode !== 'off') throw new ConfigError('TEMPORAL_TLS: on or off is needed');
  const isOn = mode === 'on' || ca || crt || serverName || apiKey;
  return {
    address,
    namespace: namespace || 'default',
    ...(isOn
      ? {
          tls: {
            ...(serverName ? { serverNameOverride: serverName } : {}),
            ...(ca ? { serverRootCACertificate: ca } : {}),
            ...(crt && key ? { clientCertPair: { crt, key } } : {}),
          },
        }
      : {}),
    ...(apiKey ? { apiKey } : {}),
  };
};

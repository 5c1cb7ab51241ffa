// Errors of nodes, and which of them another provider may not have.
// Messages name a provider by its host only: RPC URLs carry keys.

export type RpcErrorCode =
  | 'rpc_unreachable'
  | 'rpc_malformed'
  | 'rpc_refused'
  | 'rpc_rate_limited'
  | 'rpc_lagging'
  | 'rpc_reverted'
  | 'provider_lies'
  | 'no_provider';

export class RpcError extends Error {
  override name = 'RpcError';
  readonly code: RpcErrorCode;
  readonly provider: string;
  /** Another provider, or the same one later, may succeed. */
  readonly retryable: boolean;
  /** The provider's Retry-After, in milliseconds. */
  readonly retryAfterMs: number | null;

  constructor(
    code: RpcErrorCode,
    provider: string,
    message: string,
    options?: ErrorOptions & { retryAfterMs?: number | null },
  ) {
    super(`${provider}: ${message}`, options);
    this.code = code;
    this.provider = provider;
    this.retryable = code !== 'rpc_reverted';
    this.retryAfterMs = options?.retryAfterMs ?? null;
  }
}

/** The response contradicts itself, the chain's id, or an earlier response of the same provider. */
export const providerLies = (provider: string, message: string): RpcError =>
  new RpcError('provider_lies', provider, message);

export const malformed = (provider: string, message: string, cause?: unknown): RpcError =>
  new RpcError('rpc_malformed', provider, message, { cause });

export const isRpcError = (error: unknown): error is RpcError => error instanceof RpcError;

// The body of requests about one row of AllScale Pay: a token on its network.
import { z } from 'zod';
import { type Address, parseAddress } from '#domain/address.ts';

const isAddress = (value: unknown): boolean => typeof value === 'string' && parseAddress(value) === value;

export const tokenRow = z.object({ chainId: z.number().int(), token: z.custom<Address>(isAddress) });

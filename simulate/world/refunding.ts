// Refunds as the merchant's pages offer and record them, and as the worker follows them.
import type { Operation } from '../operations.ts';
import type { World } from './world.ts';

export const refund = async (_world: World, _operation: Extract<Operation, { kind: 'refund' }>): Promise<void> => {};
export const followRefunds = async (_world: World): Promise<void> => {};

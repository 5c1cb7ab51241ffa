// The permission to change where money goes. Functions that write such a change take it as an argument, so that a caller without one
// does not compile. A test lists the files that may give it (test/unit/money-permission.test.ts).
import type { MemberRole } from '../entities/merchant-people.entity.ts';

/**
 * Why a change takes effect now: nothing was set before, the new address's key signed it, a second person confirmed it, its time has
 * passed, the store takes test money only, or a command on the server made it (its user has the database).
 */
export type PermissionGround = 'first' | 'signed' | 'confirmed' | 'waited' | 'test_store' | 'command';

export class MoneyPermission {
  // A private member makes the type nominal: no object literal is a permission.
  readonly #ground: PermissionGround;

  constructor(ground: PermissionGround) {
    this.#ground = ground;
  }

  get ground(): PermissionGround {
    return this.#ground;
  }
}

/** Owners can change where money goes: making or inviting one needs a permission. */
export type GivenRole = { role: Exclude<MemberRole, 'owner'> } | { role: 'owner'; permission: MoneyPermission };

/** Throws for an owner without a permission, also where the types were evaded. */
export const requirePermission = (given: GivenRole): void => {
  if (given.role === 'owner' && !(given.permission instanceof MoneyPermission))
    throw new Error('Making or inviting an owner needs a permission');
};

export const permit = (ground: PermissionGround): MoneyPermission => new MoneyPermission(ground);

// The permission to change where money goes. Functions that write such a change take it as an argument, so that a caller without one
// does not compile. A test lists the files that may give it (test/unit/money-permission.test.ts).

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

export const permit = (ground: PermissionGround): MoneyPermission => new MoneyPermission(ground);

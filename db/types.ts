// Column types that keep money exact: numeric(78,0) in Postgres, bigint in TypeScript.
import { Type } from '@mikro-orm/core';

/** A whole number of up to 78 digits (any uint256), or null. */
export class Uint extends Type<bigint | null, string | null> {
  override convertToDatabaseValue(value: bigint | null | undefined): string | null {
    return value === null || value === undefined ? null : value.toString();
  }

  override convertToJSValue(value: string | bigint | null | undefined): bigint | null {
    return value === null || value === undefined ? null : BigInt(value);
  }

  override compareValues(a: string | null, b: string | null): boolean {
    return a === b;
  }

  override compareAsType(): string {
    return 'bigint';
  }

  override getColumnType(): string {
    return 'numeric(78,0)';
  }
}

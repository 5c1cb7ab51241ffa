// Registers our search attributes with the namespace. Idempotent; the same for the development server and for production.
import type { Connection } from '@temporalio/client';
import { SEARCH_ATTRIBUTES } from '#workflows/messages.ts';

/** `temporal.api.enums.v1.IndexedValueType`, which the SDK exports only from a private path. */
const INDEXED_VALUE_TYPE = { KEYWORD: 2, DOUBLE: 4, BOOL: 5, KEYWORD_LIST: 7 } as const;

/** Name and type of each, as Temporal's API takes them. */
export const searchAttributeTypes = (attributes: readonly (typeof SEARCH_ATTRIBUTES)[number][] = SEARCH_ATTRIBUTES) =>
  Object.fromEntries(attributes.map(({ name, type }) => [name, INDEXED_VALUE_TYPE[type]]));

export const registerSearchAttributes = async (connection: Connection, namespace: string): Promise<void> => {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const missing = SEARCH_ATTRIBUTES.filter(({ name }) => !(name in customAttributes));
  if (missing.length === 0) return;
  await connection.operatorService.addSearchAttributes({
    namespace,
    searchAttributes: searchAttributeTypes(missing),
  });
};

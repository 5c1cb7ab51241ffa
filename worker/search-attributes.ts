// Registers our search attributes with the namespace. Idempotent; the same call for the development server and for production.
import type { Connection } from '@temporalio/client';
import { encodeSearchAttributeIndexedValueType } from '@temporalio/common/lib/search-attributes.js';
import { SEARCH_ATTRIBUTES } from '#workflows/messages.ts';

export const registerSearchAttributes = async (connection: Connection, namespace: string): Promise<void> => {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const missing = SEARCH_ATTRIBUTES.filter(({ name }) => !(name in customAttributes));
  if (missing.length === 0) return;
  const types = missing.map(({ name, type }) => [name, encodeSearchAttributeIndexedValueType(type)] as const);
  await connection.operatorService.addSearchAttributes({
    namespace,
    searchAttributes: Object.fromEntries(types.flatMap(([name, type]) => (type === undefined ? [] : [[name, type]]))),
  });
};

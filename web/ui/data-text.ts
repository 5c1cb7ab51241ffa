// Stored data of an audit entry as text, for example `from: active`; nested values are in brackets.

export const dataText = (value: unknown): string => {
  if (value === null || value === '') return 'none';
  if (Array.isArray(value)) return value.map(dataText).join(', ') || 'none';
  if (typeof value !== 'object') return String(value);
  const parts = Object.entries(value).map(([name, part]) => `${name}: ${dataText(part)}`);
  return `(${parts.join(', ')})`;
};

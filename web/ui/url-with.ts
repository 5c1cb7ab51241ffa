/** A path with the parameters that are set; without any, the path alone. */
export const urlWith = (path: string, parameters: Readonly<Record<string, string | null>>): string => {
  const set = Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== null);
  return set.length > 0 ? `${path}?${new URLSearchParams(set)}` : path;
};

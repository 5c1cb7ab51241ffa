// The version of the client packages: that of the release they are built for, in each registry's spelling.

interface Versions {
  /** SemVer. */
  node: string;
  /** PEP 440. */
  python: string;
}

const RELEASE = /^v?(\d+\.\d+\.\d+)(?:-(alpha|beta|rc)\.(\d+))?$/;
const PEP_440 = { alpha: 'a', beta: 'b', rc: 'rc' } as const;

/** @param version `1.2.0`, `v1.2.0` or `v1.2.0-rc.1`; null for anything else */
export const clientVersions = (version: string): Versions | null => {
  const [, numbers, stage, count] = RELEASE.exec(version) ?? [];
  if (!numbers) return null;
  if (!stage) return { node: numbers, python: numbers };
  return {
    node: `${numbers}-${stage}.${count}`,
    python: `${numbers}${PEP_440[stage as keyof typeof PEP_440]}${count}`,
  };
};

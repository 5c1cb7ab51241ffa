// Names a browser and its operating system, as "Firefox on Linux", for session lists and security e-mails.

/** As well as a user agent can be trusted to say; null for an unknown browser. */
export const deviceParts = (userAgent: string | null): { browser: string; system: string | null } | null => {
  const find = (names: readonly (readonly [RegExp, string])[]): string | undefined =>
    names.find(([pattern]) => pattern.test(userAgent ?? ''))?.[1];
  const browser = find([
    [/Edg\//, 'Edge'],
    [/Firefox\//, 'Firefox'],
    [/Chrome\//, 'Chrome'],
    [/Safari\//, 'Safari'],
  ]);
  const system = find([
    [/Android/, 'Android'],
    [/iPhone|iPad/, 'iOS'],
    [/Windows/, 'Windows'],
    [/Mac OS/, 'macOS'],
    [/Linux/, 'Linux'],
  ]);
  return browser ? { browser, system: system ?? null } : null;
};

/** "Chrome on Linux". */
export const deviceName = (userAgent: string | null): string => {
  const device = deviceParts(userAgent);
  return device ? `${device.browser}${device.system ? ` on ${device.system}` : ''}` : 'Unknown device';
};

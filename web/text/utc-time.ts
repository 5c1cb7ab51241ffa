// A time that reads the same on the server and in every browser: "2026-11-22 20:31:05 UTC".
export const utcTime = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;

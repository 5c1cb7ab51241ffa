// Waits for what may be late, such as a provider.

/** The result of `work`, or `late` after this many milliseconds. The work itself is not stopped. */
export const within = async <T, Late>(ms: number, work: Promise<T>, late: Late): Promise<T | Late> => {
  const { promise, resolve } = Promise.withResolvers<Late>();
  const timer = setTimeout(() => resolve(late), ms);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
};

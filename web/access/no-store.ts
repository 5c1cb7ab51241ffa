/** Headers of a page whose responses can hold a secret: no cache keeps them. */
export const NO_STORE = { 'Cache-Control': 'no-store' };

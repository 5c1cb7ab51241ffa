import { isRouteErrorResponse } from '@remix-run/react';

/** Whether a route's error says that nothing is at its URL, in place of a failure. */
export const isMissing = (error: unknown): boolean => isRouteErrorResponse(error) && error.status === 404;

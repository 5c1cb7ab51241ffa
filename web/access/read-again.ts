// Remix does not read a page again after an action that was refused (4xx). Where another person may have decided what the page shows, the
// refusal would stand beside buttons that no longer work.
import type { ShouldRevalidateFunction } from '@remix-run/react';

/** A page's `shouldRevalidate`: also after an action that was refused. */
export const readAgain: ShouldRevalidateFunction = ({ actionStatus, defaultShouldRevalidate }) =>
  defaultShouldRevalidate || (actionStatus !== undefined && actionStatus >= 400);

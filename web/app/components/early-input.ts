// A page can be used before its scripts run. What is typed or picked meanwhile, or filled in by the browser, React does not hear of, and
// sets back at its next render.
import { type RefObject, useEffect, useRef } from 'react';

/** Tells once, when the page wakes up, of the element as it stands then. @returns its ref */
export const useEarlyInput = <Element extends HTMLElement>(tell: (element: Element) => void): RefObject<Element> => {
  const element = useRef<Element>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the page wakes up
  useEffect(() => {
    if (element.current) tell(element.current);
  }, []);
  return element;
};

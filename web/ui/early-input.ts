// A page can be used before its scripts run. What is typed or picked meanwhile, or filled in by the browser, React does not hear of, and
// sets back at its next render; a text area that has a text already, when it wakes up.
import { type RefObject, useEffect, useRef, useState } from 'react';

/** Tells once, when the page wakes up, of the element as it stands then. @returns its ref */
export const useEarlyInput = <Element extends HTMLElement>(tell: (element: Element) => void): RefObject<Element> => {
  const element = useRef<Element>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the page wakes up
  useEffect(() => {
    if (element.current) tell(element.current);
  }, []);
  return element;
};

/**
 * Keeps what is typed into a text area before the page wakes up: React 18 puts the text back that the page came with. So it is read
 * while React still renders, and put there again when React is done.
 * @param id the text area's
 * @param tell is told then, when something was typed
 */
export const useEarlyText = (id: string, tell: (area: HTMLTextAreaElement) => void): void => {
  const [typed] = useState(() => {
    if (typeof document === 'undefined') return null;
    const area = document.getElementById(id);
    return area instanceof HTMLTextAreaElement && area.value !== area.defaultValue ? area.value : null;
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the page wakes up
  useEffect(() => {
    const area = document.getElementById(id);
    if (typed === null || !(area instanceof HTMLTextAreaElement)) return;
    area.value = typed;
    tell(area);
  }, []);
};

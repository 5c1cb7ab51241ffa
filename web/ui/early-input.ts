// Keeps input made before hydration. React gets no event for it and would discard it: in inputs at the next render, in text areas
// that have a text already at hydration.
import { type RefObject, useEffect, useRef, useState } from 'react';

/** Calls back once, at hydration, with the element as it is then. @returns its ref */
export const useEarlyInput = <Element extends HTMLElement>(
  onHydrated: (element: Element) => void,
): RefObject<Element> => {
  const element = useRef<Element>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, at hydration
  useEffect(() => {
    if (element.current) onHydrated(element.current);
  }, []);
  return element;
};

/**
 * The same for a text area. React 18 restores the text that the page came with, so the typed text is read during the first render
 * and put back after it.
 * @param id the text area's
 * @param onTyped called at hydration when something was typed before
 */
export const useEarlyText = (id: string, onTyped: (area: HTMLTextAreaElement) => void): void => {
  const [typed] = useState(() => {
    if (typeof document === 'undefined') return null;
    const area = document.getElementById(id);
    return area instanceof HTMLTextAreaElement && area.value !== area.defaultValue ? area.value : null;
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, at hydration
  useEffect(() => {
    const area = document.getElementById(id);
    if (typed === null || !(area instanceof HTMLTextAreaElement)) return;
    area.value = typed;
    onTyped(area);
  }, []);
};

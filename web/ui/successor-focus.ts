// A form that takes the place of another in the same commit, because its `key` is made of the values as they are stored: the focus goes on
// to the control that had it in the old form.
import { type MutableRefObject, type RefCallback, type RefObject, useCallback } from 'react';

/** Where the focus was in the form that is just being removed, among its controls. Forgotten when the commit is over. */
let place = -1;

/** @param form is filled as by `ref={form}`. @returns the form's ref */
export const useFocusOfPredecessor = (form: RefObject<HTMLFormElement>): RefCallback<HTMLFormElement> =>
  useCallback(
    (element) => {
      if (element) {
        const control = element.elements[place];
        if (control instanceof HTMLElement) control.focus();
        place = -1;
      } else {
        // React calls this before it removes the element.
        const focused = document.activeElement;
        place = focused ? [...(form.current?.elements ?? [])].indexOf(focused) : -1;
        queueMicrotask(() => {
          place = -1;
        });
      }
      (form as MutableRefObject<HTMLFormElement | null>).current = element;
    },
    [form],
  );

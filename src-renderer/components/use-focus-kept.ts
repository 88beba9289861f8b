// A button that is off while its work is done loses the focus: it gets it back when it is on again, unless somebody has gone elsewhere.
import { useCallback, useEffect, useRef } from 'react';

/** @returns to be called when the work begins, before the button is off */
export function useFocusKept(pending: boolean): () => void {
  const before = useRef<Element | null>(null);
  useEffect(() => {
    if (pending) return;
    const element = before.current;
    before.current = null;
    const isLost = document.activeElement === null || document.activeElement === document.body;
    if (isLost && element instanceof HTMLElement && element.isConnected) element.focus();
  }, [pending]);
  return useCallback(() => {
    before.current = document.activeElement;
  }, []);
}

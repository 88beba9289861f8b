// How far from the top of the window the patient's band has to stop, so that neither it nor the shell's banners cover each other.
import { useEffect, useState } from 'react';

/** Pixels taken by what sticks above the main part: bar and banners, whose number changes; 0 where they scroll away. */
export function useStickyTop(): number {
  const [heightPx, setHeightPx] = useState(0);
  useEffect(() => {
    const above = document.getElementById('main')?.previousElementSibling;
    if (!(above instanceof HTMLElement)) return;
    const measure = (): void => setHeightPx(getComputedStyle(above).position === 'sticky' ? above.offsetHeight : 0);
    const watcher = new ResizeObserver(measure);
    watcher.observe(above);
    window.addEventListener('resize', measure);
    return () => {
      watcher.disconnect();
      window.removeEventListener('resize', measure);
    };
  }, []);
  return heightPx;
}

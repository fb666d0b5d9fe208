// The keys of the desk: j and k move in the queue, Enter opens, Escape returns to the queue.
import { useEffect } from 'preact/hooks';
import type { DutyView } from './live/address.ts';

const typing = 'input, select, textarea, dialog, [contenteditable]';

const rows = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>('[data-incident]')];

/** The row with the focus, or else that of the open incident. */
const currentIndex = (): number => {
  const all = rows();
  const focused = all.indexOf(document.activeElement as HTMLElement);
  return focused >= 0 ? focused : all.findIndex((row) => row.getAttribute('aria-current') === 'true');
};

export function useKeys(change: (changes: Partial<DutyView>) => void): void {
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const target = event.target as HTMLElement;
      if (event.key === 'Escape' && !target.closest('dialog')) {
        const index = currentIndex();
        change({ incident: null });
        // Where only one pane fits, the queue is shown only after that.
        requestAnimationFrame(() => rows()[Math.max(index, 0)]?.focus());
        return;
      }
      if (target.closest(typing)) return;
      const step = { j: 1, k: -1 }[event.key];
      if (step === undefined) return;
      event.preventDefault();
      const all = rows();
      const index = currentIndex();
      all[index < 0 ? 0 : Math.min(Math.max(index + step, 0), all.length - 1)]?.focus();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, []);
}

// Short messages about what just happened, which screen readers read out.
import { signal } from '@preact/signals';
import { useTexts } from '../../page/page-context.ts';
import { designTexts } from '../../texts/design.ts';
import { Button } from '../controls/button.tsx';

interface Toast {
  id: number;
  text: string;
}

const toasts = signal<readonly Toast[]>([]);
const shownMs = 8000;
let lastId = 0;

/** Shows the text for some seconds, and has screen readers read it. */
export function announce(text: string): void {
  const id = ++lastId;
  toasts.value = [...toasts.value, { id, text }];
  setTimeout(() => dismiss(id), shownMs);
}

const dismiss = (id: number): void => {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
};

export function Toasts() {
  const texts = useTexts(designTexts);
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map(({ id, text }) => (
        <div class="toast" key={id}>
          <span>{text}</span>
          <Button kind="quiet" size="small" onClick={() => dismiss(id)}>
            {texts.close}
          </Button>
        </div>
      ))}
    </div>
  );
}

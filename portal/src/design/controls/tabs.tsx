// Tabs as in the ARIA Authoring Practices: arrow keys move between them, Tab goes to the panel.
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

interface Tab {
  name: string;
  label: string;
  content: ComponentChildren;
}

interface TabsProps {
  label: string;
  tabs: readonly Tab[];
  /** The name of the tab that is open at first, by default the first. */
  initial?: string;
  onSelect?: (name: string) => void;
}

export function Tabs({ label, tabs, initial, onSelect }: TabsProps) {
  const id = useId();
  const selected = useSignal(initial ?? tabs[0]?.name);
  const select = (index: number): void => {
    const tab = tabs[(index + tabs.length) % tabs.length];
    if (!tab) return;
    selected.value = tab.name;
    onSelect?.(tab.name);
    document.getElementById(`${id}-${tab.name}`)?.focus();
  };
  const move = (event: KeyboardEvent, index: number): void => {
    const target = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    select(target);
  };
  return (
    <div>
      <div class="tabs-list" role="tablist" aria-label={label}>
        {tabs.map(({ name, label: text }, index) => (
          <button
            type="button"
            key={name}
            class="tab"
            role="tab"
            id={`${id}-${name}`}
            aria-controls={`${id}-${name}-panel`}
            aria-selected={selected.value === name}
            tabIndex={selected.value === name ? 0 : -1}
            onClick={() => select(index)}
            onKeyDown={(event) => move(event, index)}
          >
            {text}
          </button>
        ))}
      </div>
      {tabs.map(({ name, content }) => (
        <div
          key={name}
          class="tab-panel"
          role="tabpanel"
          id={`${id}-${name}-panel`}
          aria-labelledby={`${id}-${name}`}
          hidden={selected.value !== name}
        >
          {content}
        </div>
      ))}
    </div>
  );
}

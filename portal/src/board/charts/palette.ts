// The colours of the design tokens as they are now, for charts, which are drawn on a canvas.

export interface Palette {
  text: string;
  muted: string;
  border: string;
  surface: string;
  accent: string;
  steps: readonly string[];
  series: readonly string[];
  font: string;
}

export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element);
  const token = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    text: token('text'),
    muted: token('text-muted'),
    border: token('border'),
    surface: token('surface'),
    accent: token('accent'),
    steps: [1, 2, 3, 4, 5].map((step) => token(`step-${step}`)),
    series: [1, 2, 3, 4, 5, 6].map((series) => token(`series-${series}`)),
    font: style.fontFamily,
  };
}

/** Calls back when the theme changes. Returns how to stop that. */
export function onThemeChange(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  const queries = ['(prefers-color-scheme: dark)', 'print'].map((query) => matchMedia(query));
  for (const query of queries) query.addEventListener('change', changed);
  return () => {
    observer.disconnect();
    for (const query of queries) query.removeEventListener('change', changed);
  };
}

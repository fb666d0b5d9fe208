// Language and theme as people chose them: in the address once, then in a cookie that the gateway reads.
import { type PageContext, type Theme, themes } from '../../page/page-context.ts';

const yearSeconds = 31_536_000;

/** The address of this page with one parameter changed. */
export function withParameter({ path, parameters }: PageContext, name: string, value: string): string {
  const search = new URLSearchParams({ ...parameters, [name]: value });
  return `${path}?${search}`;
}

export const nextTheme = (theme: Theme): Theme =>
  themes[(themes.indexOf(theme) + 1) % themes.length] ?? 'auto';

/** Shows this page in the theme, and those that are opened later. */
export function setTheme(theme: Theme): void {
  const { dataset } = document.documentElement;
  if (theme === 'auto') delete dataset.theme;
  else dataset.theme = theme;
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in all browsers in use.
  document.cookie = `theme=${theme}; path=/; max-age=${yearSeconds}; samesite=lax`;
}

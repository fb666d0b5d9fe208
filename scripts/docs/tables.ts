// Generated documents in two languages, and Markdown tables.
import { fileURLToPath } from 'node:url';

export const languages = ['en', 'zh'] as const;
export type Language = (typeof languages)[number];

/** Where a generated document is kept. */
export const documentFile = (name: string, language: Language): string =>
  fileURLToPath(new URL(`../../docs/${language === 'zh' ? 'zh-CN/' : ''}${name}`, import.meta.url));

/** A cell's text: outside of code, `<` would begin an HTML element. */
const cell = (text: string) =>
  text
    .replaceAll('|', '\\|')
    .split('`')
    .map((part, index) => (index % 2 === 0 ? part.replaceAll('<', '\\<') : part))
    .join('`');

export const markdownTable = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [header, header.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');

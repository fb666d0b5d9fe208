// The HTML around a rendered page.
import type { EntryAssets } from '../../build/entry-assets.ts';
import { type PageData, pageDataId, pageDataText } from './page-data.ts';

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => entities[character] ?? '');

export interface HtmlDocument {
  title: string;
  description: string;
  assets: EntryAssets;
  icon: string;
  body: string;
  pageData: PageData;
}

export function htmlDocument({ title, description, assets, icon, body, pageData }: HtmlDocument): string {
  const { language, theme } = pageData.context;
  return [
    '<!doctype html>',
    `<html lang="${language}"${theme === 'auto' ? '' : ` data-theme="${theme}"`}>`,
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escaped(title)}</title>`,
    `<meta name="description" content="${escaped(description)}">`,
    `<meta name="color-scheme" content="${theme === 'auto' ? 'light dark' : theme}">`,
    `<link rel="icon" href="${icon}" type="image/svg+xml">`,
    ...assets.styles.map((path) => `<link rel="stylesheet" href="${path}">`),
    ...assets.preloads.map((path) => `<link rel="modulepreload" href="${path}">`),
    `<script type="module" src="${assets.script}"></script>`,
    '</head>',
    `<body><div id="page">${body}</div>`,
    `<script type="application/json" id="${pageDataId}">${pageDataText(pageData)}</script>`,
    '</body></html>',
  ].join('\n');
}

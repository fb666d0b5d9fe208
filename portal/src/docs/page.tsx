// Stub
import { definePage } from '../page/page-definition.ts';

export const docsPage = definePage({
  name: 'docs',
  path: '/docs',
  title: { zh: 'docs', en: 'docs' },
  summary: { zh: '摘要', en: 'Summary' },
  Component: () => <p>…</p>,
});

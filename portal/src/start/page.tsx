// Stub
import { definePage } from '../page/page-definition.ts';

export const startPage = definePage({
  name: 'start',
  path: '/',
  title: { zh: 'start', en: 'start' },
  summary: { zh: '摘要', en: 'Summary' },
  Component: () => <p>…</p>,
});

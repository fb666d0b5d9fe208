// Stub
import { definePage } from '../page/page-definition.ts';

export const programmePage = definePage({
  name: 'programme',
  path: '/programme',
  title: { zh: 'programme', en: 'programme' },
  summary: { zh: '摘要', en: 'Summary' },
  Component: () => <p>…</p>,
});

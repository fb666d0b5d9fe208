// The name of the site, and the addresses in its navigation.
import type { Bilingual } from './language.ts';

export const siteName: Bilingual = { zh: '城区服务图', en: 'District graph' };

export interface Address {
  path: string;
  label: Bilingual;
  /** A name of `icons.tsx`. */
  icon: 'start' | 'playground' | 'catalogue' | 'changes' | 'board' | 'duty' | 'programme' | 'docs' | 'import';
  /** Whether it has no place in the bar at the bottom of small screens, only in its menu. */
  isMinor?: boolean;
}

/** In the order of the navigation. */
export const addresses: readonly Address[] = [
  { path: '/', label: { zh: '首页', en: 'Start' }, icon: 'start' },
  { path: '/board', label: { zh: '看板', en: 'Board' }, icon: 'board' },
  { path: '/programme', label: { zh: '活动', en: 'Programme' }, icon: 'programme' },
  { path: '/duty', label: { zh: '值班', en: 'Duty' }, icon: 'duty' },
  { path: '/import', label: { zh: '导入', en: 'Import' }, icon: 'import', isMinor: true },
  { path: '/playground/', label: { zh: '查询页', en: 'Playground' }, icon: 'playground', isMinor: true },
  { path: '/catalogue', label: { zh: '目录', en: 'Catalogue' }, icon: 'catalogue', isMinor: true },
  { path: '/changes', label: { zh: '变更', en: 'Changes' }, icon: 'changes', isMinor: true },
  { path: '/docs', label: { zh: '文档', en: 'Docs' }, icon: 'docs' },
];

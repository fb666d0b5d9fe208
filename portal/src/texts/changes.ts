// The texts of the page of changes.
import { defineTexts } from '../page/language.ts';

export const changesTexts = defineTexts({
  unreleased: { zh: '尚未发布', en: 'Not released yet' },
  release: { zh: (version: string) => `版本 ${version}`, en: (version: string) => `Release ${version}` },
  comparedWith: {
    zh: (version: string) => `与 ${version} 相比`,
    en: (version: string) => `compared with ${version}`,
  },
  first: {
    zh: (types: string, fields: string) => `第一个版本：${types} 个类型，${fields} 个字段。`,
    en: (types: string, fields: string) => `The first release: ${types} types, ${fields} fields.`,
  },
  size: {
    zh: (types: string, fields: string) => `共 ${types} 个类型，${fields} 个字段`,
    en: (types: string, fields: string) => `${types} types, ${fields} fields in all`,
  },
  BREAKING: { zh: '不兼容', en: 'Breaking' },
  DANGEROUS: { zh: '须留意', en: 'Dangerous' },
  SAFE: { zh: '兼容', en: 'Safe' },
  breakingHint: { zh: '现有的查询会失败', en: 'requests that worked fail' },
  dangerousHint: {
    zh: '查询照常，但结果可能出乎客户端意料',
    en: 'requests work, but may get what a client does not expect',
  },
  safeHint: { zh: '新增的内容', en: 'what is new' },
  descriptions: {
    zh: (count: string) => `另有 ${count} 处只改了说明。`,
    en: (count: string) => `${count} more changes are of descriptions only.`,
  },
  none: { zh: '图没有变化。', en: 'The graph has not changed.' },
  show: { zh: '显示', en: 'Show' },
  all: { zh: '全部', en: 'All' },
  shared: { zh: '多个部门共有', en: 'Shared by several' },
  count: {
    zh: (count: string) => `${count} 项`,
    en: (count: string) => (count === '1' ? '1 change' : `${count} changes`),
  },
  what: { zh: '变化', en: 'Change' },
  where: { zh: '位置', en: 'Where' },
  detail: { zh: '说明', en: 'What it is' },
  level: { zh: '影响', en: 'Effect' },
  platform: { zh: '平台的变化', en: 'Changes of the platform' },
  platformHint: { zh: '更新日志（英文）', en: 'From the changelog' },
  feeds: { zh: '订阅', en: 'Feeds' },
  policy: { zh: '变更的规则', en: 'Change policy' },
  graphChanges: { zh: '图的变化', en: 'Changes of the graph' },
});

// The texts of the frame and of the components of the design system.
import { defineTexts } from '../page/language.ts';

export const designTexts = defineTexts({
  skip: { zh: '跳到正文', en: 'Skip to content' },
  navigation: { zh: '主导航', en: 'Main' },
  more: { zh: '更多', en: 'More' },
  otherLanguage: { zh: 'English', en: '中文' },
  themeAuto: { zh: '外观：随系统', en: 'Theme: system' },
  themeLight: { zh: '外观：浅色', en: 'Theme: light' },
  themeDark: { zh: '外观：深色', en: 'Theme: dark' },
  signedOut: { zh: '未登录，公开数据', en: 'Not signed in: public data' },
  signedInAs: { zh: (who: string) => `身份：${who}`, en: (who: string) => `Signed in: ${who}` },
  footer: {
    zh: '人物及其信息均为虚构；区划登记真实，数字取自公开报道。',
    en: 'All persons and everything about them are fictitious. The register of divisions is real; figures come from press reports.',
  },
  close: { zh: '关闭', en: 'Close' },
  loading: { zh: '正在加载', en: 'Loading' },
  retry: { zh: '重试', en: 'Try again' },
  traceId: { zh: '追踪编号', en: 'Trace id' },
  sortBy: { zh: (column: string) => `按${column}排序`, en: (column: string) => `Sort by ${column}` },
  scrollTable: {
    zh: (caption: string) => `${caption}（可滚动）`,
    en: (caption: string) => `${caption} (scrolls)`,
  },
  trend: {
    zh: (first: string, last: string) => `走势：从 ${first} 到 ${last}`,
    en: (first: string, last: string) => `Trend: from ${first} to ${last}`,
  },
  withheld: {
    zh: '少于 5 人，为保护个人而不显示。',
    en: 'Fewer than 5 persons: withheld to protect them.',
  },
  unknown: { zh: '没有数据。', en: 'Not known.' },
  unavailable: {
    zh: '该部门的服务暂时无法访问。',
    en: 'The service of this bureau cannot be reached at present.',
  },
  failedTitle: { zh: '没有取到数据', en: 'The data could not be loaded' },
  offline: {
    zh: '无法连接网关。请检查网络后重试。',
    en: 'The gateway cannot be reached. Check the network and try again.',
  },
  signInAgain: {
    zh: '登录已过期或无效。请在首页重新取得令牌。',
    en: 'The token has expired or is not valid. Get a new one on the start page.',
  },
  notAllowed: {
    zh: '当前身份无权查看。请在首页选择其他身份。',
    en: 'This viewer may not see that. Choose another on the start page.',
  },
  waitAndRetry: { zh: '请求过多，请稍后重试。', en: 'Too many requests. Try again shortly.' },
  tryLater: { zh: '请稍后重试。', en: 'Try again later.' },
});

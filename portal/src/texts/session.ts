// The texts for signing in: roles, purposes and tokens.
import { defineTexts } from '../page/language.ts';

export const sessionTexts = defineTexts({
  title: { zh: '身份与令牌', en: 'Viewer and token' },
  intro: {
    zh: '不登录即可查看公开数据。令牌只保存在此标签页中，在所有页面和查询页生效。',
    en: 'Public data need no token. A token is kept in this tab only, and holds on all pages and in the playground.',
  },
  role: { zh: '角色', en: 'Role' },
  division: { zh: '区划代码', en: 'Division code' },
  divisionHint: {
    zh: '6 位为区县，9 位为街道，12 位为社区',
    en: '6 digits for a district, 9 for a subdistrict, 12 for a community',
  },
  purpose: { zh: '查看目的', en: 'Purpose' },
  purposeHint: {
    zh: '声明目的后才能看到未脱敏的个人信息，并留有访问记录',
    en: 'Personal data are unmasked only for a declared purpose, and put on record',
  },
  noPurpose: { zh: '不声明', en: 'None' },
  getToken: { zh: '取得令牌', en: 'Get a token' },
  developmentOnly: {
    zh: '仅限开发环境：人物均为虚构。',
    en: 'In development only: all persons are made up.',
  },
  paste: { zh: '粘贴令牌', en: 'Paste a token' },
  pasteHint: { zh: '由本单位的身份系统签发（JWT）', en: 'Issued by your bureau’s identity provider (JWT)' },
  useToken: { zh: '使用该令牌', en: 'Use this token' },
  notToken: {
    zh: '这不是令牌：应为以点分隔的三段文本。',
    en: 'That is not a token: expected three parts separated by dots.',
  },
  signIn: { zh: '登录', en: 'Sign in' },
  signInFailed: { zh: '登录未完成。', en: 'Signing in was not completed.' },
  signOut: { zh: '退出', en: 'Sign out' },
  signedIn: { zh: '当前身份', en: 'Signed in as' },
  expires: { zh: '有效至', en: 'Valid until' },
  copy: { zh: '复制令牌', en: 'Copy the token' },
  copied: { zh: '令牌已复制。', en: 'The token was copied.' },
  done: { zh: (who: string) => `已登录：${who}`, en: (who: string) => `Signed in: ${who}` },
  signedOut: { zh: '已退出。', en: 'Signed out.' },
});

/** The roles, by their names in tokens. */
export const roleTexts: Readonly<Record<string, { zh: string; en: string }>> = {
  resident: { zh: '居民', en: 'Resident' },
  'care-worker': { zh: '养老服务人员', en: 'Care worker' },
  'care-manager': { zh: '养老服务管理员', en: 'Care manager' },
  'sanitation-dispatcher': { zh: '环卫调度员', en: 'Sanitation dispatcher' },
  'duty-officer': { zh: '值班员', en: 'Duty officer' },
  'device-maintainer': { zh: '设备维护员', en: 'Device maintainer' },
  'heartbeat-collector': { zh: '心跳采集程序', en: 'Heartbeat collector' },
  'venue-manager': { zh: '场馆管理员', en: 'Venue manager' },
  'community-worker': { zh: '社区工作者', en: 'Community worker' },
  'petition-agent': { zh: '信访代办员', en: 'Petition agent' },
  'petition-bureau': { zh: '信访承办单位', en: 'Petition bureau' },
  'grid-worker': { zh: '网格员', en: 'Grid worker' },
  'place-registrar': { zh: '网点登记员', en: 'Place registrar' },
  analyst: { zh: '分析人员', en: 'Analyst' },
  'partner-bureau': { zh: '协作单位', en: 'Partner bureau' },
  auditor: { zh: '审计人员', en: 'Auditor' },
};

/** The purposes, by their names in `x-purpose`. */
export const purposeTexts: Readonly<Record<string, { zh: string; en: string }>> = {
  CARE: { zh: '照料', en: 'Care' },
  EMERGENCY: { zh: '应急', en: 'Emergency' },
  SUBSIDY_REVIEW: { zh: '补贴审核', en: 'Review of subsidies' },
  INCIDENT_HANDLING: { zh: '事件处置', en: 'Handling of incidents' },
  MAINTENANCE: { zh: '设备维护', en: 'Maintenance' },
  BOOKING: { zh: '预约', en: 'Booking' },
  COMMUNITY_SERVICE: { zh: '社区服务', en: 'Community service' },
  PETITION_HANDLING: { zh: '信访办理', en: 'Handling of petitions' },
  DATA_SUBJECT_REQUEST: { zh: '答复本人请求', en: 'Request of the person concerned' },
  AUDIT: { zh: '审计', en: 'Audit' },
};

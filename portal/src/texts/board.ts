// The texts of the city board.
import { defineTexts } from '../page/language.ts';

export const boardTexts = defineTexts({
  pathLabel: { zh: '区划路径', en: 'Path of divisions' },
  tools: { zh: '期间与比较', en: 'Period and comparison' },
  period: { zh: '期间', en: 'Period' },
  'period-month': { zh: '本月', en: 'This month' },
  'period-last-month': { zh: '上月', en: 'Last month' },
  'period-12-months': { zh: '近 12 个月', en: 'Last 12 months' },
  'period-year': { zh: '今年已过各月', en: "This year's completed months" },
  'period-own': { zh: '自选日期', en: 'Own dates' },
  from: { zh: '首日', en: 'First day' },
  to: { zh: '末日', en: 'Last day' },
  invalidPeriod: {
    zh: '首日须不晚于末日，相距不超过 50 年。',
    en: 'The first day has to be on or before the last, within 50 years.',
  },
  comparison: { zh: '比较', en: 'Compare with' },
  'compare-previous': { zh: '上一期间', en: 'Previous period' },
  'compare-last-year': { zh: '去年同期', en: 'Same period last year' },
  'compare-division': { zh: '另一区划', en: 'Another division' },
  'compare-none': { zh: '不比较', en: 'Nothing' },
  other: { zh: '比较的区划', en: 'Division to compare' },
  choose: { zh: '请选择', en: 'Choose' },
  since: { zh: (what: string) => `比${what}`, en: (what: string) => `vs ${what.toLowerCase()}` },
  copyLink: { zh: '复制链接', en: 'Copy link' },
  linkCopied: { zh: '已复制本视图的链接', en: 'The link of this view has been copied' },
  linkNotCopied: {
    zh: '浏览器不允许复制：请从地址栏复制',
    en: 'The browser does not allow it: copy the address',
  },
  print: { zh: '打印', en: 'Print' },
  periodShown: {
    zh: (from: string, to: string) => `${from} 至 ${to}`,
    en: (from: string, to: string) => `${from} to ${to}`,
  },
  wholeMonthsNote: {
    zh: '人数只公布已结束的整月：所选期间的人数显示为“—”。',
    en: 'Counts of people are published for completed whole months only: in this period they are shown as “—”.',
  },
  toWholeMonths: { zh: '改看近 12 个月', en: 'Show the last 12 months' },
  ownersDown: {
    zh: (owners: string) => `暂时无法访问：${owners}。其指标显示为灰色，其余不受影响。`,
    en: (owners: string) =>
      `Not reachable at present: ${owners}. Its indicators are grey; all others are complete.`,
  },
  unavailable: {
    zh: '该部门的服务暂时无法访问',
    en: 'The service of this bureau cannot be reached at present',
  },
  unknownDivision: { zh: '没有这个区划', en: 'There is no such division' },
  unknownDivisionHint: {
    zh: (code: string) => `区划登记中没有代码 ${code}。`,
    en: (code: string) => `The register has no division with the code ${code}.`,
  },
  toCity: { zh: '看全市', en: 'Show the city' },
  updated: { zh: (name: string) => `已更新：${name}`, en: (name: string) => `Updated: ${name}` },

  tilesTitle: { zh: '关键指标', en: 'Key figures' },
  chooseTiles: { zh: '选择指标', en: 'Choose figures' },
  chooseTilesHint: {
    zh: (max: number) => `最多 ${max} 项，会写入链接。`,
    en: (max: number) => `Up to ${max}; they become part of the link.`,
  },
  standard: { zh: '恢复默认', en: 'Back to the standard' },
  now: { zh: '当前', en: 'now' },
  inPeriod: { zh: '期间内', en: 'over the period' },
  divided: {
    zh: (label: string, per: string) => `${label}，${per}`,
    en: (label: string, per: string) => `${label}, ${per}`,
  },

  indicator: { zh: '指标', en: 'Indicator' },
  per: { zh: '折算', en: 'Per' },
  undivided: { zh: '总数', en: 'Total' },
  asIs: { zh: '不折算', en: 'As it is' },
  lowerIsBetter: { zh: '越低越好', en: 'Lower is better' },
  higherIsBetter: { zh: '越高越好', en: 'Higher is better' },

  mapTitle: { zh: '分布', en: 'Map' },
  mapNote: {
    zh: '方格保留各区县的相邻关系，不表示面积。选一格进入该区划。',
    en: 'The grid keeps which districts border on which, not their areas. Choose a tile to go there.',
  },
  listNote: {
    zh: '按值排列。选一格进入该区划。',
    en: 'In the order of the value. Choose a tile to go there.',
  },
  communitiesNote: { zh: '社区以表格列出。', en: 'Communities are listed as a table.' },
  legend: { zh: '图例：每级五分之一', en: 'Legend: a fifth of the divisions each' },
  legendWithheld: {
    zh: '不公布，或为保护这样的数而不公布',
    en: 'withheld, or withheld to protect such a count',
  },
  legendUnknown: { zh: '没有数据', en: 'Not known' },
  noParts: { zh: '没有下级区划的数据', en: 'No data of the divisions below' },
  levelNotPublished: {
    zh: '这项指标不公布到下一级。请选择另一项指标，或看上一级区划。',
    en: 'This indicator is not published at the level below. Choose another, or a division above.',
  },

  rankingTitle: { zh: '排名', en: 'Ranking' },
  mean: { zh: '均值', en: 'Mean' },
  meanOfParts: {
    zh: (name: string) => `${name}各区划均值`,
    en: (name: string) => `Mean of the divisions of ${name}`,
  },
  meanOfWhole: { zh: (name: string) => `${name}整体`, en: (name: string) => `${name} as a whole` },
  rank: { zh: '名次', en: 'Rank' },
  division: { zh: '区划', en: 'Division' },
  code: { zh: '代码', en: 'Code' },
  value: { zh: '数值', en: 'Value' },
  unit: { zh: '单位', en: 'Unit' },
  change: { zh: '增减', en: 'Change' },
  changeRate: { zh: '增减率', en: 'Change in %' },
  comparedValue: { zh: '比较值', en: 'Compared value' },
  reason: { zh: '无数值的原因', en: 'Why there is no value' },
  inText: {
    zh: (name: string, value: string) => `${name}：${value}`,
    en: (name: string, value: string) => `${name}: ${value}`,
  },

  trendTitle: { zh: '走势', en: 'Trend' },
  lines: { zh: (max: number) => `区划（至多 ${max} 个）`, en: (max: number) => `Divisions (up to ${max})` },
  noTrend: { zh: '这项指标没有走势', en: 'This indicator has no series' },
  noTrendHint: {
    zh: '当前数没有期间。请选择按期间统计的指标。',
    en: 'Figures of now have no period. Choose an indicator that is counted over a period.',
  },
  trendUndivided: { zh: '走势为总数，不折算。', en: 'The trend shows totals, not divided.' },
  noPoints: {
    zh: '所选区划没有公布的数值。',
    en: 'The chosen divisions have no published values.',
  },
  start: { zh: '开始', en: 'Start' },
  MONTH: { zh: '按月', en: 'By month' },
  QUARTER: { zh: '按季度', en: 'By quarter' },
  YEAR: { zh: '按年', en: 'By year' },

  chart: { zh: '图', en: 'Chart' },
  table: { zh: '表', en: 'Table' },
  viewOf: { zh: (title: string) => `${title}的显示方式`, en: (title: string) => `View of ${title}` },
  download: { zh: (title: string) => `下载${title}`, en: (title: string) => `Download ${title}` },
  downloadAs: {
    zh: (title: string, format: string) => `下载${title}（${format}）`,
    en: (title: string, format: string) => `Download ${title} (${format})`,
  },

  allTitle: { zh: '全部指标', en: 'All indicators' },
  allOf: { zh: (name: string) => `${name}的全部指标`, en: (name: string) => `All indicators of ${name}` },
  reportedOf: {
    zh: (name: string) => `关于${name}的报道数字`,
    en: (name: string) => `Reported figures about ${name}`,
  },
  bureau: { zh: '部门', en: 'Bureau' },
  ratio: { zh: '折算值', en: 'Ratio' },
  showInMap: { zh: '看分布和排名', en: 'Show map and ranking' },

  reportedTitle: { zh: '报道数字与今天', en: "Reported figures beside today's" },
  reportedNote: {
    zh: '报道数字按原文保存，时间和口径与今天不同，只供对照。',
    en: "Reported figures are kept as they were published. Their time and definition differ from today's.",
  },
  noReported: {
    zh: '没有关于该区划本身的报道数字',
    en: 'There are no reported figures about this division itself',
  },
  noReportedHint: {
    zh: '试试金水区、管城回族区或上级区划。',
    en: 'Try Jinshui, Guancheng or a division above.',
  },
  metric: { zh: '内容', en: 'What' },
  reportedValue: { zh: '报道', en: 'Reported' },
  asOf: { zh: '时间', en: 'As of' },
  today: { zh: '今天', en: 'Today' },
  notCounted: { zh: '没有对应的指标', en: 'No indicator counts the same' },
  atLeast: { zh: (value: string) => `${value} 以上`, en: (value: string) => `at least ${value}` },
  about: { zh: (value: string) => `约 ${value}`, en: (value: string) => `about ${value}` },
  historical: {
    zh: (value: string) => `${value}（历史数字）`,
    en: (value: string) => `${value} (historical)`,
  },
});

/** Why a value is not there. */
export const reasonTexts = defineTexts({
  SMALL_COUNT: {
    zh: '不公布：由它可推知少于 5 人的人数（它本身不一定少于 5）。',
    en: 'Withheld: a count of fewer than 5 people could be derived from it. It may be 5 or more itself.',
  },
  PERIOD_NOT_WHOLE_MONTHS: {
    zh: '人数只公布已结束的整月，所选期间不是。',
    en: 'Counts of people are published for completed whole months; the chosen period is not.',
  },
  LEVEL_NOT_PUBLISHED: {
    zh: '这一级别不公布：涉及个人的记录只公布到街道或区县。',
    en: 'Not published at this level: records that concern people are counted down to the subdistrict or district.',
  },
  RECORDED_ABOVE: {
    zh: '有记录只登记到上级区划，无法分到本级。',
    en: 'Some records are registered only for a division above, so that the share of this one is unknown.',
  },
  NO_DENOMINATOR: {
    zh: '除数为零，或没有人口等参考数据。',
    en: 'The denominator is zero, or there is no reference data such as residents.',
  },
  NO_VALUE: {
    zh: '没有可算的记录，如没有评分、没有设备。',
    en: 'There is nothing to compute it from, such as no ratings or no devices.',
  },
});

/** The bureaus, by the name of their subgraph. */
export const ownerTexts: Readonly<Record<string, { zh: string; en: string }>> = {
  places: { zh: '区划与场所', en: 'Places' },
  'elderly-care': { zh: '养老服务', en: 'Elderly care' },
  sanitation: { zh: '环境卫生', en: 'Sanitation' },
  security: { zh: '公安技防', en: 'Security' },
  culture: { zh: '文化活动', en: 'Culture' },
  community: { zh: '社区治理', en: 'Community work' },
};

/** The units of reported figures, which the graph has in English. */
export const reportedUnits: Readonly<Record<string, string>> = {
  household: '户',
  person: '人',
  institution: '所',
  CNY: '元',
  post: '个岗位',
  vehicle: '辆',
  step: '道',
  dispatch: '台次',
  road: '条',
  spot: '处',
  source: '个',
  team: '组',
  'person-time': '人次',
  'vehicle-time': '车次',
  device: '台',
  m2: '平方米',
  case: '件',
  tier: '级',
  room: '间',
  floor: '层',
  station: '个',
  troupe: '支',
  performance: '场',
  community: '个',
  centre: '个',
  point: '个',
  circle: '个',
  building: '栋',
  window: '个',
  office: '个',
  leaflet: '份',
  garment: '件',
};

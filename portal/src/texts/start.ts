// The texts of the start page.
import { defineTexts } from '../page/language.ts';

export const startTexts = defineTexts({
  heading: { zh: '一次查询，看清一个区', en: 'One query, a whole district' },
  lead: {
    zh: '民政、环卫、公安技防、文化和社区治理的数据组成一张 GraphQL 图：一次查询即可跨部门取数，数据库、规则和查看权限仍由各部门自己掌握。',
    en: 'Elderly care, sanitation, public security, culture and community work in one GraphQL graph: one query reaches every bureau, and each keeps its own database, its own rules and control over who sees what.',
  },
  toPlayground: { zh: '打开查询页', en: 'Open the playground' },
  toDocs: { zh: '阅读文档', en: 'Read the documents' },
  query: { zh: '查询', en: 'Query' },
  answer: { zh: '答复', en: 'Answer' },
  division: { zh: '区划', en: 'Division' },
  wholeCity: { zh: '全市', en: 'The whole city' },
  runAgain: { zh: '运行', en: 'Run' },
  answeredIn: {
    zh: (ms: string) => `${ms} 毫秒，现在的数据`,
    en: (ms: string) => `${ms} ms, data as they are now`,
  },
  noAnswer: { zh: '暂时没有答复。', en: 'No answer at present.' },

  doorsTitle: { zh: '从这里开始', en: 'Start here' },
  frontEnd: { zh: '开发应用', en: 'Front-end developers' },
  frontEndSteps: {
    zh: '在查询页运行一个示例|取得开发用令牌|读前端指南：分页、错误、订阅',
    en: 'Run an example in the playground|Get a development token|Read the guide: paging, errors, subscriptions',
  },
  analyst: { zh: '分析数据', en: 'Analysts' },
  analystSteps: {
    zh: '了解各部门的指标与 null 的含义|在查询页比较各区|导出为电子表格',
    en: 'Learn the figures of each bureau, and what null means|Compare districts in the playground|Export to a spreadsheet',
  },
  partner: { zh: '协作单位', en: 'Partner bureaus' },
  partnerSteps: {
    zh: '了解如何接入本单位系统|申请 API 密钥|以自己的服务加入本图',
    en: 'Learn how to connect a system|Request an API key|Join the graph with a service of your own',
  },
  operator: { zh: '运行维护', en: 'Operators' },
  operatorSteps: {
    zh: '查看各子图的状态|读运维指南|备份与恢复',
    en: 'See the state of the subgraphs|Read the operator guide|Back up and restore',
  },
  residentHint: { zh: '想参加社区活动？', en: 'Looking for something to attend?' },
  toProgramme: { zh: '查看本周活动并预约', en: 'See this week’s programme and book' },

  countersTitle: { zh: '全市现况', en: 'The city now' },
  countersNote: { zh: '每 30 秒更新', en: 'Updated every 30 seconds' },
  elders: { zh: '登记的老年人', en: 'Registered elders' },
  careWorkers: { zh: '在岗服务人员', en: 'Care workers on duty' },
  points: { zh: '便民服务网点', en: 'Service points' },
  vehicles: { zh: '在岗环卫车辆', en: 'Sanitation vehicles on duty' },
  cameras: { zh: '技防设备在线率', en: 'Security devices online' },
  sessions: { zh: '今后七天的活动场次', en: 'Sessions in the next seven days' },
  seats: { zh: '今后七天已订名额', en: 'Seats taken in these seven days' },
  teams: { zh: '志愿服务队', en: 'Volunteer teams' },
  eldersUnit: { zh: '人', en: '' },
  careWorkersUnit: { zh: '人', en: '' },
  pointsUnit: { zh: '处', en: '' },
  vehiclesUnit: { zh: '辆', en: '' },
  camerasUnit: { zh: '', en: '' },
  sessionsUnit: { zh: '场', en: '' },
  seatsUnit: { zh: '', en: '' },
  teamsUnit: { zh: '支', en: '' },

  subgraphsTitle: { zh: '子图状态', en: 'State of the subgraphs' },
  subgraph: { zh: '子图', en: 'Subgraph' },
  owns: { zh: '负责', en: 'Owns' },
  state: { zh: '状态', en: 'State' },
  up: { zh: '正常', en: 'Up' },
  down: { zh: '无法访问', en: 'Down' },
  unchecked: { zh: '未检查', en: 'Not checked' },
  checking: { zh: '正在检查', en: 'Checking' },
  notReady: {
    zh: '没有取到状态：网关尚未就绪，或未对外开放 /health。',
    en: 'No state was received: the gateway is not ready, or /health is not open to the public.',
  },
  checkedAt: { zh: (time: string) => `检查时间 ${time}`, en: (time: string) => `Checked at ${time}` },
});

/** What each subgraph is responsible for, by its name. */
export const subgraphTexts: Readonly<Record<string, { zh: string; en: string }>> = {
  places: { zh: '区划、服务中心、便民网点', en: 'Divisions, service centres, service points' },
  'elderly-care': { zh: '养老服务', en: 'Elderly care' },
  sanitation: { zh: '环卫与污染源', en: 'Sanitation and pollution sources' },
  security: { zh: '公安技防与事件', en: 'Security devices and incidents' },
  culture: { zh: '文化活动与预约', en: 'Culture: sessions and bookings' },
  community: { zh: '社区治理与志愿服务', en: 'Community work and volunteers' },
};

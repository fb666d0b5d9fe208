// The texts of the duty officer page.
import { defineTexts } from '../page/language.ts';

export const dutyTexts = defineTexts({
  // What is needed
  needTitle: { zh: '需要值班员的令牌', en: 'A duty officer’s token is needed' },
  needReason: {
    zh: '事件受保护：只有能处置本区划事件的身份（incident:read，处置另需 incident:write）才能打开此页。',
    en: 'Incidents are protected: this page opens for viewers that may handle those of their division (incident:read, and incident:write to act).',
  },
  needDevelopment: {
    zh: '开发环境：选一个区划，即以虚构的值班员身份进入。',
    en: 'In development: choose a division and enter as a made-up duty officer.',
  },
  needProduction: {
    zh: '请在首页登录，或粘贴本单位签发的令牌。',
    en: 'Sign in on the start page, or paste a token of your bureau there.',
  },
  toSignIn: { zh: '前往登录', en: 'Go to sign-in' },
  division: { zh: '区划代码', en: 'Division code' },
  divisionHint: {
    zh: '410100 为全市，410105 为金水区；也可填 9 位街道代码',
    en: '410100 is the city, 410105 Jinshui District; 9 digits for a subdistrict',
  },
  enter: { zh: '以值班员身份进入', en: 'Enter as duty officer' },

  dropPurpose: { zh: '不声明目的，再试一次', en: 'Try again without a purpose' },

  // Status line
  connecting: { zh: '正在连接', en: 'Connecting' },
  live: { zh: '实时', en: 'Live' },
  reconnecting: { zh: '正在重连，期间的变更会补上', en: 'Reconnecting; changes meanwhile will be caught up' },
  closed: { zh: '已停止更新', en: 'Not updated any more' },
  behind: { zh: (count: number) => `落后 ${count} 条`, en: (count: number) => `Behind by ${count}` },
  paused: { zh: '已暂停', en: 'Paused' },
  lastChange: { zh: (time: string) => `最近变更 ${time}`, en: (time: string) => `Last change ${time}` },
  noChange: { zh: '打开后还没有变更', en: 'No change since the page was opened' },
  pause: { zh: '暂停更新', en: 'Pause updates' },
  resume: { zh: '继续更新', en: 'Resume updates' },
  sound: { zh: '提示音', en: 'Sound' },
  soundHint: { zh: '1、2 级新事件响一声', en: 'One tone for a new incident of severity 1 or 2' },
  devices: { zh: '设备', en: 'Devices' },
  backLive: { zh: '连接已恢复，变更已补上。', en: 'The connection is back, and all changes are in.' },
  lostLive: { zh: '连接中断，正在重连。', en: 'The connection was lost; reconnecting.' },
  raised: {
    zh: (count: number, first: string) => `新事件 ${count} 件：${first}`,
    en: (count: number, first: string) => `${count} new: ${first}`,
  },

  // Queue
  queue: { zh: '事件', en: 'Incidents' },
  within: { zh: '区划', en: 'Division' },
  wholeOf: { zh: (name: string) => `${name}（全部）`, en: (name: string) => `${name} (all)` },
  upTo: { zh: (name: string) => `↑ ${name}`, en: (name: string) => `↑ ${name}` },
  shows: { zh: '范围', en: 'Show' },
  open: { zh: '未办结', en: 'Open' },
  toClose: { zh: '待结案', en: 'To close' },
  all: { zh: '全部', en: 'All' },
  severity: { zh: '级别', en: 'Severity' },
  anySeverity: { zh: '各级', en: 'Any' },
  more: { zh: '更早的事件', en: 'Older incidents' },
  emptyTitle: { zh: '没有这样的事件', en: 'No such incidents' },
  emptyText: {
    zh: '新事件会立即出现在这里。也可放宽级别、范围或区划。',
    en: 'New ones appear here at once. You can also widen severity, selection or division.',
  },
  keys: {
    zh: 'j 下一件，k 上一件，Enter 打开，Esc 返回列表',
    en: 'j next, k previous, Enter opens, Esc back to the list',
  },
  count: {
    zh: (count: number, isMore: boolean) => `${count}${isMore ? '+' : ''} 件`,
    en: (count: number, isMore: boolean) => `${count}${isMore ? '+' : ''}`,
  },
  placeUnknown: { zh: '地点未知', en: 'Place not known' },

  // Detail
  detail: { zh: '详情', en: 'Detail' },
  choose: { zh: '请选择一件事件', en: 'Choose an incident' },
  chooseText: {
    zh: '用 j、k 移动，Enter 打开。打开涉及个人的事件会留下访问记录。',
    en: 'Move with j and k, open with Enter. Opening an incident that concerns a person is put on record.',
  },
  back: { zh: '返回列表', en: 'Back to the list' },
  missing: { zh: '没有该事件，或不在你的区划之内。', en: 'There is no such incident in your divisions.' },
  stale: { zh: '显示的是上次读到的内容。', en: 'What is shown is what was read last.' },
  raisedAt: { zh: '发起', en: 'Raised' },
  place: { zh: '地点', en: 'Place' },
  method: { zh: '报警方式', en: 'Alarm method' },
  outcome: { zh: '结果', en: 'Outcome' },
  peopleAssisted: { zh: '救助人数', en: 'People assisted' },
  suspectsCaught: { zh: '抓获嫌疑人数', en: 'Suspects caught' },
  description: { zh: '事由', en: 'What happened' },
  protectedText: {
    zh: '涉及个人，选择目的后可见',
    en: 'Concerns a person: choose a purpose to see it',
  },
  notGiven: { zh: '未填', en: 'Not given' },
  timeline: { zh: '处置经过', en: 'Timeline' },
  source: { zh: '来源设备', en: 'Source device' },
  noSource: { zh: '无来源设备，或当前身份不可见', en: 'None, or not visible to this viewer' },
  heartbeat: { zh: '最近心跳', en: 'Last heartbeat' },

  // Person
  person: { zh: '涉及的人', en: 'Person concerned' },
  maskedAs: {
    zh: '未声明目的：姓名、电话、住址已脱敏。',
    en: 'No purpose declared: name, telephone and address are masked.',
  },
  shown: { zh: '已显示完整信息，并记入访问记录。', en: 'Shown in full, and put on record.' },
  purpose: { zh: '查看目的', en: 'Purpose' },
  masked: { zh: '脱敏', en: 'Masked' },
  age: { zh: (years: number) => `${years} 岁`, en: (years: number) => `${years} years` },
  name: { zh: '姓名', en: 'Name' },
  phone: { zh: '电话', en: 'Telephone' },
  address: { zh: '住址', en: 'Address' },
  ageLabel: { zh: '年龄', en: 'Age' },
  ability: { zh: '能力等级', en: 'Ability level' },
  contacts: { zh: '紧急联系人', en: 'Emergency contacts' },

  // Actions
  actions: { zh: '处置', en: 'Actions' },
  finished: { zh: '已终结，没有下一步。', en: 'Finished: there is no next step.' },
  note: { zh: '说明（可不填）', en: 'Note (optional)' },
  noteHint: { zh: '记入处置经过', en: 'Goes into the timeline' },
  addNote: { zh: '只记录说明', en: 'Add the note only' },
  retry: { zh: '重试（不会重复生效）', en: 'Try again (applied once)' },
  failed: {
    zh: '没有得到答复，不确定是否已生效。',
    en: 'There was no answer: it may or may not have been applied.',
  },
  notSent: { zh: '未生效。', en: 'It was not applied.' },
  refused: { zh: '被拒绝：', en: 'Refused: ' },
  done: { zh: (what: string) => `${what}：已生效`, en: (what: string) => `${what}: done` },
  resolveNeeds: { zh: '办结须选结果', en: 'Choose an outcome to resolve' },

  // Near
  near: { zh: '附近', en: 'Near' },
  radius: { zh: '半径', en: 'Radius' },
  nearDevices: { zh: '最近的设备', en: 'Nearest devices' },
  vehicles: { zh: '最近的可支援车辆', en: 'Nearest support vehicles' },
  dispatched: { zh: '已派车辆', en: 'Vehicles dispatched' },
  noneNear: { zh: '此半径内没有。可扩大半径。', en: 'None within this radius. Widen it.' },
  notVisible: {
    zh: '当前身份不可见，或该部门的服务暂时无法访问。',
    en: 'Not visible to this viewer, or the service cannot be reached.',
  },
  noLocation: { zh: '没有位置。', en: 'No location.' },
  approximate: {
    zh: '位置只精确到约 1 公里；选择目的后显示精确位置。',
    en: 'Locations are rounded to about 1 km; exact ones need a purpose.',
  },
  mapLabel: {
    zh: (devices: number, radius: string) =>
      `示意图：以事件为中心，半径 ${radius}，${devices} 台设备，上北。下方列表内容相同。`,
    en: (devices: number, radius: string) =>
      `Sketch map: the incident in the middle, radius ${radius}, ${devices} devices, north up. The list below says the same.`,
  },
  here: { zh: '事件', en: 'Incident' },
  sendVehicle: { zh: '派出', en: 'Dispatch' },
  sendVehicleLabel: { zh: (plate: string) => `派出 ${plate}`, en: (plate: string) => `Dispatch ${plate}` },
  returned: { zh: '已返回', en: 'Returned' },
  /** Of a rounded location. */
  about: {
    zh: (metres: number) => (metres < 1000 ? '<1 公里' : `约 ${Math.round(metres / 1000)} 公里`),
    en: (metres: number) => (metres < 1000 ? '<1 km' : `about ${Math.round(metres / 1000)} km`),
  },
  metres: {
    zh: (metres: number) => (metres < 1000 ? `${metres} 米` : `${(metres / 1000).toFixed(1)} 公里`),
    en: (metres: number) => (metres < 1000 ? `${metres} m` : `${(metres / 1000).toFixed(1)} km`),
  },
});

type Names = Readonly<Record<string, { zh: string; en: string }>>;

export const severityNames: Names = {
  1: { zh: '1 级', en: 'Sev 1' },
  2: { zh: '2 级', en: 'Sev 2' },
  3: { zh: '3 级', en: 'Sev 3' },
  4: { zh: '4 级', en: 'Sev 4' },
};

export const severityMeanings: Names = {
  1: { zh: '1 级，最急', en: 'Severity 1, most urgent' },
  2: { zh: '2 级，紧急', en: 'Severity 2, urgent' },
  3: { zh: '3 级，一般', en: 'Severity 3, normal' },
  4: { zh: '4 级，较缓', en: 'Severity 4, least urgent' },
};

export const kindNames: Names = {
  LOST_PERSON: { zh: '人员走失', en: 'Lost person' },
  HELP_CALL: { zh: '求助', en: 'Call for help' },
  MEDICAL: { zh: '急病伤', en: 'Illness or injury' },
  SITE_FIRE: { zh: '现场火情', en: 'Fire' },
  THEFT: { zh: '盗窃', en: 'Theft' },
  DISTURBANCE: { zh: '扰乱秩序', en: 'Disturbance' },
  TRAFFIC: { zh: '交通', en: 'Traffic' },
  PUBLIC_FACILITY: { zh: '公共设施', en: 'Public facility' },
  DISPUTE: { zh: '纠纷', en: 'Dispute' },
  OTHER: { zh: '其他', en: 'Other' },
};

export const statusNames: Names = {
  RAISED: { zh: '已发起', en: 'Raised' },
  ACKNOWLEDGED: { zh: '已受理', en: 'Acknowledged' },
  DISPATCHED: { zh: '已派出', en: 'Dispatched' },
  RESOLVED: { zh: '已办结', en: 'Resolved' },
  CLOSED: { zh: '已结案', en: 'Closed' },
  FALSE_ALARM: { zh: '误报', en: 'False alarm' },
  NOTE: { zh: '记录', en: 'Note' },
};

/** The actions that lead to a status. */
export const actionNames: Names = {
  ACKNOWLEDGED: { zh: '受理', en: 'Acknowledge' },
  DISPATCHED: { zh: '派出', en: 'Dispatch' },
  RESOLVED: { zh: '办结', en: 'Resolve' },
  CLOSED: { zh: '结案', en: 'Close' },
  FALSE_ALARM: { zh: '认定误报', en: 'False alarm' },
};

export const outcomeNames: Names = {
  CASE: { zh: '案件', en: 'Case' },
  LIVELIHOOD: { zh: '解决民生问题', en: 'Livelihood problem solved' },
  ASSISTANCE: { zh: '救助', en: 'People assisted' },
};

export const methodNames: Names = {
  PHONE: { zh: '电话', en: 'Telephone' },
  DEVICE: { zh: '设备', en: 'Device' },
  SMS: { zh: '短信', en: 'Text message' },
  GPS: { zh: 'GPS', en: 'GPS' },
  VIDEO: { zh: '视频', en: 'Video' },
  DEVICE_FAULT: { zh: '设备故障', en: 'Device fault' },
  OTHER: { zh: '其他', en: 'Other' },
};

export const deviceKindNames: Names = {
  CAMERA: { zh: '摄像机', en: 'Camera' },
  ALARM_BOX: { zh: '报警求助箱', en: 'Alarm box' },
};

export const deviceStatusNames: Names = {
  ONLINE: { zh: '在线', en: 'Online' },
  OFFLINE: { zh: '离线', en: 'Offline' },
  FAULT: { zh: '故障', en: 'Faulty' },
  RETIRED: { zh: '已报废', en: 'Retired' },
};

export const vehicleKindNames: Names = {
  SPRINKLER: { zh: '洒水车', en: 'Sprinkler' },
  SWEEPER: { zh: '清扫车', en: 'Sweeper' },
  VACUUM_TRUCK: { zh: '吸污车', en: 'Vacuum truck' },
  SCRUBBER: { zh: '洗地车', en: 'Scrubber' },
  GARBAGE_TRUCK: { zh: '垃圾车', en: 'Garbage truck' },
  SNOW_PLOUGH: { zh: '除雪车', en: 'Snow plough' },
};

export const relationshipNames: Names = {
  SPOUSE: { zh: '配偶', en: 'Spouse' },
  CHILD: { zh: '子女', en: 'Child' },
  SIBLING: { zh: '兄弟姐妹', en: 'Sibling' },
  RELATIVE: { zh: '亲属', en: 'Relative' },
  NEIGHBOUR: { zh: '邻居', en: 'Neighbour' },
};

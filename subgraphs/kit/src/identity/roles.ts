// The table of roles, with their scopes and the purposes they may declare (schema/decisions/0013-access-rules.md).

/** The scopes that an @access rule can require, and what they allow. */
export const scopes = {
  'elder:read': '查看老年人档案（脱敏） See the record of an elder, masked',
  'elder:identify':
    '查看姓名、证件号、电话、住址、出生日期 See name, identity number, telephone, address and birthday',
  'elder:health': '查看能力等级、评估、居住与照料状况 See ability, assessments, living arrangement and care',
  'elder:write': '登记、修改、注销、评估老年人 Register, edit, close and assess elders',
  'visit:read': '查看服务工单 See visits',
  'visit:write': '受理、派单、服务、评分 Take, assign, serve and rate visits',
  'subsidy:read': '查看补贴 See subsidies',
  'subsidy:write': '核准与发放补贴 Grant and pay subsidies',
  'worker:read': '查看服务人员（脱敏） See care workers, masked',
  'worker:identify': '查看服务人员和班长的姓名与电话 See name and telephone of workers and crew leaders',
  'worker:write': '登记、修改、注销服务人员 Register, edit and close care workers',
  'institution:write': '维护机构、购买服务、活动 Maintain institutions, purchases and outreach',
  'sanitation:write':
    '维护道路、车辆、班组、作业、巡查 Maintain roads, vehicles, crews, runs and inspections',
  'vehicle:locate': '查看车辆位置与调度 See positions and dispatches of vehicles',
  'vehicle:dispatch': '调度车辆 Dispatch vehicles',
  'device:read': '查看技防设备与平台 See security devices and platforms',
  'device:locate': '查看设备的精确位置 See the exact location of a device',
  'device:write': '登记、修改、报废设备与平台 Register, edit and retire devices and platforms',
  'device:heartbeat': '上报心跳 Report heartbeats',
  'incident:read': '查看事件（脱敏） See incidents, masked',
  'incident:identify': '查看涉及个人的事由与地点 See descriptions and locations that concern a person',
  'incident:write': '发起与处置事件 Raise and handle incidents',
  'safety-inspection:write': '登记安全检查 Record safety inspections',
  'booking:read': '查看预约 See bookings',
  'booking:write': '预约、取消、签到 Book, cancel and check in',
  'culture:write':
    '维护场地、活动、场次、团队、展览 Maintain venues, activities, sessions, troupes and exhibitions',
  'volunteer:read': '查看志愿者与服务记录（脱敏） See volunteers and their service records, masked',
  'volunteer:identify': '查看志愿者的姓名与电话 See name and telephone of volunteers',
  'volunteer:write':
    '登记志愿者与队伍，组织活动，确认时长 Register volunteers and teams, organise activities, confirm hours',
  'volunteer:sign-up': '报名与取消志愿服务 Sign up for volunteer services, and cancel that',
  'handout:read': '查看爱心超市的发放（脱敏） See what love supermarkets hand out, masked',
  'handout:identify':
    '查看领取人的姓名与住址、个人捐赠者的姓名 See name and address of recipients, and names of private donors',
  'supermarket:write':
    '维护爱心超市、捐赠、发放与捐资 Maintain love supermarkets, donations, handouts and aid grants',
  'petition:read': '查看信访代办事项（脱敏） See petition matters, masked',
  'petition:identify': '查看信访人与诉求内容 See petitioners and what they ask for',
  'petition:submit': '提交与撤回本人的信访事项 Submit and withdraw petition matters of one’s own',
  'petition:transferred':
    '查看转来的信访事项，不含信访人 See transferred petition matters, without the petitioner',
  'petition:write': '受理、转办、答复、办结信访事项 Take, transfer, reply to and close petition matters',
  'grid:read': '查看网格走访与问题 See visits of the grid and problems found',
  'grid:identify': '查看网格长与涉及个人的问题 See grid heads, and problems that concern a person',
  'grid:write': '维护网格、登记走访与问题 Maintain grids, record visits and problems',
  'community:write': '维护协商议事、微实事、锦旗 Maintain councils, micro-works and thanks',
  'place:write': '维护服务中心与网点 Maintain service centres and points',
  'person-count:exact': '查看少于 5 人的计数 See counts of fewer than 5 persons',
  'access:audit': '查看访问记录 See access records',
  'indicator:analyse':
    '全市社区排名、每页至 1000 条的排名、至 10000 组的汇总 Rank communities of the whole city, in pages of up to 1,000, and aggregate up to 10,000 groups',
  'operation:explain': '查看查询计划 See query plans',
} as const;

export type Scope = keyof typeof scopes;

export const isScope = (text: string): text is Scope => Object.hasOwn(scopes, text);

/** Scopes that signed-in viewers do not need for their own records. Only the subgraph can decide which rows are theirs. */
export const ownerScopes: readonly Scope[] = [
  'booking:read',
  'visit:read',
  'subsidy:read',
  'volunteer:read',
  'petition:read',
];

/** The purposes for which a viewer may see masked values. */
export const purposes = [
  'CARE',
  'EMERGENCY',
  'SUBSIDY_REVIEW',
  'INCIDENT_HANDLING',
  'MAINTENANCE',
  'BOOKING',
  'COMMUNITY_SERVICE',
  'PETITION_HANDLING',
  'DATA_SUBJECT_REQUEST',
  'AUDIT',
] as const;

export type Purpose = (typeof purposes)[number];

export const isPurpose = (text: string): text is Purpose => (purposes as readonly string[]).includes(text);

/** The number of persons (or other protected subjects) whose unmasked values are disclosed to a viewer. */
export interface BulkLimit {
  tenMinutes: number;
  day: number;
}

interface Role {
  scopes: readonly Scope[];
  purposes: readonly Purpose[];
  /** Overrides the subgraph's limit, if that does not fit the work of the role. */
  bulkReads?: BulkLimit;
}

export const roles = {
  /** A citizen: public data, and their own records. */
  resident: {
    scopes: ['booking:write', 'volunteer:sign-up', 'petition:submit'],
    purposes: ['DATA_SUBJECT_REQUEST'],
  },
  'care-worker': {
    scopes: [
      'elder:read',
      'elder:identify',
      'elder:health',
      'visit:read',
      'visit:write',
      'worker:read',
      'subsidy:read',
      'incident:read',
      'booking:read',
    ],
    purposes: ['CARE', 'EMERGENCY'],
  },
  'care-manager': {
    scopes: [
      'elder:read',
      'elder:identify',
      'elder:health',
      'elder:write',
      'visit:read',
      'visit:write',
      'subsidy:read',
      'subsidy:write',
      'worker:read',
      'worker:identify',
      'worker:write',
      'institution:write',
      'booking:read',
      'booking:write',
      'incident:read',
      'person-count:exact',
    ],
    purposes: ['CARE', 'EMERGENCY', 'SUBSIDY_REVIEW', 'DATA_SUBJECT_REQUEST'],
  },
  'sanitation-dispatcher': {
    scopes: ['sanitation:write', 'vehicle:locate', 'vehicle:dispatch', 'incident:read', 'worker:identify'],
    purposes: ['EMERGENCY'],
  },
  'duty-officer': {
    scopes: [
      'incident:read',
      'incident:identify',
      'incident:write',
      'device:read',
      'device:locate',
      'elder:read',
      'elder:identify',
      'elder:health',
      'worker:read',
      'worker:identify',
      'booking:read',
      'vehicle:locate',
      'vehicle:dispatch',
      'person-count:exact',
    ],
    purposes: ['EMERGENCY', 'INCIDENT_HANDLING'],
  },
  'device-maintainer': {
    scopes: ['device:read', 'device:locate', 'device:write', 'device:heartbeat', 'safety-inspection:write'],
    purposes: ['MAINTENANCE'],
    // Devices only, a district at a time.
    bulkReads: { tenMinutes: 5000, day: 20_000 },
  },
  /** A process that collects the heartbeats of a platform. */
  'heartbeat-collector': { scopes: ['device:heartbeat'], purposes: [] },
  'venue-manager': { scopes: ['culture:write', 'booking:read', 'booking:write'], purposes: ['BOOKING'] },
  /** A worker of a residents' community: volunteers, love supermarkets, councils. */
  'community-worker': {
    scopes: [
      'volunteer:read',
      'volunteer:identify',
      'volunteer:write',
      'volunteer:sign-up',
      'handout:read',
      'handout:identify',
      'supermarket:write',
      'grid:read',
      'community:write',
      'person-count:exact',
    ],
    purposes: ['COMMUNITY_SERVICE'],
  },
  'petition-agent': {
    scopes: ['petition:read', 'petition:identify', 'petition:write', 'petition:submit'],
    purposes: ['PETITION_HANDLING'],
  },
  /** A bureau that petition matters are transferred to: it sees the text prepared for it, never the petitioner. */
  'petition-bureau': { scopes: ['petition:transferred'], purposes: ['PETITION_HANDLING'] },
  'grid-worker': {
    scopes: ['grid:read', 'grid:identify', 'grid:write'],
    purposes: ['COMMUNITY_SERVICE', 'EMERGENCY'],
  },
  'place-registrar': { scopes: ['place:write'], purposes: [] },
  /** Overviews and public data only, in bulk: no person, and no small count. */
  analyst: { scopes: ['indicator:analyse', 'operation:explain'], purposes: [] },
  /** Scopes are agreed with each partner bureau and named by its token or key. */
  'partner-bureau': { scopes: [], purposes: ['CARE', 'EMERGENCY', 'INCIDENT_HANDLING'] },
  auditor: { scopes: ['access:audit'], purposes: ['AUDIT'] },
} as const satisfies Record<string, Role>;

export type RoleName = keyof typeof roles;

export const bulkLimitOfRole = (name: RoleName): BulkLimit | null => (roles[name] as Role).bulkReads ?? null;

export const isRole = (text: string): text is RoleName => Object.hasOwn(roles, text);

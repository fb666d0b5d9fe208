// The personal data in this subgraph's tables.
import type { Erasure, PersonalData, PersonalTable } from '@district-graph/kit/personal-data/personal-data';
import { cancelSignUpsOfElder } from './volunteer-participation/changes.ts';

const erased = '已删除';

/** The basis is from memory and has to be checked against the texts before it is relied on. */
const serviceRecords: Erasure = {
  rule: 'HOLD',
  hold: {
    basis:
      '《志愿服务条例》（2017）与《志愿服务记录办法》（2012）：志愿服务记录应当长期妥善保存；记录中的姓名与电话随志愿者一并清除。 Service records are kept for the long term by the Regulations on Voluntary Service (2017) and the Measures on Volunteer Records (2012); the name and telephone in them are erased with the volunteer.',
  },
};

/** Volunteers and their services; the volunteer of a record stays, without anything that identifies a person. */
const volunteerTables: PersonalTable[] = [
  {
    table: 'volunteer_participation',
    type: 'VolunteerParticipation',
    description:
      '志愿者参加活动的记录：报名、到场、确认的时长。 Participations of volunteers: sign-up, attendance, confirmed hours.',
    elder: { column: 'volunteer_id', of: 'volunteer', elder: 'elder_id' },
    erasure: serviceRecords,
    retention: { rule: '长期保存。 Kept for the long term.' },
  },
  {
    table: 'volunteer_team_member',
    type: 'Volunteer',
    description: '志愿者所在的队伍。 The teams of volunteers.',
    elder: { column: 'volunteer_id', of: 'volunteer', elder: 'elder_id' },
    erasure: serviceRecords,
    retention: {
      rule: '与志愿者同期，离队即删除。 As long as the volunteer; deleted when they leave the team.',
    },
  },
  {
    table: 'volunteer_service_elder',
    type: 'VolunteerService',
    description: '一次志愿服务活动所服务的老年人。 The elders for whom a volunteer service was done.',
    elder: 'elder_id',
    erasure: { rule: 'DELETE' },
    retention: { rule: '与活动同期。 As long as the service.' },
  },
  {
    table: 'volunteer',
    type: 'Volunteer',
    description:
      '志愿者：服务证号、姓名、电话、专长、登录主体、老年人标识、确认的时长。 Volunteers: card number, name, telephone, skills, subject of the token, key as an elder, confirmed hours.',
    elder: 'elder_id',
    erasure: {
      rule: 'ANONYMISE',
      anonymise: ({ status, withdrawnOn }, today) => ({
        name: erased,
        phone: null,
        cardNumber: null,
        elderId: null,
        ownedBy: null,
        status: status === 'ACTIVE' ? 'WITHDRAWN' : status,
        withdrawnOn: withdrawnOn ?? today,
      }),
    },
    retention: {
      rule: '退出 3 年后清除姓名、电话与登录主体；服务证号与时长长期保存，凭证可开具证明。 Name, telephone and subject until 3 years after the withdrawal; card number and hours for the long term, for certificates by the card.',
      over: {
        after: '3 years',
        since: 'withdrawn_on',
        isDay: true,
        where: `status = 'WITHDRAWN' and name <> '${erased}'`,
        anonymise: () => ({ name: erased, phone: null, ownedBy: null }),
// The personal data in this subgraph's tables: what may be erased, what the law retains, and retention periods.
import type { Anonymise, PersonalData, PersonalTable } from '@district-graph/kit/personal-data/personal-data';

const erased = '已删除';

/** How long archives of petition matters are kept: from memory, to be checked against the archive schedule. */
const petitionArchiveYears = 10;

/** Nothing that tells who petitioned and for what; kind, status, days and results stay. */
const withoutPetitioner: Anonymise = (_row, today) => ({
  petitionerName: erased,
  petitionerPhone: null,
  petitionerAddress: null,
  petitionerIdNumber: null,
  description: erased,
  transferText: null,
  reply: null,
  extensionReason: null,
  elderId: null,
  ownedBy: null,
  petitionerErasedOn: today,
});

/** Whether work on the matter goes on, or its archive is kept. */
function isArchived({ finishedOn }: Record<string, unknown>): boolean {
  if (typeof finishedOn !== 'string') return true;
  const until = `${Number(finishedOn.slice(0, 4)) + petitionArchiveYears}${finishedOn.slice(4)}`;
  return until >= new Date().toISOString().slice(0, 10);
}

const petitionTables: PersonalTable[] = [
  {
    table: 'commendation',
    type: 'Commendation',
    description:
      '锦旗与表扬信：赠送人与受赠的值守人员姓名，所谢的信访事项。 Thanks: names of givers and of persons on duty, and the petition matter.',
    elder: null,
    erasure: { rule: 'HOLD', hold: { basis: '不是老年人的数据。 Not data of an elder.' } },
    retention: {
      rule: '收到 3 年后清除姓名与所谢的事项。 Names and the matter until 3 years after receipt.',
      over: {
        after: '3 years',
        since: 'received_on',
        isDay: true,
        where: 'persons_erased_on is null',
        anonymise: ({ recipientKind, recipientName }, today) => ({
          giverName: null,
          recipientName: recipientKind === 'PERSON_ON_DUTY' ? erased : recipientName,
          petitionMatterId: null,
          personsErasedOn: today,
        }),
      },
    },
  },
  {
    table: 'petition_step',
    type: 'PetitionMatter',
    description:
      '信访事项的办理经过，备注可能涉及信访人。 What was done about a petition matter; notes may tell of the petitioner.',
    elder: { column: 'matter_id', of: 'petition_matter', elder: 'elder_id' },
    erasure: {
      rule: 'HOLD',
      hold: {
        basis:
          '《信访工作条例》与机关档案管理规定：办理经过随信访事项归档，期满同删。 Regulations on Petition Work and rules on archives of public bodies: archived with the matter, and deleted with its petitioner.',
      },
    },
    retention: { rule: '与信访人信息同删。 Deleted with the data of the petitioner.' },
  },
  {
    table: 'petition_matter',
    type: 'PetitionMatter',
    description:
      '信访事项：信访人姓名、电话、住址、证件号、诉求内容、转办文本、答复。 Petition matters: name, telephone, address and identity number of the petitioner, what they ask for, the text for the bureau, the reply.',
    elder: 'elder_id',
    erasure: {
      rule: 'ANONYMISE',
      anonymise: withoutPetitioner,
      hold: {
        basis:
          '《信访工作条例》：在办事项须办结并答复；机关档案管理规定：办结后归档保存 10 年。 Regulations on Petition Work: open matters must be settled and answered; rules on archives of public bodies: kept for 10 years after that.',
        appliesTo: isArchived,
      },
    },
    retention: {
      rule: '结束 10 年后清除信访人信息、诉求内容与办理经过；类别、日期与结果长期保留。 Everything about the petitioner, and the steps, until 10 years after the end; kind, days and results for good.',
      over: {
        after: `${petitionArchiveYears} years`,
        since: 'finished_on',
        isDay: true,
        where: 'finished_on is not null and petitioner_erased_on is null',
        anonymise: withoutPetitioner,
        with: { table: 'petition_step', column: 'matter_id' },
      },
    },
  },
  {
    table: 'petition_agent',
    type: 'PetitionAgent',
    description: '信访代办员：姓名、电话、值守区划。 Petition agents: name, telephone, division of duty.',
    elder: null,
    erasure: { rule: 'HOLD', hold: { basis: '不是老年人的数据。 Not data of an elder.' } },
    retention: {
      rule: '离岗 3 年后清除姓名与电话。 Name and telephone until 3 years after leaving.',
      over: {
        after: '3 years',
        since: 'closed_on',
        isDay: true,
        where: `status = 'CLOSED' and name <> '${erased}'`,
        anonymise: () => ({ name: erased, phone: erased }),
      },
    },
  },
];

export const personalData: PersonalData = {
  tables: [...volunteerTables],
  impersonal: ['micro_work', 'volunteer_service', 'volunteer_team'],
  // Before an elder is erased, what they are signed up for as a volunteer is cancelled: the places are free again.
  prepare: (context, { elderId }) => cancelSignUpsOfElder(context, elderId),
import type { Anonymise, PersonalData } from '@district-graph/kit/personal-data/personal-data';

const withoutRecipient: Anonymise = () => ({ elderId: null, recipientName: null, address: null });

export const personalData: PersonalData = {
  tables: [
    {
      table: 'handout',
      type: 'Handout',
      description:
        '爱心超市的发放：何人（老年人标识，或姓名与住址）、何时、在何超市领取。 Handouts of love supermarkets: who (the key of an elder, or name and address), when, at which supermarket.',
      elder: 'elder_id',
      // What was handed out stays: the stock is the sum of all entries.
      erasure: { rule: 'ANONYMISE', anonymise: withoutRecipient },
      retention: {
        rule: '发放 3 年后清除领取人（《个人信息保护法》第十九条：实现处理目的所必要的最短时间）。 The recipient until 3 years after the handout: no longer than necessary, by article 19 of the Personal Information Protection Law.',
        over: {
          after: '3 years',
          since: 'handed_out_on',
          isDay: true,
          where: 'num_nonnulls(elder_id, recipient_name, address) > 0',
          anonymise: withoutRecipient,
import type { Erasure, PersonalData } from '@district-graph/kit/personal-data/personal-data';
import { erasedName } from './grid-visit/tables.ts';

/** Heads, grid workers and persons whom notes tell of are not known by the id of an elder. */
const ofNoElder: Erasure = {
  rule: 'HOLD',
  hold: {
    basis:
      '不以老年人标识记录，无法按其查找；期满清除。 Not recorded by the id of an elder, by which nothing is found; erased when the period is over.',
  },
};

export const personalData: PersonalData = {
  tables: [
    {
      table: 'grid_problem_timeline',
      type: 'GridProblem',
      description:
        '网格问题的办理经过，说明可能涉及个人。 The timelines of problems; notes may tell of persons.',
      elder: null,
      erasure: ofNoElder,
      retention: { rule: '说明与问题描述同时清除。 Notes are erased with the description of the problem.' },
    },
    {
      table: 'grid_problem',
      type: 'GridProblem',
      description:
        '网格问题：情况描述可能涉及个人，地点。 Problems: a description, which may tell of persons, and where.',
      elder: null,
      erasure: ofNoElder,
      retention: {
        rule: '核查通过或作废 3 年后清除描述。 The description is erased 3 years after verification or cancellation.',
        over: {
          after: '3 years',
          since: 'closed_at',
          where: 'description is not null',
          anonymise: () => ({ description: null }),
        },
      },
    },
    {
      table: 'donation',
      type: 'Donation',
      description: '捐赠：个人捐赠者的姓名。 Donations: the name of a private donor.',
      elder: null,
      erasure: {
        rule: 'HOLD',
        hold: { basis: '不是老年人的数据。 Not data of an elder.' },
      },
      retention: {
        rule: '受赠 3 年后清除个人捐赠者的姓名（《个人信息保护法》第十九条：实现处理目的所必要的最短时间）。 The name of a private donor until 3 years after receipt: no longer than necessary, by article 19 of the Personal Information Protection Law.',
        over: {
          after: '3 years',
          since: 'received_on',
          isDay: true,
          where: 'donor_name is not null',
          anonymise: () => ({ donorName: null }),
      table: 'grid_visit',
      type: 'GridVisit',
      description:
        '走访：网格员姓名，记事可能涉及个人。 Visits: the name of the grid worker, and a note, which may tell of persons.',
      elder: null,
      erasure: ofNoElder,
      retention: {
        rule: '走访 1 年后清除姓名与记事。 Name and note are erased 1 year after the visit.',
        over: {
          after: '1 year',
          since: 'visited_at',
          where: `(worker_name <> '${erasedName}' or note is not null)`,
          anonymise: () => ({ workerName: erasedName, note: null }),
        },
      },
    },
    {
      table: 'grid',
      type: 'Grid',
      description: '网格：网格长姓名、电话。 Grids: name and telephone of the head.',
      elder: null,
      erasure: ofNoElder,
      retention: {
        rule: '撤销 1 年后清除网格长姓名与电话。 Name and telephone of the head are erased 1 year after a grid is dissolved.',
        over: {
          after: '1 year',
          since: 'dissolved_on',
          isDay: true,
          where: "status = 'DISSOLVED' and num_nonnulls(head_name, head_phone) > 0",
          anonymise: () => ({ headName: null, headPhone: null }),
        },
      },
    },
  ],
  impersonal: ['aid_grant', 'love_supermarket', 'micro_work', 'stock_entry', 'supermarket_stock'],
  impersonal: ['council', 'council_session', 'council_session_topic', 'micro_work', 'topic'],
  tables: [...petitionTables],
  impersonal: ['micro_work'],
};

// The personal data in the tables of volunteers and their services.
import {
  type Erasure,
  erasedText,
  type PersonalTable,
} from '@district-graph/kit/personal-data/personal-data';

/** The basis is not compared with the texts. */
const serviceRecords: Erasure = {
  rule: 'HOLD',
  hold: {
    basis:
      '《志愿服务条例》（2017）与《志愿服务记录办法》（2012）：志愿服务记录应当长期妥善保存；记录中的姓名与电话随志愿者一并清除。 Service records are kept for the long term by the Regulations on Voluntary Service (2017) and the Measures on Volunteer Records (2012); the name and telephone in them are erased with the volunteer.',
  },
};

/** Volunteers and their services; the volunteer of a record stays, without anything that identifies a person. */
export const volunteerTables: PersonalTable[] = [
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
        name: erasedText,
        phone: null,
        cardNumber: null,
        elderId: null,
        ownedBy: null,
        status: status === 'ACTIVE' ? 'WITHDRAWN' : status,
        withdrawnOn: withdrawnOn ?? today,
      }),
    },
    retention: {
      rule: '退出 3 年后清除姓名、电话、登录主体与老年人标识；服务证号与时长长期保存，凭证可开具证明。 Name, telephone, subject and key as an elder until 3 years after the withdrawal; card number and hours for the long term, for certificates by the card.',
      over: {
        after: '3 years',
        since: 'withdrawn_on',
        isDay: true,
        where: `status = 'WITHDRAWN' and name <> '${erasedText}'`,
        anonymise: () => ({ name: erasedText, phone: null, ownedBy: null, elderId: null }),
      },
    },
  },
];

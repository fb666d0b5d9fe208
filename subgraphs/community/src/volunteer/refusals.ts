// Refusals because of who is a volunteer already, or no longer.
import { type MutationContext, nullIfOutside } from '@district-graph/kit/mutations/mutation';
import { defineRefusal } from '@district-graph/kit/mutations/refusals';
import { mostTeams, type Volunteer } from './tables.ts';

export const volunteerWithdrawn = defineRefusal('VolunteerWithdrawn', () => ({
  zh: '该志愿者已退出；如重新参加，请再次注册。',
  en: 'The volunteer has withdrawn; register them again if they come back.',
}));

export const volunteerCardNumberTaken = defineRefusal(
  'VolunteerCardNumberTaken',
  (context: MutationContext, volunteer: Volunteer) => ({
    zh: '该服务证号已登记给另一志愿者，请核对。',
    en: 'Another volunteer has this number of a service card; check the number.',
    fields: { volunteer: nullIfOutside(context, 'Volunteer', volunteer) },
  }),
);

export const volunteerAlreadyRegistered = defineRefusal(
  'VolunteerAlreadyRegistered',
  (context: MutationContext, volunteer: Volunteer) => ({
    zh: '此人已注册为志愿者，请修改原记录，或先办理退出。',
    en: 'The person is a registered volunteer; edit that record, or withdraw it first.',
    fields: { volunteer: nullIfOutside(context, 'Volunteer', volunteer) },
  }),
);

export const volunteerSignedUp = defineRefusal('VolunteerSignedUp', (services: number) => ({
  zh: `该志愿者还有 ${services} 个已报名的活动，请先取消报名或登记到场。`,
  en: `The volunteer is signed up for ${services} services; cancel the sign-ups or record the attendance first.`,
  fields: { services },
}));

export const volunteerTeamLimitReached = defineRefusal('VolunteerTeamLimitReached', () => ({
  zh: `该志愿者已加入 ${mostTeams} 支志愿服务队，请先离开一支。`,
  en: `The volunteer is a member of ${mostTeams} teams; let them leave one first.`,
}));

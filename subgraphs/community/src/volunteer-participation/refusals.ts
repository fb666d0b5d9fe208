// Refusals of a sign-up, of an attendance and of hours.
import { defineRefusal } from '@district-graph/kit/mutations/refusals';
import type { VolunteerService } from '../volunteer-service/tables.ts';
import { type ParticipationRow, participations } from './store.ts';

export const volunteerNotRegistered = defineRefusal('VolunteerNotRegistered', () => ({
  zh: '您不是在册的志愿者，请先到所在社区注册，并登记您的登录账号。',
  en: 'You are not a registered volunteer; have your community register you with the account that you sign in with.',
}));

export const volunteerServiceFull = defineRefusal('VolunteerServiceFull', () => ({
  zh: '该活动名额已满，请另选一项。',
  en: 'All places of the service are taken; choose another one.',
}));

export const volunteerAlreadySignedUp = defineRefusal(
  'VolunteerAlreadySignedUp',
  (participation: ParticipationRow) => ({
    zh: '该志愿者已报名此活动。',
    en: 'The volunteer is signed up for the service already.',
    fields: { participation: participations.resultOf(participation) },
  }),
);

export const volunteerBusy = defineRefusal('VolunteerBusy', (conflictingService: VolunteerService) => ({
  zh: '该志愿者此时段已有其他活动，请另选一项，或先取消那一项。',
  en: 'The volunteer has another service at that time; choose another one, or cancel that one first.',
  fields: { conflictingService },
}));

export const ownVolunteerHours = defineRefusal('OwnVolunteerHours', () => ({
  zh: '不能登记本人的到场、确认本人的时长，请由其他组织者办理。',
  en: 'You cannot record your own attendance or confirm your own hours; let another organiser do it.',
}));

export const volunteerServiceNotHeld = defineRefusal('VolunteerServiceNotHeld', () => ({
  zh: '该活动尚未登记举办，请先登记。',
  en: 'The service is not recorded as held; record that first.',
}));

export const volunteerHoursAlreadyConfirmed = defineRefusal(
  'VolunteerHoursAlreadyConfirmed',
  (hoursConfirmed: number) => ({
    zh: `时长已确认为 ${hoursConfirmed} 小时，不能更改。`,
    en: `The hours are confirmed as ${hoursConfirmed} and cannot be changed.`,
    fields: { hoursConfirmed },
  }),
);

// Refusals of a volunteer service because of its time, status or places, which participations use as well.
import type { Bilingual } from '@district-graph/kit/errors';
import type { MutationContext } from '@district-graph/kit/mutations/mutation';
import { defineRefusal } from '@district-graph/kit/mutations/refusals';
import type { VolunteerService } from './tables.ts';

export const hasStarted = (
  { startsAt }: Pick<VolunteerService, 'startsAt'>,
  { now }: Pick<MutationContext, 'now'>,
): boolean => Date.parse(startsAt) <= Date.parse(now);

const closedReasons: Record<VolunteerService['status'], Bilingual> = {
  PLANNED: { zh: '该活动已开始，请另选一项。', en: 'The service has started; choose another one.' },
  HELD: { zh: '该活动已举办，请另选一项。', en: 'The service has been held; choose another one.' },
  CANCELLED: { zh: '该活动已取消，请另选一项。', en: 'The service has been cancelled; choose another one.' },
};

export const volunteerServiceClosed = defineRefusal(
  'VolunteerServiceClosed',
  ({ status }: VolunteerService) => closedReasons[status],
);

export const volunteerServiceNotStarted = defineRefusal(
  'VolunteerServiceNotStarted',
  ({ startsAt }: VolunteerService) => ({
    zh: '该活动尚未开始，请在开始后再操作。',
    en: 'The service has not started; try again once it has.',
    fields: { startsAt },
  }),
);

export const volunteerServiceAttended = defineRefusal('VolunteerServiceAttended', (attended: number) => ({
  zh: `已登记 ${attended} 位志愿者到场，活动不能取消，请登记举办。`,
  en: `${attended} volunteers are recorded as attending, so the service cannot be cancelled; record it as held.`,
  fields: { attended },
}));

export const volunteerPlacesTaken = defineRefusal(
  'VolunteerPlacesTaken',
  (placesTaken: number, places: number) => ({
    zh: `已报名 ${placesTaken} 人，名额不能减为 ${places} 个；请先取消部分报名。`,
    en: `${placesTaken} volunteers are signed up, so there cannot be ${places} places; cancel some sign-ups first.`,
    fields: { placesTaken },
  }),
);

export const volunteersBusy = defineRefusal('VolunteersBusy', (volunteers: number) => ({
  zh: `已报名者中有 ${volunteers} 人届时另有活动，请另选时间，或先取消其报名。`,
  en: `${volunteers} of the volunteers signed up have another service at that time; choose another time, or cancel their sign-ups first.`,
  fields: { volunteers },
}));

// Refusal of what a disbanded team of volunteers no longer does.
import { defineRefusal } from '@district-graph/kit/mutations/refusals';

export const volunteerTeamDisbanded = defineRefusal('VolunteerTeamDisbanded', () => ({
  zh: '该志愿服务队已解散，请另选一支。',
  en: 'The team of volunteers is disbanded; choose another one.',
}));

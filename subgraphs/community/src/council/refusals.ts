// Refusal of what only an active council takes.
import { defineRefusal } from '@district-graph/kit/mutations/refusals';

export const councilDissolved = defineRefusal('CouncilDissolved', () => ({
  zh: '该议事会已撤销，请改用现有的议事会。',
  en: 'The council is dissolved; use an active one.',
}));

// Refusal of what only an active grid takes.
import { defineRefusal } from '@district-graph/kit/mutations/refusals';

export const gridDissolved = defineRefusal('GridDissolved', () => ({
  zh: '该网格已撤销，请改用现行网格。',
  en: 'The grid is dissolved; use the grid that replaced it.',
}));

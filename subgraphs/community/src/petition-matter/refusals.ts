// Refusals of changes to a petition matter, none of which repeats anything about the petitioner.
import { defineRefusal } from '@district-graph/kit/mutations/refusals';
import type { PetitionMatter } from './tables.ts';

export const petitionMatterFinished = defineRefusal(
  'PetitionMatterFinished',
  (status: PetitionMatter['status']) => ({
    zh: `该事项已是 ${status}，不再变更；如有新情况，请另行登记。`,
    en: `The matter is ${status} and takes no more changes; register a new one if something else happened.`,
    fields: { status },
  }),
);

export const petitionAlreadyAccepted = defineRefusal('PetitionAlreadyAccepted', (notifiedOn: string) => ({
  zh: `已于 ${notifiedOn} 告知受理，无须再次告知。`,
  en: `The notice of acceptance was given on ${notifiedOn}; it need not be given again.`,
  fields: { notifiedOn },
}));

export const petitionAlreadyExtended = defineRefusal('PetitionAlreadyExtended', (settleDueOn: string) => ({
  zh: `办理期限只可延长一次，现为 ${settleDueOn}；请在期限内办结。`,
  en: `The period can be extended once only, and now ends on ${settleDueOn}; settle the matter by then.`,
  fields: { settleDueOn },
}));

/** It does not say which of them the text has. */
export const transferTextNamesPetitioner = defineRefusal('TransferTextNamesPetitioner', () => ({
  zh: '转办文本中有信访人的姓名、电话、住址或证件号；请删去后再转办。',
  en: 'The text contains the name, telephone, address or identity number of the petitioner; remove it, then transfer the matter.',
}));

export const petitionLimitReached = defineRefusal('PetitionLimitReached', (most: number) => ({
  zh: `每人最多同时有 ${most} 件未办结的网上信访事项；请等待办结，或到社区由代办员登记。`,
  en: `One person may have at most ${most} open matters submitted online; wait for one to be settled, or have an agent of the community take it.`,
}));

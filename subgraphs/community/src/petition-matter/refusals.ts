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

export const petitionPeriodOver = defineRefusal('PetitionPeriodOver', (settleDueOn: string) => ({
  zh: `办理期限已于 ${settleDueOn} 届满，不能再延长；请尽快办结，该事项记为超期。`,
  en: `The period ended on ${settleDueOn} and cannot be extended any more; settle the matter soon, it counts as overdue.`,
  fields: { settleDueOn },
}));

/** It does not say which of them the text has. */
export const transferTextNamesPetitioner = defineRefusal('TransferTextNamesPetitioner', () => ({
  zh: '转办文本中有信访人的姓名、电话、住址或证件号；请给出不含这些内容的转办文本。',
  en: 'The text contains the name, telephone, address or identity number of the petitioner; send a transferText without them.',
}));

export const petitionLimitReached = defineRefusal('PetitionLimitReached', (most: number) => ({
  zh: `每人最多同时有 ${most} 件未办结的网上信访事项；请等待办结，或到社区由代办员登记。`,
  en: `One person may have at most ${most} open matters submitted online; wait for one to be settled, or have an agent of the community take it.`,
}));

// Mutations of petition matters: receive, submit, edit, assign, accept, transfer, reply, extend, note, close, withdraw.

import { actorOf } from '@district-graph/kit/access-log/timeline-actor';
import { addDays } from '@district-graph/kit/calendar';
import type { Plain } from '@district-graph/kit/encryption/encrypted-columns';
import { badInput } from '@district-graph/kit/errors';
import type { Resolvers } from '@district-graph/kit/loaders';
import {
  checkInteger,
  checkKey,
  checkNotAfterToday,
  checkNotBefore,
  checkOfDistrict,
  checkPhone,
  checkWords,
} from '@district-graph/kit/mutations/checks';
import { type MutationContext, type MutationResult, mutation } from '@district-graph/kit/mutations/mutation';
import { updateMutation } from '@district-graph/kit/mutations/record-mutations';
import { invalidTransition, refusedTransition } from '@district-graph/kit/mutations/transitions';
import { petitionAgentClosed } from '../petition-agent/refusals.ts';
import { petitionAgents } from '../petition-agent/store.ts';
import {
  findWithdrawable,
  type PetitionerInput,
  petitionerOf,
  refusedText,
  showEdited,
  showPetitioner,
} from './petitioner.ts';
import {
  petitionAlreadyAccepted,
  petitionAlreadyExtended,
  petitionLimitReached,
  petitionMatterFinished,
  petitionPeriodOver,
} from './refusals.ts';
import { appendStep, lockOpenMattersOfViewer, petitionMatters } from './store.ts';
import { type PetitionMatter, type PetitionStep, petitionPeriods } from './tables.ts';
import { isOpen, petitionMatterTransitions } from './transitions.ts';

const maxTextLength = 4000;
const mostPeople = 100_000;
const mostFen = 100_000_000_000;
/** How long after its receipt a matter that came by letter or telephone may be entered. */
const mostDaysAgo = 366;
/** How many open matters one viewer may have submitted. */
const mostOpenOfViewer = 5;

/** Appends a step to the timeline and returns the matter. */
async function recordStep(
  context: MutationContext,
  row: PetitionMatter & MutationResult,
  action: PetitionStep['action'],
  note: string | null = null,
): Promise<MutationResult> {
  const actor = actorOf(context.viewer);
  await appendStep(context, { matterId: row.id, at: context.now, actor, action, note });
  return row;
}

/** Today, or the latest day of the matter where the clock of another server is ahead: its days are never out of order. */
const dayOf = ({ today }: MutationContext, row: PetitionMatter): string =>
  [row.receivedOn, row.acceptedOn, row.transferredOn, row.repliedOn].reduce<string>(
    (latest, day) => (day !== null && day > latest ? day : latest),
    today,
  );

/** Locks a matter on which work has not ended; the refusal says that it has. */
async function lockOpen(context: MutationContext, id: string) {
  const row = await petitionMatters.lockForUpdate(context, 'petitionMatterId', id);
  return { row, refusal: isOpen(row) ? null : petitionMatterFinished(row.status) };
}

interface Matter {
  divisionCode: string;
  kind: PetitionMatter['kind'];
  petitioner: PetitionerInput;
  petitioners?: number | null;
  description: string;
}

/** The columns of a new matter, with the ends of its periods. */
function columnsOf({ divisionCode, kind, petitioner, petitioners, description }: Matter, receivedOn: string) {
  return {
    divisionCode,
    kind,
    ...petitionerOf(petitioner),
    petitioners: checkInteger('petitioners', petitioners ?? 1, 1, mostPeople),
    description: checkWords('description', description, maxTextLength),
    receivedOn,
    acceptDueOn: addDays(receivedOn, petitionPeriods.accept),
    settleDueOn: addDays(receivedOn, petitionPeriods.settle),
  };
}

interface ReceivePetitionMatter extends Matter {
  channel: PetitionMatter['channel'];
  elderId?: string | null;
  receivedOn?: string | null;
}

type Edit = Partial<
  Pick<Plain<PetitionMatter>, 'kind' | 'petitioners' | 'description'> & {
    phone: string;
    address: string;
    transferText: string;
  }
>;

/** The columns of an edit. The text for the bureau is corrected once there is one. */
function editedColumns(
  { kind, petitioners, description, phone, address, transferText }: Edit,
  row: PetitionMatter,
): Partial<Plain<PetitionMatter>> {
  if (transferText !== undefined && row.transferText === null)
    throw badInput('transferText', { zh: '空值（转送之前）', en: 'null before the transfer' }, '…');
  return {
    kind,
    petitioners: checkInteger('petitioners', petitioners, 1, mostPeople),
    description: checkWords('description', description, maxTextLength),
    petitionerPhone: checkPhone('phone', phone),
    petitionerAddress: checkWords('address', address, 200),
    transferText: checkWords('transferText', transferText, maxTextLength),
  };
}

interface ClosePetitionMatter {
  petitionMatterId: string;
  outcome: NonNullable<PetitionMatter['outcome']>;
  peopleConcerned?: number | null;
  recoveredFen?: number | null;
  note?: string | null;
}

/** The refusal of an outcome that the matter cannot have; null if it can. */
function refusedOutcome(
  { status, acceptedOn }: PetitionMatter,
  outcome: ClosePetitionMatter['outcome'],
): MutationResult | null {
  const isRefusable = (status === 'RECEIVED' || status === 'AGENT_ASSIGNED') && acceptedOn === null;
  if (outcome === 'NOT_ACCEPTED' && !isRefusable)
    return invalidTransition(status, 'CLOSED', {
      zh: '已受理或已转办的事项不能以不予受理办结。',
      en: 'A matter that was accepted or transferred cannot be closed as not accepted.',
    });
  if (outcome !== 'NOT_ACCEPTED' && status !== 'REPLIED')
    return invalidTransition(status, 'CLOSED', {
      zh: '收到承办单位答复后才能办结。',
      en: 'Record the reply of the bureau before closing the matter.',
    });
  return null;
}

/** The result of a closed matter: of one that was not accepted, nothing. */
function resultOf({ outcome, peopleConcerned, recoveredFen }: ClosePetitionMatter, row: PetitionMatter) {
  const isNone = outcome === 'NOT_ACCEPTED';
  return {
    outcome,
    peopleConcerned: checkInteger(
      'peopleConcerned',
      peopleConcerned ?? (isNone ? 0 : row.petitioners),
      0,
      isNone ? 0 : mostPeople,
    ),
    recoveredFen: checkInteger('recoveredFen', recoveredFen ?? 0, 0, isNone ? 0 : mostFen),
  };
}

export const petitionMatterMutations: Resolvers = {
  Mutation: {
    receivePetitionMatter: mutation<ReceivePetitionMatter>(
      'receivePetitionMatter',
      async (context, input) => {
        const { channel, elderId } = input;
        const receivedOn = input.receivedOn ?? context.today;
        checkNotAfterToday('receivedOn', receivedOn, context.today);
        checkNotBefore('receivedOn', receivedOn, addDays(context.today, -mostDaysAgo));
        const row = await petitionMatters.register(context, {
          ...columnsOf(input, receivedOn),
          channel,
          elderId: checkKey('elderId', elderId),
        });
        return recordStep(context, row, 'RECEIVED');
      },
    ),

    submitPetitionMatter: mutation<Matter>('submitPetitionMatter', async (context, input) => {
      const { id, elderId } = context.viewer;
      const columns = columnsOf(input, context.today);
      if ((await lockOpenMattersOfViewer(context.sql, id)) >= mostOpenOfViewer)
        return petitionLimitReached(mostOpenOfViewer);
      const own = { channel: 'ONLINE', ownedBy: id, elderId } as const;
      const row = await petitionMatters.register(context, { ...columns, ...own });
      return recordStep(context, row, 'RECEIVED');
    }),

    updatePetitionMatter: updateMutation('updatePetitionMatter', petitionMatters, {
      argument: 'petitionMatterId',
      refusal: (row) => (isOpen(row) ? null : petitionMatterFinished(row.status)),
      columnsOf: editedColumns,
      check: (context, row, columns) =>
        columns.petitionerPhone || columns.petitionerAddress || columns.transferText
          ? refusedText(context, row, columns)
          : null,
      showFirst: showEdited,
    }),

    assignPetitionAgent: mutation<{ petitionMatterId: string; petitionAgentId: string }>(
      'assignPetitionAgent',
      async (context, { petitionMatterId, petitionAgentId }) => {
        const row = await petitionMatters.lockForUpdate(context, 'petitionMatterId', petitionMatterId);
        // From the transfer on, only the agent changes: one who leaves passes on all open matters.
        const status = isOpen(row) && row.status !== 'RECEIVED' ? row.status : 'AGENT_ASSIGNED';
        const refusal =
          status === row.status ? null : refusedTransition(petitionMatterTransitions, row.status, status);
        if (refusal) return refusal;
        checkOfDistrict('petitionAgentId', petitionAgentId, row.divisionCode);
        // The agent is locked: an agent who leaves has no matters.
        const agent = await petitionAgents.lockUnscoped(context, 'petitionAgentId', petitionAgentId);
        if (agent.status === 'CLOSED') return petitionAgentClosed();
        const changes = { status, agentId: agent.id };
        return recordStep(context, await petitionMatters.transition(context, row, changes), 'AGENT_ASSIGNED');
      },
    ),

    acceptPetitionMatter: mutation<{ petitionMatterId: string }>(
      'acceptPetitionMatter',
      async (context, { petitionMatterId }) => {
        const { row, refusal } = await lockOpen(context, petitionMatterId);
        if (refusal) return refusal;
        if (row.acceptedOn !== null) return petitionAlreadyAccepted(row.acceptedOn);
        const changes = { acceptedOn: dayOf(context, row) };
        return recordStep(context, await petitionMatters.transition(context, row, changes), 'ACCEPTED');
      },
    ),

    transferPetitionMatter: mutation<{ petitionMatterId: string; bureau: string; transferText: string }>(
      'transferPetitionMatter',
      async (context, { petitionMatterId, ...input }) => {
        const bureau = checkWords('bureau', input.bureau);
        const transferText = checkWords('transferText', input.transferText, maxTextLength);
        const { row, refusal } = await petitionMatters.checkTransition(
          context,
          'petitionMatterId',
          petitionMatterId,
          'TRANSFERRED',
        );
        if (refusal) return refusal;
        const refused = refusedText(context, row, { transferText });
        if (refused) return refused;
        const day = dayOf(context, row);
        const changes = {
          status: 'TRANSFERRED',
          transferBureau: bureau,
          transferText,
          transferredOn: day,
          // A matter is transferred only if it is accepted.
          acceptedOn: row.acceptedOn ?? day,
        } as const;
        return recordStep(context, await petitionMatters.transition(context, row, changes), 'TRANSFERRED');
      },
      showPetitioner,
    ),

    recordPetitionReply: mutation<{ petitionMatterId: string; reply: string }>(
      'recordPetitionReply',
      async (context, { petitionMatterId, ...input }) => {
        const reply = checkWords('reply', input.reply, maxTextLength);
        const { row, refusal } = await petitionMatters.checkTransition(
          context,
          'petitionMatterId',
          petitionMatterId,
          'REPLIED',
        );
        if (refusal) return refusal;
        const changes = { status: 'REPLIED', reply, repliedOn: dayOf(context, row) } as const;
        return recordStep(context, await petitionMatters.transition(context, row, changes), 'REPLIED');
      },
    ),

    extendPetitionMatter: mutation<{ petitionMatterId: string; days: number; reason: string }>(
      'extendPetitionMatter',
      async (context, { petitionMatterId, days, ...input }) => {
        checkInteger('days', days, 1, petitionPeriods.extension);
        const extensionReason = checkWords('reason', input.reason, 1000);
        const { row, refusal } = await lockOpen(context, petitionMatterId);
        if (refusal) return refusal;
        if (row.extendedDays !== null) return petitionAlreadyExtended(row.settleDueOn);
        // A late extension would make a late settlement look timely.
        if (row.settleDueOn < context.today) return petitionPeriodOver(row.settleDueOn);
        const changes = {
          extendedDays: days,
          extensionReason,
          settleDueOn: addDays(row.settleDueOn, days),
        };
        return recordStep(context, await petitionMatters.transition(context, row, changes), 'EXTENDED');
      },
    ),

    notePetitionMatter: mutation<{ petitionMatterId: string; note: string }>(
      'notePetitionMatter',
      async (context, { petitionMatterId, ...input }) => {
        const note = checkWords('note', input.note, maxTextLength);
        const { row, refusal } = await lockOpen(context, petitionMatterId);
        if (refusal) return refusal;
        return recordStep(context, await petitionMatters.transition(context, row, {}), 'NOTE', note);
      },
    ),

    closePetitionMatter: mutation<ClosePetitionMatter>('closePetitionMatter', async (context, input) => {
      const note = checkWords('note', input.note, maxTextLength) ?? null;
      const { row, refusal } = await petitionMatters.checkTransition(
        context,
        'petitionMatterId',
        input.petitionMatterId,
        'CLOSED',
      );
      const refused = refusal ?? refusedOutcome(row, input.outcome);
      if (refused) return refused;
      const changes = { status: 'CLOSED', ...resultOf(input, row), finishedOn: dayOf(context, row) } as const;
      return recordStep(context, await petitionMatters.transition(context, row, changes), 'CLOSED', note);
    }),

    withdrawPetitionMatter: mutation<{ petitionMatterId: string; reason?: string | null }>(
      'withdrawPetitionMatter',
      async (context, { petitionMatterId, ...input }) => {
        const reason = checkWords('reason', input.reason, 1000) ?? null;
        const id = await findWithdrawable(context, petitionMatterId);
        const { row, refusal } = await petitionMatters.checkTransition(
          context,
          'petitionMatterId',
          id,
          'WITHDRAWN',
        );
        if (refusal) return refusal;
        const changes = { status: 'WITHDRAWN', finishedOn: dayOf(context, row) } as const;
        return recordStep(
          context,
          await petitionMatters.transition(context, row, changes),
          'WITHDRAWN',
          reason,
        );
      },
    ),
  },
};

// Mutations of topics: propose, discuss in a session, decide by vote, assign a micro-work, carry out, withdraw.

import { isInside } from '@district-graph/kit/divisions/divisions';
import { badInput } from '@district-graph/kit/errors';
import type { Resolvers } from '@district-graph/kit/loaders';
import {
  checkInteger,
  checkNotAfterToday,
  checkNotBefore,
  checkWords,
} from '@district-graph/kit/mutations/checks';
import { type MutationContext, mutation, nullIfOutside } from '@district-graph/kit/mutations/mutation';
import { defineRefusal } from '@district-graph/kit/mutations/refusals';
import { invalidTransition } from '@district-graph/kit/mutations/transitions';
import { councilDissolved } from '../council/refusals.ts';
import { councils } from '../council/store.ts';
import { councilSessions, insertDiscussion, isDiscussed } from '../council-session/store.ts';
import type { CouncilSession } from '../council-session/tables.ts';
import { microWorks } from '../micro-work/store.ts';
import type { MicroWork } from '../micro-work/tables.ts';
import { findTopicsOfMicroWorks, topics } from './store.ts';
import type { Topic } from './tables.ts';

interface DecideTopic {
  topicId: string;
  sessionId: string;
  resolution: string;
  votesFor: number;
  votesAgainst: number;
  abstentions: number;
}

const mostVotes = 10_000;

const checkVotes = ({ votesFor, votesAgainst, abstentions }: DecideTopic) => ({
  votesFor: checkInteger('votesFor', votesFor, 0, mostVotes),
  votesAgainst: checkInteger('votesAgainst', votesAgainst, 0, mostVotes),
  abstentions: checkInteger('abstentions', abstentions, 0, mostVotes),
});

/** The session of the topic's council. Throws badInput for one of another council, and for one before the topic was proposed. */
async function sessionOf(
  context: MutationContext,
  sessionId: string,
  { councilId, proposedOn }: Topic,
): Promise<CouncilSession> {
  const session = await councilSessions.lockUnscoped(context, 'sessionId', sessionId);
  if (session.councilId === councilId && session.heldOn >= proposedOn) return session;
  throw badInput(
    'sessionId',
    {
      zh: `该议题所属议事会在 ${proposedOn} 或之后举行的会议`,
      en: `a session of the topic’s council on or after ${proposedOn}`,
    },
    sessionId,
  );
}

export const topicMutations: Resolvers = {
  Mutation: {
    proposeTopic: mutation<{ councilId: string; title: string; proposedOn?: string | null }>(
      'proposeTopic',
      async (context, { councilId, ...input }) => {
        const title = checkWords('title', input.title, 200);
        const proposedOn = checkNotAfterToday('proposedOn', input.proposedOn ?? context.today, context.today);
        const council = await councils.lockForUpdate(context, 'councilId', councilId);
        if (council.status === 'DISSOLVED') return councilDissolved();
        checkNotBefore('proposedOn', proposedOn, council.foundedOn);
        const { divisionCode } = council;
        return topics.register(context, { divisionCode, councilId, title, proposedOn });
      },
    ),

    discussTopic: mutation<{ topicId: string; sessionId: string }>(
      'discussTopic',
      async (context, { topicId, sessionId }) => {
        const { row, refusal } = await topics.checkTransition(context, 'topicId', topicId, 'DISCUSSED');
        if (refusal) return refusal;
        const session = await sessionOf(context, sessionId, row);
        const isNew = await insertDiscussion(context.sql, session.id, row.id);
        if (!isNew) return topics.resultOf(row);
        return topics.transition(context, row, { status: 'DISCUSSED' }, { sessionId: session.id });
      },
    ),

    decideTopic: mutation<DecideTopic>('decideTopic', async (context, input) => {
      const { topicId, sessionId } = input;
      const votes = checkVotes(input);
      const resolution = checkWords('resolution', input.resolution, 1000);
      const status = votes.votesFor > votes.votesAgainst ? 'RESOLVED' : 'REJECTED';
      const { row, refusal } = await topics.checkTransition(context, 'topicId', topicId, status);
      if (refusal) return refusal;
      const session = await sessionOf(context, sessionId, row);
      if (!(await isDiscussed(context.sql, session.id, row.id))) return topicNotDiscussed(session.heldOn);
      const cast = votes.votesFor + votes.votesAgainst + votes.abstentions;
      if (cast > session.attendance) return moreVotesThanAttendance(cast);
      const columns = { ...votes, resolution, decidedInId: session.id, decidedOn: session.heldOn };
      return topics.transition(context, row, { status, ...columns });
    }),

    assignMicroWork: mutation<{ topicId: string; microWorkId: string }>(
      'assignMicroWork',
      async (context, { topicId, microWorkId }) => {
        const row = await topics.lockForUpdate(context, 'topicId', topicId);
        if (row.status !== 'RESOLVED')
          return invalidTransition(row.status, 'RESOLVED', {
            zh: '只有已议定、未落实的议题可以交由微实事落实。',
            en: 'Only a topic that is resolved, and not yet carried out, can be assigned to a micro-work.',
          });
        // Locked: no other topic takes the work meanwhile, and it is not cancelled.
        const work = await microWorks.lockForUpdate(context, 'microWorkId', microWorkId);
        if (!isInside(work.divisionCode, row.divisionCode))
          throw badInput(
            'microWorkId',
            { zh: `${row.divisionCode} 内的微实事`, en: `a micro-work inside ${row.divisionCode}` },
            microWorkId,
          );
        if (work.status === 'CANCELLED') return microWorkCancelled(work);
        const [other] = await findTopicsOfMicroWorks(context.sql, [work.id]);
        if (other && other.id !== row.id) return microWorkTaken(context, other);
        return topics.edit(context, row, { microWorkId: work.id });
      },
    ),

    carryOutTopic: mutation<{ topicId: string; carriedOutOn?: string | null }>(
      'carryOutTopic',
      async (context, { topicId, ...input }) => {
        const carriedOutOn = checkNotAfterToday(
          'carriedOutOn',
          input.carriedOutOn ?? context.today,
          context.today,
        );
        const { row, refusal } = await topics.checkTransition(context, 'topicId', topicId, 'CARRIED_OUT');
        if (refusal) return refusal;
        checkNotBefore('carriedOutOn', carriedOutOn, row.decidedOn ?? row.proposedOn);
        if (row.microWorkId) {
          const work = await microWorks.lockUnscoped(context, 'microWorkId', row.microWorkId);
          if (work.status === 'CANCELLED') return microWorkCancelled(work);
          if (work.status !== 'COMPLETED') return microWorkNotCompleted(work);
          checkNotBefore('carriedOutOn', carriedOutOn, work.completedOn ?? carriedOutOn);
        }
        return topics.transition(context, row, { status: 'CARRIED_OUT', carriedOutOn });
      },
    ),

    withdrawTopic: mutation<{ topicId: string }>('withdrawTopic', async (context, { topicId }) => {
      const { row, refusal } = await topics.checkTransition(context, 'topicId', topicId, 'WITHDRAWN');
      return refusal ?? topics.transition(context, row, { status: 'WITHDRAWN', withdrawnOn: context.today });
    }),
  },
};

const topicNotDiscussed = defineRefusal('TopicNotDiscussed', (heldOn: string) => ({
  zh: `${heldOn} 的会议未议及该议题；请先登记讨论，或改选会议。`,
  en: `The topic was not discussed in the session of ${heldOn}; record the discussion first, or name another session.`,
}));

const moreVotesThanAttendance = defineRefusal('MoreVotesThanAttendance', (votes: number) => ({
  zh: `票数合计 ${votes}，超过到会人数，请核对。`,
  en: `There are ${votes} votes, more than people who attended; check the numbers.`,
  fields: { votes },
}));

const microWorkCancelled = defineRefusal('MicroWorkCancelled', (work: MicroWork) => ({
  zh: '该微实事已取消，请另选一项。',
  en: 'The micro-work is cancelled; assign another one.',
  fields: { microWork: microWorks.resultOf(work) },
}));

const microWorkNotCompleted = defineRefusal('MicroWorkNotCompleted', (work: MicroWork) => ({
  zh: '落实该议题的微实事尚未完工，完工后再登记落实。',
  en: 'The micro-work that carries out the topic is not completed; wait until it is.',
  fields: { microWork: microWorks.resultOf(work) },
}));

const microWorkTaken = defineRefusal('MicroWorkTaken', (context: MutationContext, topic: Topic) => ({
  zh: '该微实事已用于落实另一议题，请另选一项。',
  en: 'The micro-work carries out another topic already; assign another one.',
  fields: { topic: nullIfOutside(context, 'Topic', topic) },
}));

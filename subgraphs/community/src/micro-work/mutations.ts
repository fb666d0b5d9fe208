// Mutations of micro-works: register, edit while planned, start, complete, cancel.
import type { Resolvers } from '@district-graph/kit/loaders';
import {
  checkInteger,
  checkNotAfterToday,
  checkNotBefore,
  checkWords,
} from '@district-graph/kit/mutations/checks';
import { mutation } from '@district-graph/kit/mutations/mutation';
import { registerMutation, updateMutation } from '@district-graph/kit/mutations/record-mutations';
import { microWorks } from './store.ts';
import type { MicroWork } from './tables.ts';

interface Fields extends Pick<MicroWork, 'name' | 'kind'> {
  budgetFen: number;
}

const mostFen = 100_000_000_000;

export const columnsOf = ({ name, kind, budgetFen }: Partial<Fields>): Partial<MicroWork> => ({
  kind,
  name: checkWords('name', name, 200),
  budgetFen: checkInteger('budgetFen', budgetFen, 0, mostFen),
});

export const microWorkMutations: Resolvers = {
  Mutation: {
    registerMicroWork: registerMutation('registerMicroWork', microWorks, columnsOf),

    updateMicroWork: updateMutation('updateMicroWork', microWorks, {
      argument: 'microWorkId',
      status: 'PLANNED',
      columnsOf,
    }),

    startMicroWork: mutation<{ microWorkId: string; startedOn?: string | null }>(
      'startMicroWork',
      async (context, { microWorkId, startedOn }) => {
        const day = checkNotAfterToday('startedOn', startedOn ?? context.today, context.today);
        const { row, refusal } = await microWorks.checkTransition(
          context,
          'microWorkId',
          microWorkId,
          'UNDER_CONSTRUCTION',
        );
        if (refusal) return refusal;
        return microWorks.transition(context, row, { status: 'UNDER_CONSTRUCTION', startedOn: day });
      },
    ),

    completeMicroWork: mutation<{ microWorkId: string; completedOn?: string | null }>(
      'completeMicroWork',
      async (context, { microWorkId, completedOn }) => {
        const day = checkNotAfterToday('completedOn', completedOn ?? context.today, context.today);
        const { row, refusal } = await microWorks.checkTransition(
          context,
          'microWorkId',
          microWorkId,
          'COMPLETED',
        );
        if (refusal) return refusal;
        if (row.startedOn) checkNotBefore('completedOn', day, row.startedOn);
        return microWorks.transition(context, row, { status: 'COMPLETED', completedOn: day });
      },
    ),

    cancelMicroWork: mutation<{ microWorkId: string }>(
      'cancelMicroWork',
      async (context, { microWorkId }) => {
        const { row, refusal } = await microWorks.checkTransition(
          context,
          'microWorkId',
          microWorkId,
          'CANCELLED',
        );
        return refusal ?? microWorks.transition(context, row, { status: 'CANCELLED' });
      },
    ),
  },
};

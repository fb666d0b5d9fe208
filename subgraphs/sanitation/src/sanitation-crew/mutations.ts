// Mutations of crews: register, edit, disband.

import { badInput } from '@district-graph/kit/errors';
import type { Resolvers } from '@district-graph/kit/loaders';
import { checkInteger, checkWords } from '@district-graph/kit/mutations/checks';
import type { MutationContext } from '@district-graph/kit/mutations/mutation';
import {
  closeMutation,
  registerMutation,
  updateMutation,
} from '@district-graph/kit/mutations/record-mutations';
import { defineRefusal } from '@district-graph/kit/mutations/refusals';
import { countVehiclesOfCrew, sanitationCrews } from './store.ts';
import type { SanitationCrew } from './tables.ts';
import { crewStatusOf } from './transitions.ts';

/** Throws for a disbanded crew; locks it, so that it is not disbanded meanwhile. */
export async function checkCrew(context: MutationContext, crewId: string | null | undefined): Promise<void> {
  if (crewId === null || crewId === undefined) return;
  const row = await sanitationCrews.lockForUpdate(context, 'crewId', crewId);
  if (crewStatusOf(row) === 'DISBANDED')
    throw badInput('crewId', { zh: '未撤销的班组', en: 'a crew that is not disbanded' }, crewId);
}

type Fields = Pick<SanitationCrew, 'name' | 'phone' | 'leaderName' | 'workersOnDuty'>;

const mostWorkers = 100_000;

export const columnsOf = ({
  name,
  phone,
  leaderName,
  workersOnDuty,
  ...others
}: Partial<Fields>): Partial<SanitationCrew> => ({
  ...others,
  name: checkWords('name', name, 200),
  phone: checkWords('phone', phone, 50),
  leaderName: checkWords('leaderName', leaderName),
  workersOnDuty: checkInteger('workersOnDuty', workersOnDuty, 0, mostWorkers),
});

export const sanitationCrewMutations: Resolvers = {
  Mutation: {
    registerSanitationCrew: registerMutation('registerSanitationCrew', sanitationCrews, columnsOf),

    updateSanitationCrew: updateMutation('updateSanitationCrew', sanitationCrews, {
      argument: 'crewId',
      status: 'ACTIVE',
      columnsOf,
    }),

    disbandSanitationCrew: closeMutation('disbandSanitationCrew', sanitationCrews, {
      argument: 'crewId',
      to: 'DISBANDED',
      check: async ({ sql }, { id }) => {
        const vehicles = await countVehiclesOfCrew(sql, id);
        return vehicles > 0 ? crewHasVehicles(vehicles) : null;
      },
      columnsOf: (disbandedOn) => ({ disbandedOn }),
    }),
  },
};

const crewHasVehicles = defineRefusal('CrewHasVehicles', (vehicles: number) => ({
  zh: `班组仍有 ${vehicles} 辆车，请先为其另定班组。`,
  en: `The crew still has ${vehicles} vehicles; assign them to another crew first.`,
  fields: { vehicles },
}));

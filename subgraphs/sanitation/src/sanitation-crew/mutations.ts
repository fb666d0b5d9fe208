// Crews: registered, edited, disbanded.
import { checkDivisionCode } from '@district-graph/kit/divisions';
import { badInput } from '@district-graph/kit/errors';
import type { Resolvers } from '@district-graph/kit/executable-schema';
import { newId } from '@district-graph/kit/ids';
import { refusedTransition, staleVersion } from '@district-graph/kit/transitions';
import { mutation, required, type Write, type Written } from '@district-graph/kit/writes';
import {
  changeSanitationCrew,
  countVehiclesOfCrew,
  insertSanitationCrew,
  lockSanitationCrew,
} from './store.ts';
import type { SanitationCrew } from './tables.ts';
import { type CrewStatus, crewStatusOf, sanitationCrewTransitions } from './transitions.ts';

const crew = (row: SanitationCrew): Written => ({ __typename: 'SanitationCrew', ...row });

/** Refuses a crew that is not there any more; it is held, so that it is not disbanded meanwhile. */
export async function checkCrew({ sql }: Write, crewId: string | null | undefined): Promise<void> {
  if (crewId === null || crewId === undefined) return;
  const row = required(await lockSanitationCrew(sql, crewId), 'crewId', crewId);
  if (crewStatusOf(row) === 'DISBANDED')
    throw badInput('crewId', { zh: '未撤销的班组', en: 'a crew that is not disbanded' }, crewId);
}

/** The crew, held until the write ends, and the refusal if it may not become `to`. */
async function crewToBecome({ sql }: Write, id: string, to: CrewStatus) {
  const row = required(await lockSanitationCrew(sql, id), 'crewId', id);
  return { row, refusal: refusedTransition(sanitationCrewTransitions, crewStatusOf(row), to) };
}

async function become(
  write: Write,
  before: SanitationCrew,
  changes: Partial<SanitationCrew>,
): Promise<Written> {
  const after = await changeSanitationCrew(write.sql, before.id, changes);
  const fields = Object.entries(changes).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  await write.record({
    entityType: 'SanitationCrew',
    entityId: after.id,
    divisionCode: after.divisionCode,
    from: crewStatusOf(before),
    to: crewStatusOf(after),
    // Which fields, not what they say: the leader's name is protected.
    detail: { fields },
  });
  return crew(after);
}

type CrewFields = Pick<SanitationCrew, 'name' | 'phone' | 'leaderName' | 'workersOnDuty'>;

type UpdateSanitationCrew = { [Field in keyof CrewFields]?: CrewFields[Field] | null } & {
  crewId: string;
  version: number;
};

export const sanitationCrewMutations: Resolvers = {
  Mutation: {
    registerSanitationCrew: mutation<CrewFields & { divisionCode: string }>(
      'registerSanitationCrew',
      async (write, input) => {
        const divisionCode = checkDivisionCode(input.divisionCode, 'divisionCode');
        const row = await insertSanitationCrew(write.sql, { ...input, id: newId(divisionCode) });
        await write.record({
          entityType: 'SanitationCrew',
          entityId: row.id,
          divisionCode,
          to: crewStatusOf(row),
        });
        return crew(row);
      },
    ),

    updateSanitationCrew: mutation<UpdateSanitationCrew>('updateSanitationCrew', async (write, input) => {
      const { crewId, version, name, phone, leaderName, workersOnDuty } = input;
      const { row, refusal } = await crewToBecome(write, crewId, 'ACTIVE');
      if (refusal) return refusal;
      const changes = {
        name: name ?? undefined,
        phone: phone ?? undefined,
        leaderName: leaderName ?? undefined,
        workersOnDuty: workersOnDuty ?? undefined,
      };
      return staleVersion(row.version, version) ?? become(write, row, changes);
    }),

    disbandSanitationCrew: mutation<{ crewId: string }>(
      'disbandSanitationCrew',
      async (write, { crewId }) => {
        const { row, refusal } = await crewToBecome(write, crewId, 'DISBANDED');
        if (refusal) return refusal;
        const vehicles = await countVehiclesOfCrew(write.sql, row.id);
        if (vehicles > 0)
          return {
            __typename: 'CrewHasVehicles',
            message: `班组仍有 ${vehicles} 辆车，请先为其另定班组。 The crew still has ${vehicles} vehicles; give them to another crew first.`,
            vehicles,
          };
        return become(write, row, { disbandedOn: write.today });
      },
    ),
  },
};

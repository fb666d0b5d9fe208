// Roads: registered, edited, closed when they are cleaned no more.
import { checkDivisionCode } from '@district-graph/kit/divisions';
import type { Resolvers } from '@district-graph/kit/executable-schema';
import { checkPoint, type GeoPoint } from '@district-graph/kit/geography';
import { newId } from '@district-graph/kit/ids';
import { refusedTransition, staleVersion } from '@district-graph/kit/transitions';
import { mutation, required, type Write, type Written } from '@district-graph/kit/writes';
import { runAlreadyOpen } from '../cleaning-run/mutations.ts';
import { findOpenRun } from '../cleaning-run/store.ts';
import { changeRoad, insertRoad, lockRoad } from './store.ts';
import type { Road } from './tables.ts';
import { type RoadStatus, roadStatusOf, roadTransitions } from './transitions.ts';

const road = (row: Road): Written => ({ __typename: 'Road', ...row });

/** The road, held until the write ends, and the refusal if it may not become `to`. */
async function roadToBecome({ sql }: Write, id: string, to: RoadStatus) {
  const row = required(await lockRoad(sql, id), 'roadId', id);
  return { row, refusal: refusedTransition(roadTransitions, roadStatusOf(row), to) };
}

async function become(write: Write, before: Road, changes: Partial<Road>): Promise<Written> {
  const after = await changeRoad(write.sql, before.id, changes);
  const fields = Object.entries(changes).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  await write.record({
    entityType: 'Road',
    entityId: after.id,
    divisionCode: after.divisionCode,
    from: roadStatusOf(before),
    to: roadStatusOf(after),
    detail: { fields },
  });
  return road(after);
}

interface RegisterRoad {
  divisionCode: string;
  name: string;
  cleaningGrade: Road['cleaningGrade'];
  lengthMetres: number;
  location: GeoPoint;
}

interface UpdateRoad {
  roadId: string;
  version: number;
  name?: string | null;
  cleaningGrade?: Road['cleaningGrade'] | null;
  lengthMetres?: number | null;
  location?: GeoPoint | null;
}

export const roadMutations: Resolvers = {
  Mutation: {
    registerRoad: mutation<RegisterRoad>('registerRoad', async (write, { location, ...input }) => {
      const divisionCode = checkDivisionCode(input.divisionCode, 'divisionCode');
      const { longitude, latitude } = checkPoint(location, 'location');
      const row = await insertRoad(write.sql, { ...input, id: newId(divisionCode), longitude, latitude });
      await write.record({ entityType: 'Road', entityId: row.id, divisionCode, to: roadStatusOf(row) });
      return road(row);
    }),

    updateRoad: mutation<UpdateRoad>('updateRoad', async (write, input) => {
      const { roadId, version, name, cleaningGrade, lengthMetres, location } = input;
      const { row, refusal } = await roadToBecome(write, roadId, 'ACTIVE');
      if (refusal) return refusal;
      const { longitude, latitude } = location ? checkPoint(location, 'location') : {};
      const changes = {
        name: name ?? undefined,
        cleaningGrade: cleaningGrade ?? undefined,
        lengthMetres: lengthMetres ?? undefined,
        longitude,
        latitude,
      };
      return staleVersion(row.version, version) ?? become(write, row, changes);
    }),

    closeRoad: mutation<{ roadId: string }>('closeRoad', async (write, { roadId }) => {
      const { row, refusal } = await roadToBecome(write, roadId, 'CLOSED');
      if (refusal) return refusal;
      const run = await findOpenRun(write.sql, row.id);
      return run ? runAlreadyOpen(run) : become(write, row, { closedOn: write.today });
    }),
  },
};

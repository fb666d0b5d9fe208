// Pollution sources: registered, edited, closed.
import { checkDivisionCode } from '@district-graph/kit/divisions';
import type { Resolvers } from '@district-graph/kit/executable-schema';
import { checkPoint, type GeoPoint } from '@district-graph/kit/geography';
import { newId } from '@district-graph/kit/ids';
import { refusedTransition, staleVersion } from '@district-graph/kit/transitions';
import { mutation, required, type Write, type Written } from '@district-graph/kit/writes';
import { changePollutionSource, insertPollutionSource, lockPollutionSource } from './store.ts';
import type { PollutionSource } from './tables.ts';
import { pollutionSourceTransitions, type SourceStatus, sourceStatusOf } from './transitions.ts';

const source = (row: PollutionSource): Written => ({ __typename: 'PollutionSource', ...row });

/** The source, held until the write ends, and the refusal if it may not become `to`. */
async function sourceToBecome({ sql }: Write, id: string, to: SourceStatus) {
  const row = required(await lockPollutionSource(sql, id), 'sourceId', id);
  return { row, refusal: refusedTransition(pollutionSourceTransitions, sourceStatusOf(row), to) };
}

async function become(
  write: Write,
  before: PollutionSource,
  changes: Partial<PollutionSource>,
): Promise<Written> {
  const after = await changePollutionSource(write.sql, before.id, changes);
  const fields = Object.entries(changes).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  await write.record({
    entityType: 'PollutionSource',
    entityId: after.id,
    divisionCode: after.divisionCode,
    from: sourceStatusOf(before),
    to: sourceStatusOf(after),
    detail: { fields },
  });
  return source(after);
}

type SourceFields = Pick<PollutionSource, 'name' | 'category' | 'address' | 'controlMeasure'>;

type UpdatePollutionSource = { [Field in keyof SourceFields]?: SourceFields[Field] | null } & {
  sourceId: string;
  version: number;
  location?: GeoPoint | null;
};

export const pollutionSourceMutations: Resolvers = {
  Mutation: {
    registerPollutionSource: mutation<SourceFields & { divisionCode: string; location: GeoPoint }>(
      'registerPollutionSource',
      async (write, { location, ...input }) => {
        const divisionCode = checkDivisionCode(input.divisionCode, 'divisionCode');
        const { longitude, latitude } = checkPoint(location, 'location');
        const row = await insertPollutionSource(write.sql, {
          ...input,
          id: newId(divisionCode),
          longitude,
          latitude,
        });
        await write.record({
          entityType: 'PollutionSource',
          entityId: row.id,
          divisionCode,
          to: sourceStatusOf(row),
        });
        return source(row);
      },
    ),

    updatePollutionSource: mutation<UpdatePollutionSource>('updatePollutionSource', async (write, input) => {
      const { sourceId, version, name, category, address, controlMeasure, location } = input;
      const { row, refusal } = await sourceToBecome(write, sourceId, 'ACTIVE');
      if (refusal) return refusal;
      const { longitude, latitude } = location ? checkPoint(location, 'location') : {};
      const changes = {
        name: name ?? undefined,
        category: category ?? undefined,
        address: address ?? undefined,
        controlMeasure: controlMeasure ?? undefined,
        longitude,
        latitude,
      };
      return staleVersion(row.version, version) ?? become(write, row, changes);
    }),

    closePollutionSource: mutation<{ sourceId: string }>(
      'closePollutionSource',
      async (write, { sourceId }) => {
        const { row, refusal } = await sourceToBecome(write, sourceId, 'CLOSED');
        return refusal ?? become(write, row, { closedOn: write.today });
      },
    ),
  },
};

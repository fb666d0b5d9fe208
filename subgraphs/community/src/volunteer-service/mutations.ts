// Mutations of volunteer services: plan, edit, record as held, cancel with the sign-ups.

import { badInput } from '@district-graph/kit/errors';
import type { Resolvers } from '@district-graph/kit/loaders';
import { checkInteger, checkKey, checkOfDistrict, checkWords } from '@district-graph/kit/mutations/checks';
import { presentFields } from '@district-graph/kit/mutations/entity-mutations';
import { type MutationContext, mutation } from '@district-graph/kit/mutations/mutation';
import { cancelSignUpsOf } from '../volunteer-participation/changes.ts';
import { countAttended, countVolunteersBusy } from '../volunteer-participation/store.ts';
import { volunteerTeamDisbanded } from '../volunteer-team/refusals.ts';
import { volunteerTeams } from '../volunteer-team/store.ts';
import {
  hasStarted,
  volunteerPlacesTaken,
  volunteerServiceAttended,
  volunteerServiceClosed,
  volunteerServiceNotStarted,
  volunteersBusy,
} from './refusals.ts';
import { insertElders, volunteerServices } from './store.ts';
import type { VolunteerService } from './tables.ts';

type Times = Pick<VolunteerService, 'startsAt' | 'endsAt'>;

/** A longer service is taken for a typing error. */
const maxHours = 24;
const maxPlaces = 1000;
const maxElders = 200;
const maxLeaflets = 1_000_000;

function checkTimes({ startsAt, endsAt }: Times, { now }: MutationContext): void {
  if (Date.parse(startsAt) <= Date.parse(now))
    throw badInput('startsAt', { zh: '将来的时刻', en: 'an instant in the future' }, startsAt);
  const hours = (Date.parse(endsAt) - Date.parse(startsAt)) / 3_600_000;
  if (hours <= 0 || hours > maxHours)
    throw badInput(
      'endsAt',
      {
        zh: `开始之后 ${maxHours} 小时内的时刻`,
        en: `an instant within ${maxHours} hours after the start`,
      },
      endsAt,
    );
}

type Fields = Pick<VolunteerService, 'title' | 'place' | 'places'>;

const columnsOf = ({ title, place, places }: Partial<Fields>): Partial<Fields> => ({
  title: checkWords('title', title),
  place: checkWords('place', place),
  places: checkInteger('places', places, 1, maxPlaces),
});

function checkElders(elderIds: readonly string[], divisionCode: string): string[] {
  const ids = [...new Set(elderIds)];
  if (ids.length > maxElders)
    throw badInput('elderIds', { zh: `至多 ${maxElders} 位`, en: `at most ${maxElders} elders` }, ids.length);
  for (const id of ids) {
    checkKey('elderIds', id);
    checkOfDistrict('elderIds', id, divisionCode);
  }
  return ids;
}

interface PlanVolunteerService extends Fields, Times, Pick<VolunteerService, 'divisionCode' | 'kind'> {
  volunteerTeamId?: string | null;
}

interface UpdateVolunteerService extends Partial<Fields>, Partial<Times> {
  volunteerServiceId: string;
  version: number;
}

interface RecordHeld {
  volunteerServiceId: string;
  leaflets?: number | null;
  elderIds?: readonly string[] | null;
}

export const volunteerServiceMutations: Resolvers = {
  Mutation: {
    planVolunteerService: mutation<PlanVolunteerService>('planVolunteerService', async (context, input) => {
      const { divisionCode, kind, startsAt, endsAt, volunteerTeamId } = input;
      checkTimes(input, context);
      const columns = columnsOf(input);
      if (volunteerTeamId) {
        checkOfDistrict('volunteerTeamId', volunteerTeamId, divisionCode);
        const team = await volunteerTeams.lockUnscoped(context, 'volunteerTeamId', volunteerTeamId);
        if (team.status === 'DISBANDED') return volunteerTeamDisbanded();
      }
      const planned = { divisionCode, volunteerTeamId: volunteerTeamId ?? null, kind, startsAt, endsAt };
      return volunteerServices.register(context, { ...planned, ...columns, status: 'PLANNED' });
    }),

    updateVolunteerService: mutation<UpdateVolunteerService>(
      'updateVolunteerService',
      async (context, { volunteerServiceId, version, ...input }) => {
        const edits = presentFields(input);
        const { row, refusal } = await volunteerServices.checkEdit(
          context,
          'volunteerServiceId',
          volunteerServiceId,
          {
            version,
            status: 'PLANNED',
            refusal: (service) => (hasStarted(service, context) ? volunteerServiceClosed(service) : null),
          },
        );
        if (refusal) return refusal;
        const columns = columnsOf(edits);
        const times = { startsAt: edits.startsAt ?? row.startsAt, endsAt: edits.endsAt ?? row.endsAt };
        checkTimes(times, context);
        if (columns.places !== undefined && columns.places < row.placesTaken)
          return volunteerPlacesTaken(row.placesTaken, columns.places);
        const busy = await countVolunteersBusy(context.sql, row.id, times);
        if (busy > 0) return volunteersBusy(busy);
        const { startsAt, endsAt } = edits;
        return volunteerServices.edit(context, row, { ...columns, startsAt, endsAt });
      },
    ),

    recordVolunteerServiceHeld: mutation<RecordHeld>(
      'recordVolunteerServiceHeld',
      async (context, { volunteerServiceId, leaflets, elderIds }) => {
        const { row, refusal } = await volunteerServices.checkTransition(
          context,
          'volunteerServiceId',
          volunteerServiceId,
          'HELD',
        );
        if (refusal) return refusal;
        if (!hasStarted(row, context)) return volunteerServiceNotStarted(row);
        const elders = checkElders(elderIds ?? [], row.divisionCode);
        if (elders.length) await insertElders(context.sql, row, elders);
        return volunteerServices.transition(
          context,
          row,
          { status: 'HELD', leaflets: checkInteger('leaflets', leaflets ?? 0, 0, maxLeaflets) },
          { elders: elders.length },
        );
      },
    ),

    cancelVolunteerService: mutation<{ volunteerServiceId: string; reason: string }>(
      'cancelVolunteerService',
      async (context, { volunteerServiceId, reason }) => {
        const { row, refusal } = await volunteerServices.checkTransition(
          context,
          'volunteerServiceId',
          volunteerServiceId,
          'CANCELLED',
        );
        if (refusal) return refusal;
        const attended = await countAttended(context.sql, row.id);
        if (attended > 0) return volunteerServiceAttended(attended);
        const cancelReason = checkWords('reason', reason, 500);
        await volunteerServices.transition(context, row, { status: 'CANCELLED', cancelReason });
        await cancelSignUpsOf(context, row.id);
        // Reads the places again, now that none is taken.
        return volunteerServices.resultOf(
          await volunteerServices.lockForUpdate(context, 'volunteerServiceId', row.id),
        );
      },
    ),
  },
};

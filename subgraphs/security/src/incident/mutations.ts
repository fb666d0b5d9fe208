// Mutations of incidents: raise, advance step by step, note. Each step appends an event and an entry to the timeline.

import { actorOf } from '@district-graph/kit/access-log/timeline-actor';
import { latestOf } from '@district-graph/kit/calendar';
import { isId } from '@district-graph/kit/database/ids';
import { badInput } from '@district-graph/kit/errors';
import type { Resolvers } from '@district-graph/kit/loaders';
import { checkInteger, checkKey, checkWords } from '@district-graph/kit/mutations/checks';
import {
  checkInside,
  type MutationContext,
  type MutationResult,
  mutation,
  required,
} from '@district-graph/kit/mutations/mutation';
import { defineRefusal } from '@district-graph/kit/mutations/refusals';
import { type DeviceRow, findDevices } from '../security-device/store.ts';
import { appendToTimeline, incidents } from './store.ts';
import type { Incident, IncidentTimelineRow } from './tables.ts';
import { incidentTransitions } from './transitions.ts';

type Entry = Pick<IncidentTimelineRow, 'at' | 'action' | 'note'>;

/** Appends a step to the timeline and returns the incident. */
async function recordStep(
  context: MutationContext,
  row: Incident & MutationResult,
  entry: Entry,
): Promise<MutationResult> {
  await appendToTimeline(context.sql, { incidentId: row.id, actor: actorOf(context.viewer), ...entry });
  return row;
}

interface RaiseIncident {
  kind: Incident['kind'];
  severity: number;
  description?: string | null;
  divisionCode?: string | null;
  location?: { longitude: number; latitude: number } | null;
  sourceDeviceId?: string | null;
  alarmMethod?: Incident['alarmMethod'];
  alarmType?: number | null;
  elderId?: string | null;
}

/** GB/T 28181: the number of alarm types of a method; the other methods have none. */
const alarmTypesOf: Partial<Record<NonNullable<Incident['alarmMethod']>, number>> = {
  DEVICE: 5,
  VIDEO: 12,
  DEVICE_FAULT: 2,
};

function checkRaised({ severity, alarmMethod, alarmType, elderId }: RaiseIncident): void {
  checkInteger('severity', severity, 1, 4);
  if (alarmType != null) {
    const types = (alarmMethod && alarmTypesOf[alarmMethod]) ?? 0;
    if (types === 0)
      throw badInput(
        'alarmType',
        { zh: '空值（该报警方式没有类型）', en: 'null, because this alarm method has no types' },
        alarmType,
      );
    checkInteger('alarmType', alarmType, 1, types);
  }
  checkKey('elderId', elderId);
}

const maxTextLength = 1000;
const mostPeople = 100_000;

const requireValue = <Value>(value: Value | null | undefined, argument: string): Value => {
  if (value != null) return value;
  throw badInput(
    argument,
    { zh: '非空值（没有来源设备时必填）', en: 'a value, required without a source device' },
    null,
  );
};

type NextStatus = Exclude<Incident['status'], 'RAISED'>;

const instantOf = {
  ACKNOWLEDGED: 'acknowledgedAt',
  DISPATCHED: 'dispatchedAt',
  RESOLVED: 'resolvedAt',
  CLOSED: 'closedAt',
  FALSE_ALARM: 'falseAlarmAt',
} as const satisfies Record<NextStatus, keyof Incident>;

interface AdvanceIncident {
  incidentId: string;
  to: Incident['status'];
  outcome?: Incident['outcome'];
  peopleAssisted?: number | null;
  suspectsCaught?: number | null;
  note?: string | null;
}

/** Throws for a resolution without an outcome, and for results of an incident that is not resolved. */
function checkResult({ to, outcome, peopleAssisted, suspectsCaught }: AdvanceIncident): void {
  const resolves = to === 'RESOLVED';
  if (resolves && !outcome)
    throw badInput('outcome', { zh: '非空值（办结时必填）', en: 'a value, required when resolving' }, null);
  for (const [argument, value] of Object.entries({ outcome, peopleAssisted, suspectsCaught })) {
    if (!resolves && value != null)
      throw badInput(argument, { zh: '空值（只在办结时填写）', en: 'null except when resolving' }, value);
  }
  checkInteger('peopleAssisted', peopleAssisted, 0, mostPeople);
  checkInteger('suspectsCaught', suspectsCaught, 0, outcome === 'CASE' || !resolves ? mostPeople : 0);
}

const lastInstantOf = (row: Incident) =>
  latestOf(
    row.raisedAt,
    row.acknowledgedAt,
    row.dispatchedAt,
    row.resolvedAt,
    row.closedAt,
    row.falseAlarmAt,
  );

export const incidentMutations: Resolvers = {
  Mutation: {
    raiseIncident: mutation<RaiseIncident>('raiseIncident', async (context, input) => {
      checkRaised(input);
      const { kind, severity, sourceDeviceId, alarmMethod, alarmType, elderId } = input;
      const description = checkWords('description', input.description, maxTextLength);
      let source: DeviceRow | null = null;
      if (sourceDeviceId != null) {
        const [found] = isId(sourceDeviceId) ? await findDevices(context.sql, [sourceDeviceId]) : [];
        source = required(found, 'sourceDeviceId', sourceDeviceId);
        // Raising an incident must not give access to a device in another division.
        checkInside(context, {
          type: 'SecurityDevice',
          id: sourceDeviceId,
          divisionCode: source.divisionCode,
        });
        if (source.status === 'RETIRED') return retired(source);
      }
      const divisionCode = requireValue(input.divisionCode ?? source?.divisionCode, 'divisionCode');
      const { longitude, latitude } = requireValue(input.location ?? source, 'location');
      const columns = {
        divisionCode,
        kind,
        severity,
        description,
        longitude,
        latitude,
        sourceDeviceId,
        alarmMethod,
        alarmType,
        elderId,
        raisedAt: context.now,
      };
      const row = await incidents.register(context, columns, { kind, severity });
      return recordStep(context, row, { at: row.raisedAt, action: 'RAISED', note: null });
    }),

    advanceIncident: mutation<AdvanceIncident>('advanceIncident', async (context, input) => {
      checkResult(input);
      const { incidentId, to, outcome, peopleAssisted, suspectsCaught } = input;
      const note = checkWords('note', input.note, maxTextLength) ?? null;
      const { row, refusal } = await incidents.checkTransition(context, 'incidentId', incidentId, to);
      if (refusal) return refusal;
      const at = latestOf(context.now, lastInstantOf(row));
      const resolved = to === 'RESOLVED' && {
        outcome,
        peopleAssisted: peopleAssisted ?? 0,
        suspectsCaught: suspectsCaught ?? 0,
      };
      const changes = { status: to, [instantOf[to as NextStatus]]: at, ...resolved };
      return recordStep(context, await incidents.transition(context, row, changes, resolved || {}), {
        at,
        action: to,
        note,
      });
    }),

    noteIncident: mutation<{ incidentId: string; note: string }>(
      'noteIncident',
      async (context, { incidentId, ...input }) => {
        const note = checkWords('note', input.note, maxTextLength);
        const row = await incidents.lockForUpdate(context, 'incidentId', incidentId);
        if (incidentTransitions[row.status].length === 0) return incidentFinished(row.status);
        const at = latestOf(context.now, lastInstantOf(row));
        return recordStep(context, await incidents.transition(context, row, {}), {
          at,
          action: 'NOTE',
          note,
        });
      },
    ),
  },
};

const retired = defineRefusal('SourceDeviceRetired', (device: DeviceRow) => ({
  zh: '来源设备已报废，请核对设备编码，或不填来源设备。',
  en: 'The source device is retired; check its code, or leave out the source device.',
  fields: { device },
}));

const incidentFinished = defineRefusal('IncidentFinished', (status: Incident['status']) => ({
  zh: `事件已是 ${status}，不再记录；如有新情况，请发起新事件。`,
  en: `The incident is ${status} and accepts no more notes; raise a new incident if something else happened.`,
  fields: { status },
}));

// Mutations of cleaning runs: started on a road, step by step in the fixed order, completed or abandoned.

import { latestOf } from '@district-graph/kit/calendar';
import { badInput } from '@district-graph/kit/errors';
import type { Resolvers } from '@district-graph/kit/loaders';
import { checkWords } from '@district-graph/kit/mutations/checks';
import { type MutationContext, type MutationResult, mutation } from '@district-graph/kit/mutations/mutation';
import { defineRefusal } from '@district-graph/kit/mutations/refusals';
import { refusedTransition } from '@district-graph/kit/mutations/transitions';
import { roads } from '../road/store.ts';
import { checkCrew } from '../sanitation-crew/mutations.ts';
import { lockVehicle, vehicleUnavailable } from '../sanitation-vehicle/mutations.ts';
import { sanitationVehicles } from '../sanitation-vehicle/store.ts';
import type { SanitationVehicle } from '../sanitation-vehicle/tables.ts';
import { findOpenDispatch } from '../vehicle-dispatch/store.ts';
import {
  changeCleaningStep,
  cleaningRuns,
  findOpenRun,
  findRunAtWork,
  insertCleaningSteps,
  listCleaningSteps,
} from './store.ts';
import type { CleaningRun, CleaningStep } from './tables.ts';
import { cleaningStepTransitions } from './transitions.ts';

const stepNames: Record<CleaningStep['kind'], string> = {
  VACUUM: '吸尘',
  FLUSH: '冲洗',
  SUCTION: '吸污',
  SCRUB: '洗刷',
  SWEEP: '清扫',
  MANUAL: '人工保洁',
};

/** The refusal of a second run on a road, or of closing a road that is being cleaned. */
export const runAlreadyOpen = defineRefusal('RunAlreadyOpen', (run: CleaningRun) => ({
  zh: `该道路 ${run.day} 的作业尚未完成，请先完成或中止。`,
  en: `The road's run of ${run.day} is still open; complete or abandon it first.`,
  fields: { run },
}));

const stepOutOfOrder = defineRefusal(
  'StepOutOfOrder',
  (expected: CleaningStep['kind'], kind: CleaningStep['kind']) => ({
    zh: `六步须按次序：现在应为“${stepNames[expected]}”，不是“${stepNames[kind]}”。`,
    en: `The steps go in order: the next one is ${expected}, not ${kind}.`,
    fields: { expected },
  }),
);

interface StepInput {
  runId: string;
  kind: CleaningStep['kind'];
  vehicleId?: string | null;
  crewId?: string | null;
}

interface DueStep {
  run: CleaningRun;
  step: CleaningStep;
  /** When the previous step was completed, or the run started. */
  since: string;
  /** The instant of the mutation, or that of the previous step if this mutation waited for it. */
  at: string;
}

/**
 * The next step of the run, which is locked until the transaction ends; or the refusal if it may not change to
 * `to`.
 */
async function nextStep(
  context: MutationContext,
  { runId, kind }: StepInput,
  to: CleaningStep['status'],
): Promise<DueStep | MutationResult> {
  const { row: run, refusal } = await cleaningRuns.checkTransition(context, 'runId', runId, 'COMPLETED');
  if (refusal) return refusal;
  const steps = await listCleaningSteps(context.sql, [run.id]);
  const step = (steps.find(({ status }) => status !== 'COMPLETED') ?? steps.at(-1)) as CleaningStep;
  if (kind !== step.kind) return stepOutOfOrder(step.kind, kind);
  const since = steps.find(({ ordinal }) => ordinal === step.ordinal - 1)?.completedAt ?? run.startedAt;
  const at = latestOf(context.now, step.startedAt ?? since);
  return refusedTransition(cleaningStepTransitions, step.status, to) ?? { run, step, since, at };
}

const isRefusal = (due: DueStep | MutationResult): due is MutationResult => '__typename' in due;

/** Whether the vehicle can start a step: it is available, or dispatched for cleaning and not at a step. */
async function canWork({ sql }: MutationContext, vehicle: SanitationVehicle): Promise<boolean> {
  if (vehicle.status === 'AVAILABLE') return true;
  if (vehicle.status !== 'DISPATCHED') return false;
  const dispatch = await findOpenDispatch(sql, vehicle.id);
  return dispatch?.purpose === 'CLEANING' && (await findRunAtWork(sql, vehicle.id)) === null;
}

/** Makes a vehicle available again that only this step kept at work; the step is no longer in progress. */
async function freeVehicle(context: MutationContext, vehicleId: string | null): Promise<void> {
  if (vehicleId === null) return;
  const vehicle = await lockVehicle(context, vehicleId);
  if (vehicle.status !== 'WORKING' || (await findRunAtWork(context.sql, vehicleId))) return;
  await sanitationVehicles.transition(context, vehicle, { status: 'AVAILABLE' });
}

/** Changes a locked run; the result contains the steps after the change. */
async function transitionRun(
  context: MutationContext,
  before: CleaningRun,
  changes: Partial<CleaningRun>,
  detail: Record<string, unknown> = {},
): Promise<MutationResult> {
  const row = await cleaningRuns.transition(context, before, changes, detail);
  return { ...row, steps: await listCleaningSteps(context.sql, [row.id]) };
}

export const cleaningRunMutations: Resolvers = {
  Mutation: {
    startCleaningRun: mutation<{ roadId: string }>('startCleaningRun', async (context, { roadId }) => {
      // The road is locked: of two transactions that start a run on it, the second sees the first's.
      const road = await roads.lockForUpdate(context, 'roadId', roadId);
      if (road.closedOn !== null)
        throw badInput('roadId', { zh: '仍在保洁的道路', en: 'a road that is still cleaned' }, roadId);
      const open = await findOpenRun(context.sql, road.id);
      if (open) return runAlreadyOpen(open);
      const { id, divisionCode } = road;
      const opening = { day: context.today, status: 'OPEN', startedAt: context.now } as const;
      const run = await cleaningRuns.register(
        context,
        { divisionCode, roadId: id, ...opening },
        { roadId: id },
      );
      return { ...run, steps: [...(await insertCleaningSteps(context.sql, run.id))] };
    }),

    startCleaningStep: mutation<StepInput>('startCleaningStep', async (context, input) => {
      const due = await nextStep(context, input, 'IN_PROGRESS');
      if (isRefusal(due)) return due;
      const { run, step, at } = due;
      const { crewId, vehicleId } = input;
      if (vehicleId) {
        const vehicle = await lockVehicle(context, vehicleId);
        if (!(await canWork(context, vehicle))) return vehicleUnavailable(vehicle);
        if (vehicle.status === 'AVAILABLE')
          await sanitationVehicles.transition(context, vehicle, { status: 'WORKING' });
      }
      await checkCrew(context, crewId);
      await changeCleaningStep(context.sql, step, {
        status: 'IN_PROGRESS',
        startedAt: at,
        crewId,
        vehicleId,
      });
      return transitionRun(
        context,
        run,
        {},
        { step: step.kind, stepFrom: step.status, stepTo: 'IN_PROGRESS' },
      );
    }),

    completeCleaningStep: mutation<StepInput>('completeCleaningStep', async (context, input) => {
      const due = await nextStep(context, input, 'COMPLETED');
      if (isRefusal(due)) return due;
      const { run, step, since, at } = due;
      const { crewId, vehicleId } = input;
      if (vehicleId) await lockVehicle(context, vehicleId);
      await checkCrew(context, crewId);
      const done = await changeCleaningStep(context.sql, step, {
        status: 'COMPLETED',
        startedAt: step.startedAt ?? since,
        completedAt: at,
        crewId: step.crewId ?? crewId,
        vehicleId: step.vehicleId ?? vehicleId,
      });
      await freeVehicle(context, step.vehicleId);
      const detail = { step: step.kind, stepFrom: step.status, stepTo: done.status };
      const last = step.kind === 'MANUAL';
      return transitionRun(context, run, last ? { status: 'COMPLETED', completedAt: at } : {}, detail);
    }),

    abandonCleaningRun: mutation<{ runId: string; reason: string }>(
      'abandonCleaningRun',
      async (context, { runId, reason }) => {
        const abandonReason = checkWords('reason', reason, 500);
        const { row: run, refusal } = await cleaningRuns.checkTransition(
          context,
          'runId',
          runId,
          'ABANDONED',
        );
        if (refusal) return refusal;
        const written = await transitionRun(context, run, {
          status: 'ABANDONED',
          abandonedAt: latestOf(context.now, run.startedAt),
          abandonReason,
        });
        for (const { status, vehicleId } of written.steps as CleaningStep[])
          if (status === 'IN_PROGRESS') await freeVehicle(context, vehicleId);
        return written;
      },
    ),
  },
};

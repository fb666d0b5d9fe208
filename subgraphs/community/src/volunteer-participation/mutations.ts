// Mutations of participations: sign up, cancel, record the attendance, confirm the hours. Each locks the service first, then the
// participation or the volunteer.

import { missingScopeError } from '@district-graph/kit/access/missing-scope';
import { districtCodeOf } from '@district-graph/kit/divisions/divisions';
import { hasPermission } from '@district-graph/kit/identity/viewer';
import type { Resolvers } from '@district-graph/kit/loaders';
import { checkInteger } from '@district-graph/kit/mutations/checks';
import { type MutationContext, mutation, required } from '@district-graph/kit/mutations/mutation';
import { invalidTransition, refusedTransition } from '@district-graph/kit/mutations/transitions';
import { volunteerWithdrawn } from '../volunteer/refusals.ts';
import { findVolunteerOf, isSelf, volunteers } from '../volunteer/store.ts';
import type { Volunteer } from '../volunteer/tables.ts';
import {
  hasStarted,
  volunteerServiceClosed,
  volunteerServiceNotStarted,
} from '../volunteer-service/refusals.ts';
import { volunteerServices } from '../volunteer-service/store.ts';
import {
  ownVolunteerHours,
  volunteerAlreadySignedUp,
  volunteerBusy,
  volunteerHoursAlreadyConfirmed,
  volunteerNotRegistered,
  volunteerServiceFull,
  volunteerServiceNotHeld,
} from './refusals.ts';
import {
  findConflictingService,
  findLiveParticipation,
  findParticipation,
  type ParticipationRow,
  participations,
} from './store.ts';
import { participationTransitions } from './transitions.ts';

/** Organisers act for the volunteers of their divisions, everyone else for themself. */
function checkOrganiserOrSelf(
  context: MutationContext,
  divisionCode: string,
  of: Pick<ParticipationRow, 'ownedBy' | 'elderId'>,
): void {
  if (isSelf(context.viewer, of) || hasPermission(context.viewer, 'volunteer:write', divisionCode)) return;
  throw missingScopeError('volunteer:write', districtCodeOf(divisionCode));
}

/** Locks the volunteer that signs up: the one that is named, or the viewer; null for a viewer who is none. */
async function lockSigningUp(
  context: MutationContext,
  volunteerId: string | null,
  divisionCode: string,
): Promise<Volunteer | null> {
  const own = await findVolunteerOf(context.sql, context.viewer);
  if (volunteerId === null || volunteerId === own?.id)
    return own && volunteers.lockUnscoped(context, 'volunteerId', own.id);
  if (!hasPermission(context.viewer, 'volunteer:write', divisionCode))
    throw missingScopeError('volunteer:write', districtCodeOf(divisionCode));
  return volunteers.lockForUpdate(context, 'volunteerId', volunteerId);
}

/** Locks the participation and its service until the transaction ends. */
async function lockWithService(context: MutationContext, id: string) {
  const { volunteerServiceId } = required(
    await findParticipation(context.sql, id),
    'volunteerParticipationId',
    id,
  );
  const service = await volunteerServices.lockForUpdate(context, 'volunteerServiceId', volunteerServiceId);
  const row = await participations.lockForUpdate(context, 'volunteerParticipationId', id);
  return { service, row };
}

const notAttended = {
  zh: '该志愿者未登记到场，不能确认时长；请先登记到场。',
  en: 'The volunteer is not recorded as attending, so no hours can be confirmed; record the attendance first.',
};

export const volunteerParticipationMutations: Resolvers = {
  Mutation: {
    signUpForVolunteerService: mutation<{ volunteerServiceId: string; volunteerId?: string | null }>(
      'signUpForVolunteerService',
      async (context, { volunteerServiceId, volunteerId }) => {
        // The service is locked: a place that is free now stays free until this sign-up takes it.
        const service = await volunteerServices.lockForUpdate(
          context,
          'volunteerServiceId',
          volunteerServiceId,
        );
        const { divisionCode, startsAt, endsAt } = service;
        const volunteer = await lockSigningUp(context, volunteerId ?? null, divisionCode);
        if (!volunteer) return volunteerNotRegistered();
        if (volunteer.status === 'WITHDRAWN') return volunteerWithdrawn();
        if (service.status !== 'PLANNED' || hasStarted(service, context))
          return volunteerServiceClosed(service);
        const existing = await findLiveParticipation(context.sql, service.id, volunteer.id);
        if (existing) return volunteerAlreadySignedUp(existing);
        if (service.placesTaken >= service.places) return volunteerServiceFull();
        const conflicting = await findConflictingService(context.sql, volunteer.id, service);
        if (conflicting) return volunteerBusy(conflicting);
        return participations.register(context, {
          divisionCode,
          startsAt,
          endsAt,
          volunteerServiceId: service.id,
          volunteerId: volunteer.id,
          status: 'SIGNED_UP',
          signedUpAt: context.now,
        });
      },
    ),

    cancelVolunteerParticipation: mutation<{ volunteerParticipationId: string }>(
      'cancelVolunteerParticipation',
      async (context, { volunteerParticipationId }) => {
        const { row, service } = await lockWithService(context, volunteerParticipationId);
        checkOrganiserOrSelf(context, row.divisionCode, row);
        const refusal = refusedTransition(participationTransitions, row.status, 'CANCELLED');
        if (refusal) return refusal;
        if (hasStarted(service, context)) return volunteerServiceClosed(service);
        return participations.transition(context, row, { status: 'CANCELLED' });
      },
    ),

    recordVolunteerAttendance: mutation<{ volunteerParticipationId: string; attended: boolean }>(
      'recordVolunteerAttendance',
      async (context, { volunteerParticipationId, attended }) => {
        const status = attended ? 'ATTENDED' : 'ABSENT';
        const { row, service } = await lockWithService(context, volunteerParticipationId);
        if (isSelf(context.viewer, row)) return ownVolunteerHours();
        const refusal = refusedTransition(participationTransitions, row.status, status);
        if (refusal) return refusal;
        if (!hasStarted(service, context)) return volunteerServiceNotStarted(service);
        return participations.transition(context, row, { status });
      },
    ),

    confirmVolunteerHours: mutation<{ volunteerParticipationId: string; hours: number }>(
      'confirmVolunteerHours',
      async (context, { volunteerParticipationId, hours }) => {
        const { row, service } = await lockWithService(context, volunteerParticipationId);
        if (isSelf(context.viewer, row)) return ownVolunteerHours();
        if (row.hours !== null) return volunteerHoursAlreadyConfirmed(row.hours);
        if (row.status !== 'ATTENDED') return invalidTransition(row.status, 'ATTENDED', notAttended);
        if (service.status !== 'HELD') return volunteerServiceNotHeld();
        const longest = Math.floor((Date.parse(row.endsAt) - Date.parse(row.startsAt)) / 3_600_000);
        return participations.transition(context, row, {
          hours: checkInteger('hours', hours, 0, longest),
          confirmedAt: context.now,
        });
      },
    ),
  },
};

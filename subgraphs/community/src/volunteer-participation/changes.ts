// Changes of participations that other mutations cause: the service is cancelled, or a person is erased.
import type { MutationContext } from '@district-graph/kit/mutations/mutation';
import { volunteerServices } from '../volunteer-service/store.ts';
import { findSignUpsOfElder, lockSignUps, participations } from './store.ts';

/** Cancels the sign-ups for a service that will not take place. The service is locked already. */
export async function cancelSignUpsOf(context: MutationContext, serviceId: string): Promise<void> {
  for (const row of await lockSignUps(context.sql, serviceId))
    await participations.transition(context, row, { status: 'CANCELLED' });
}

/** Cancels what an elder, as a volunteer, is signed up for, which frees the places. */
export async function cancelSignUpsOfElder(context: MutationContext, elderId: string): Promise<void> {
  for (const { id, volunteerServiceId } of await findSignUpsOfElder(context.sql, elderId)) {
    await volunteerServices.lockUnscoped(context, 'volunteerServiceId', volunteerServiceId);
    const row = await participations.lockUnscoped(context, 'volunteerParticipationId', id);
    if (row.status === 'SIGNED_UP') await participations.transition(context, row, { status: 'CANCELLED' });
  }
}

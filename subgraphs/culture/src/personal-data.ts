// The personal data in this subgraph's tables: bookings, by the key of an elder or a keyed hash of name and number.
import { randomBytes } from 'node:crypto';
import type { MutationContext } from '@district-graph/kit/mutations/mutation';
import type { PersonalData, SoughtElder } from '@district-graph/kit/personal-data/personal-data';
import { promoteWaiting, recordSeatChange } from './booking/changes.ts';
import { personKeysNamed } from './booking/person-key.ts';
import { bookings, findExpected } from './booking/store.ts';
import { sessions } from './session/store.ts';

/** Erasure cancels the person's coming bookings; their seats go to the waiting list. */
async function cancelUpcoming(context: MutationContext, { elderId, named }: SoughtElder): Promise<void> {
  const personKeys = named ? personKeysNamed(context.keyring, named) : [];
  for (const { id, sessionId } of await findExpected(context.sql, elderId, personKeys)) {
    await sessions.lockForUpdate(context, 'sessionId', sessionId);
    const { row, refusal } = await bookings.checkTransition(context, 'bookingId', id, 'CANCELLED');
    if (refusal) continue;
    await bookings.transition(context, row, {
      status: 'CANCELLED',
      waitlistPosition: null,
      cancelledAt: context.now,
    });
    await promoteWaiting(context, sessionId);
    await recordSeatChange(context, sessionId);
  }
}

export const personalData: PersonalData = {
  tables: [
    {
      table: 'booking',
      type: 'Booking',
      description:
        '预约：何人（老年人标识或姓名电话的带密钥哈希）、由谁自行预约（令牌主体）、何场次、是否到场。 Bookings: who (the key of an elder, or a keyed hash), who made it for themselves (the subject of a token), which session, whether they came.',
      elder: 'elder_id',
      // Name and telephone together: families share a telephone.
      named: { column: 'person_key', keysOf: personKeysNamed },
      erasure: {
        rule: 'ANONYMISE',
        // A random text is the hash of nobody.
        anonymise: () => ({ elderId: null, ownedBy: null, personKey: randomBytes(32).toString('base64url') }),
      },
      retention: {
        rule: '取消 1 年后删除；其余与场次同期。 Cancelled ones until 1 year after; the others as long as their session.',
        over: { after: '1 year', since: 'cancelled_at', where: "status = 'CANCELLED'" },
      },
    },
  ],
  impersonal: ['activity', 'culture_project', 'exhibition', 'session', 'troupe', 'venue'],
  prepare: cancelUpcoming,
};

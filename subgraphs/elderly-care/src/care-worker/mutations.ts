// Care workers: registered, edited, and closed when they leave.
import { checkDivisionCode } from '@district-graph/kit/divisions';
import type { Resolvers } from '@district-graph/kit/executable-schema';
import { newId } from '@district-graph/kit/ids';
import { refusedTransition, staleVersion } from '@district-graph/kit/transitions';
import { mutation, required, type Written } from '@district-graph/kit/writes';
import { checkNotAfterToday, checkPhone, checkSameDistrict, checkWords } from './checks.ts';
import { careWorkerClosed } from './closed.ts';
import { editRecord, givenOf } from './edits.ts';
import { changeCareWorker, countCharges, insertCareWorker, lockCareWorker } from './store.ts';
import type { CareWorker } from './tables.ts';
import { careWorkerTransitions } from './transitions.ts';

const careWorker = (row: CareWorker): Written => ({ __typename: 'CareWorker', ...row });

type Fields = Pick<CareWorker, 'divisionCode' | 'name' | 'phone' | 'role' | 'certified' | 'onDuty'>;
type Edits = { [Name in keyof Fields]?: Fields[Name] | null };

export const careWorkerMutations: Resolvers = {
  Mutation: {
    registerCareWorker: mutation<Fields>('registerCareWorker', async (write, input) => {
      const divisionCode = checkDivisionCode(input.divisionCode, 'divisionCode');
      const row = await insertCareWorker(write.sql, {
        id: newId(divisionCode),
        divisionCode,
        name: checkWords('name', input.name),
        phone: checkPhone('phone', input.phone),
        role: input.role,
        certified: input.certified,
        onDuty: input.onDuty,
      });
      await write.record({ entityType: 'CareWorker', entityId: row.id, divisionCode, to: row.status });
      return careWorker(row);
    }),

    updateCareWorker: mutation<Edits & { careWorkerId: string; version: number }>(
      'updateCareWorker',
      async (write, { careWorkerId, version, ...edits }) => {
        const before = required(await lockCareWorker(write.sql, careWorkerId), 'careWorkerId', careWorkerId);
        if (before.status === 'CLOSED') return careWorkerClosed();
        const stale = staleVersion(before.version, version);
        if (stale) return stale;
        const { divisionCode, name, phone, ...rest } = givenOf(edits);
        const fields: Partial<CareWorker> = {
          ...rest,
          divisionCode: divisionCode && checkSameDistrict(divisionCode, before.divisionCode),
          name: name === undefined ? name : checkWords('name', name),
          phone: phone === undefined ? phone : checkPhone('phone', phone),
        };
        return careWorker(await editRecord(write, 'CareWorker', before, fields, changeCareWorker));
      },
    ),

    closeCareWorker: mutation<{ careWorkerId: string; closedOn?: string | null }>(
      'closeCareWorker',
      async (write, { careWorkerId, closedOn }) => {
        const day = checkNotAfterToday('closedOn', closedOn ?? write.today, write.today);
        // Held: whoever gives this worker a visit or an elder comes before, or finds the record closed.
        const before = required(await lockCareWorker(write.sql, careWorkerId), 'careWorkerId', careWorkerId);
        const refusal = refusedTransition(careWorkerTransitions, before.status, 'CLOSED');
        if (refusal) return refusal;
        const charges = await countCharges(write.sql, before.id);
        if (charges.visits + charges.elders > 0) return inCharge(charges);
        const after = await changeCareWorker(write.sql, before.id, {
          status: 'CLOSED',
          closedOn: day,
          onDuty: false,
        });
        await write.record({
          entityType: 'CareWorker',
          entityId: after.id,
          divisionCode: after.divisionCode,
          from: before.status,
          to: after.status,
        });
        return careWorker(after);
      },
    ),
  },
};

const inCharge = ({ visits, elders }: { visits: number; elders: number }): Written => ({
  __typename: 'CareWorkerInCharge',
  message: `该服务人员尚有 ${visits} 个未完成的工单、负责 ${elders} 位老人，请先转给他人。 The care worker still has ${visits} visits to do and ${elders} elders in charge; give them to someone else first.`,
  visits,
  elders,
});

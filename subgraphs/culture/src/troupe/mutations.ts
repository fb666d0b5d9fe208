// Troupes: registered, edited, disbanded.
import { checkDivisionCode } from '@district-graph/kit/divisions';
import type { Resolvers } from '@district-graph/kit/executable-schema';
import { newId } from '@district-graph/kit/ids';
import { refusedTransition } from '@district-graph/kit/transitions';
import { mutation, required, type Written } from '@district-graph/kit/writes';
import { checkWhole, checkWords } from '../venue/checks.ts';
import { changeRegistered, givenOf, recordRegistered, refusedEdit } from '../venue/registers.ts';
import { changeTroupe, insertTroupe, lockTroupe } from './store.ts';
import type { Troupe } from './tables.ts';
import { troupeTransitions } from './transitions.ts';

const troupe = (row: Troupe): Written => ({ __typename: 'Troupe', ...row });

type Fields = Pick<Troupe, 'name' | 'kind' | 'members'>;
type Edits = { [Name in keyof Fields]?: Fields[Name] | null };

const mostMembers = 1000;

const columnsOf = ({ name, kind, members }: Partial<Fields>): Partial<Troupe> => ({
  kind,
  name: name === undefined ? name : checkWords('name', name),
  members: members === undefined ? members : checkWhole('members', members, 1, mostMembers),
});

export const troupeMutations: Resolvers = {
  Mutation: {
    registerTroupe: mutation<Fields & { divisionCode: string }>(
      'registerTroupe',
      async (write, { divisionCode, ...fields }) => {
        const row = await insertTroupe(write.sql, {
          ...columnsOf(fields),
          id: newId(checkDivisionCode(divisionCode, 'divisionCode')),
          divisionCode,
        });
        await recordRegistered(write, 'Troupe', row);
        return troupe(row);
      },
    ),

    updateTroupe: mutation<Edits & { troupeId: string; version: number }>(
      'updateTroupe',
      async (write, { troupeId: id, version, ...edits }) => {
        const before = required(await lockTroupe(write.sql, id), 'troupeId', id);
        const refusal = refusedEdit(troupeTransitions, before, 'ACTIVE', version);
        if (refusal) return refusal;
        const columns = columnsOf(givenOf(edits));
        return troupe(await changeRegistered(write, 'Troupe', before, columns, changeTroupe));
      },
    ),

    disbandTroupe: mutation<{ troupeId: string }>('disbandTroupe', async (write, { troupeId: id }) => {
      const before = required(await lockTroupe(write.sql, id), 'troupeId', id);
      const refusal = refusedTransition(troupeTransitions, before.status, 'DISBANDED');
      if (refusal) return refusal;
      return troupe(await changeRegistered(write, 'Troupe', before, { status: 'DISBANDED' }, changeTroupe));
    }),
  },
};

// Races for a petition matter: it ends once, and its period is extended once.

import { atOnce, oneOf, type Race, type RaceContext, times } from './race.ts';

const racers = 40;

/** Agents of two desks close and withdraw the same matter. */
async function oneEnd(context: RaceContext): Promise<void> {
  const { records, graph, findings } = context;
  const { id: petitionMatterId } = await records.petitionMatter();
  const [closed, withdrawn] = await Promise.all([
    atOnce(
      context,
      'community',
      'closePetitionMatter',
      times(racers / 2, () => ({ petitionMatterId, outcome: 'NOT_ACCEPTED' })),
    ),
    atOnce(
      context,
      'community',
      'withdrawPetitionMatter',
      times(racers / 2, () => ({ petitionMatterId })),
    ),
  ]);
  const check = 'petition: 1 of 20 closings and 20 withdrawals at once is accepted';
  const ended = oneOf(context, check, [...closed, ...withdrawn], 'PetitionMatter', 'InvalidTransition');
  const [row] = await graph.databases.community<{ status: string; ends: number }[]>`
    select m.status, (
      select count(*) from petition_step where matter_id = m.id and action in ('CLOSED', 'WITHDRAWN')
    ) as ends from petition_matter m where m.id = ${petitionMatterId}`;
  findings.same('petition: it ends once, as the accepted write says', row, {
    status: ended?.status,
    ends: 1,
  });
}

async function oneExtension(context: RaceContext): Promise<void> {
  const { records, graph, findings } = context;
  const { id: petitionMatterId, settleDueOn } = await records.petitionMatter();
  const answers = await atOnce(
    context,
    'community',
    'extendPetitionMatter',
    times(30, (index) => ({ petitionMatterId, days: index + 1, reason: '示例' })),
  );
  const check = 'petition: 1 of 30 extensions at once is granted';
  oneOf(context, check, answers, 'PetitionMatter', 'PetitionAlreadyExtended');
  const [row] = await graph.databases.community<{ isOnce: boolean }[]>`
    select settle_due_on = ${settleDueOn}::date + extended_days as is_once
    from petition_matter where id = ${petitionMatterId}`;
  findings.same('petition: its period is longer by the days of one extension', row, { isOnce: true });
}

export const petitionRaces: readonly Race[] = [
  { name: 'petition-end', run: oneEnd },
  { name: 'petition-extension', run: oneExtension },
];

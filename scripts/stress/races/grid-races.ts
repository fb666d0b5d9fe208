// Races of the grid: workers take steps of one problem at the same moment, or name the same record for several problems.
import { newId } from '@district-graph/kit/database/ids';
import { divisionCode } from '../graph/records.ts';
import { atOnce, oneOf, type Race, type RaceContext, times } from './race.ts';

/** One hand-over of many is accepted; then solving competes with cancelling. */
async function oneStep(context: RaceContext): Promise<void> {
  const { records, findings, graph } = context;
  const { id: gridProblemId } = await records.gridProblem();
  const handedOver = await atOnce(
    context,
    'community',
    'handOverGridProblem',
    times(20, () => ({ gridProblemId, handler: 'COMMUNITY' })),
  );
  const check = 'grid: 1 of 20 hand-overs of a problem at once is accepted';
  oneOf(context, check, handedOver, 'GridProblem', 'InvalidTransition');
  const [solved, cancelled] = await Promise.all([
    atOnce(
      context,
      'community',
      'solveGridProblem',
      times(10, () => ({ gridProblemId })),
    ),
    atOnce(
      context,
      'community',
      'cancelGridProblem',
      times(10, () => ({ gridProblemId, reason: '示例' })),
    ),
  ]);
  const ended = oneOf(
    context,
    'grid: 1 of 10 solutions and 10 cancellations at once is accepted',
    [...solved, ...cancelled],
    'GridProblem',
    'InvalidTransition',
  );
  const [row] = await graph.databases.community<{ status: string }[]>`
    select status from grid_problem where id = ${gridProblemId}`;
  findings.same('grid: the status shows which one', row?.status, ended?.status);
}

/** Many problems become one incident: the first one does. */
async function oneReference(context: RaceContext): Promise<void> {
  const { records, findings, graph } = context;
  const problems = await Promise.all(times(20, () => records.gridProblem()));
  const incidentId = newId(divisionCode);
  const handedOver = await atOnce(
    context,
    'community',
    'handOverGridProblem',
    problems.map(({ id: gridProblemId }) => ({ gridProblemId, handler: 'SECURITY', incidentId })),
  );
  const check = 'grid: 1 of 20 problems that become an incident at once does';
  const first = oneOf(context, check, handedOver, 'GridProblem', 'AlreadyReferredTo');
  const stored = await graph.databases
    .community`select id from grid_problem where incident_id = ${incidentId}`;
  findings.same('grid: that problem is stored with the incident', [...stored], [{ id: first?.id }]);
}

export const gridRaces: readonly Race[] = [
  { name: 'grid-problem', run: oneStep },
  { name: 'grid-reference', run: oneReference },
];

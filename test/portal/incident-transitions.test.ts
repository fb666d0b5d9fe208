// The next steps that the duty officer page offers, compared with those of the subgraph.
import { nextStatuses } from '@district-graph/portal/duty/queue';
import { incidentTransitions } from '@district-graph/security/incident-transitions';
import { expect, it } from 'vitest';

it('offers the transitions that the subgraph allows, and no others', () => {
  expect(nextStatuses).toEqual(incidentTransitions);
});

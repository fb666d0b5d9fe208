import { seedId } from '@district-graph/kit/database/ids';
import { type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';

let sanitation: TestSubgraph;
beforeAll(async () => {
  sanitation = await testSubgraph(subgraph);
});
afterAll(() => sanitation.stop());

describe('the alert of February and March 2018', () => {
  it('had six teams that inspected all 1,273 sources of Jinshui', async () => {
    const { data } = await sanitation.request(
      `query ($id: ID!) { pollutionAlert(id: $id) {
        issuedAt liftedAt
        progress { category sources inspected violations }
        teams { name inspected }
        inspections(first: 1) { totalCount }
        violations: inspections(findings: [VIOLATION], first: 5) { totalCount nodes { finding penalty { fen currency } } }
      } }`,
      { id: seedId('pollution-alert', '410105', 0) },
    );
    const alert = data.pollutionAlert;
    expect(alert.issuedAt).toMatch(/^2018-02/);
    expect(alert.liftedAt).toMatch(/^2018-03/);
    const { progress, teams, inspections, violations } = alert;
    const sum = (rows: Record<string, number>[], field: string) =>
      rows.reduce((total, row) => total + (row[field] ?? 0), 0);
    expect(progress.map((row: { inspected: number }) => row.inspected)).toEqual([951, 25, 15, 34, 248]);
    expect(teams).toHaveLength(6);
    expect(sum(teams, 'inspected')).toBe(1273);
    expect(inspections.totalCount).toBe(1273);
    expect(violations.totalCount).toBe(sum(progress, 'violations'));
    for (const { finding, penalty } of violations.nodes) {
      expect(finding).toBe('VIOLATION');
      expect(penalty).toEqual({ fen: expect.any(Number), currency: 'CNY' });
    }
  });
});

describe('the current alert', () => {
  const board = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Division { sanitation {
    pollutionSources { category count }
    currentAlert {
      id level issuedAt liftedAt
      progress { category sources inspected violations }
      teams { name inspected }
      inspections(findings: [VIOLATION], first: 10) {
        nodes { id inspectedAt source { name category division { code } } finding penalty { fen currency } }
      }
    }
  } } } }`;
  const codes = ['410102', '410103', '410104', '410105', '410106', '410108', '410105007', '410105007003'];

  it('is in force in every core district and inside it, and takes seven statements for all of them', async () => {
    sanitation.statements();
    const { data, errors } = await sanitation.request(board, {
      r: codes.map((code) => ({ __typename: 'Division', code })),
    });
    expect(errors).toBeUndefined();
    // Sources and their counts, alerts, progress, teams, inspections, sources inspected; counts of the alerts' own divisions.
    expect(sanitation.statements().length).toBeLessThanOrEqual(7);
    const alerts = data._entities.map(
      (entity: { sanitation: { currentAlert: unknown } }) => entity.sanitation.currentAlert,
    );
    for (const alert of alerts) {
      expect(alert.liftedAt).toBeNull();
      for (const row of alert.progress) expect(row.inspected).toBeLessThanOrEqual(row.sources);
      const times = alert.inspections.nodes.map((node: { inspectedAt: string }) => node.inspectedAt);
      expect(times).toEqual([...times].sort().reverse());
    }
    expect(alerts.slice(6).map((alert: { id: string }) => alert.id)).toEqual([alerts[3].id, alerts[3].id]);
  });
});

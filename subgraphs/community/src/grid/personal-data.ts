// The personal data in the tables of the grid.
import {
  type Erasure,
  erasedText,
  type PersonalTable,
} from '@district-graph/kit/personal-data/personal-data';

/** Heads, grid workers and persons whom notes concern are not known by the id of an elder. */
const ofNoElder: Erasure = {
  rule: 'HOLD',
  hold: {
    basis:
      '不以老年人标识记录，无法按其查找；期满清除。 Not recorded by the id of an elder, by which nothing is found; erased when the period is over.',
  },
};

export const gridTables: PersonalTable[] = [
  {
    table: 'grid_problem_timeline',
    type: 'GridProblem',
    description:
      '网格问题的办理经过，说明可能涉及个人。 The timelines of problems; notes may concern persons.',
    elder: null,
    erasure: ofNoElder,
    retention: { rule: '说明与问题描述同时清除。 Notes are erased with the description of the problem.' },
  },
  {
    table: 'grid_problem',
    type: 'GridProblem',
    description:
      '网格问题：情况描述可能涉及个人，地点。 Problems: a description, which may concern persons, and where.',
    elder: null,
    erasure: ofNoElder,
    retention: {
      rule: '核查通过或作废 3 年后清除描述。 The description is erased 3 years after verification or cancellation.',
      over: {
        after: '3 years',
        since: 'closed_at',
        where: 'description is not null',
        anonymise: () => ({ description: null }),
      },
    },
  },
  {
    table: 'grid_visit',
    type: 'GridVisit',
    description:
      '走访：网格员姓名，记事可能涉及个人。 Visits: the name of the grid worker, and a note, which may concern persons.',
    elder: null,
    erasure: ofNoElder,
    retention: {
      rule: '走访 1 年后清除姓名与记事。 Name and note are erased 1 year after the visit.',
      over: {
        after: '1 year',
        since: 'visited_at',
        where: `(worker_name <> '${erasedText}' or note is not null)`,
        anonymise: () => ({ workerName: erasedText, note: null }),
      },
    },
  },
  {
    table: 'grid',
    type: 'Grid',
    description: '网格：网格长姓名、电话。 Grids: name and telephone of the head.',
    elder: null,
    erasure: ofNoElder,
    retention: {
      rule: '撤销 1 年后清除网格长姓名与电话。 Name and telephone of the head are erased 1 year after a grid is dissolved.',
      over: {
        after: '1 year',
        since: 'dissolved_on',
        isDay: true,
        where: "status = 'DISSOLVED' and num_nonnulls(head_name, head_phone) > 0",
        anonymise: () => ({ headName: null, headPhone: null }),
      },
    },
  },
];

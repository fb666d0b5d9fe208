// The city board: what each division has and does, compared with others, with earlier periods and with what was reported.
import { GraphError, graphErrorOf } from '../graph/graph-error.ts';
import { definePage, type Preparation, type Prepared } from '../page/page-definition.ts';
import './board.css';
import { BoardView } from './board-view.tsx';
import { type Ask, loadDetails, loadDivisions, loadParts } from './graph/load-board.ts';
import { parameterNames, stateOf } from './state/board-state.ts';
import type { FirstView } from './view/board.ts';

/** The first view, so that it needs no request. What the graph does not answer, browsers request again. */
async function prepareBoard({ ask, parameters, today }: Preparation): Promise<Prepared<FirstView>> {
  const state = stateOf(parameters);
  const askGraph: Ask = async (document, variables) => {
    const { data = null, errors = [] } = await ask(document, variables);
    return { data, error: errors[0] ? graphErrorOf(errors[0]) : null };
  };
  const orNull = async <Data,>(loading: Promise<Data>): Promise<Data | null> => {
    try {
      return await loading;
    } catch (error) {
      if (error instanceof GraphError) return null;
      throw error;
    }
  };
  const [divisions, details, parts] = await Promise.all([
    orNull(loadDivisions(askGraph, state, today)),
    orNull(loadDetails(askGraph, state, today)),
    orNull(loadParts(askGraph, state, today)),
  ]);
  return { data: { divisions, details, parts } };
}

export const boardPage = definePage<FirstView>({
  name: 'board',
  path: '/board',
  title: { zh: '城区看板', en: 'City board' },
  summary: {
    zh: '每个区划有什么、做了什么，与其他区划、以往期间和报道数字相比如何。',
    en: 'What each division has and does, beside other divisions, earlier periods and reported figures.',
  },
  parameters: parameterNames,
  freshSeconds: 30,
  prepare: prepareBoard,
  Component: BoardView,
  width: 'full',
});

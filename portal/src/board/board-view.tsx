// The board as a whole: tools, key figures, map, ranking, trend, and the tables of all indicators and of reported figures.
import { useEffect, useMemo } from 'preact/hooks';
import { Button } from '../design/controls/button.tsx';
import { EmptyState, ErrorState, Notice, Skeleton } from '../design/feedback/states.tsx';
import { usePage, useTexts } from '../page/page-context.ts';
import { session } from '../session/session.ts';
import { boardTexts } from '../texts/board.ts';
import { IndicatorTable } from './panels/indicator-table.tsx';
import { KeyFigures } from './panels/key-figures.tsx';
import { PartsPanels } from './panels/parts-panels.tsx';
import { ReportedTable } from './panels/reported-table.tsx';
import { Notes, Toolbar } from './panels/toolbar.tsx';
import { cityCode, stateOf } from './state/board-state.ts';
import { type Board, createBoard, type FirstView } from './view/board.ts';

export function BoardView({ data }: { data: FirstView }) {
  const { parameters, today } = usePage();
  const board = useMemo(
    () => createBoard({ state: stateOf(parameters), today, ...data }),
    [parameters, today, data],
  );
  useEffect(() => {
    // Viewers with a token may see more than the gateway has rendered for everyone.
    if (session.value || !data.divisions || !data.details || !data.parts) board.reload();
    return board.followHistory();
  }, [board, data]);
  return (
    <>
      <Toolbar board={board} />
      <Content board={board} />
    </>
  );
}

function Content({ board }: { board: Board }) {
  const texts = useTexts(boardTexts);
  const divisions = board.divisions.value;
  const error = board.error.value;
  if (error && !divisions) return <ErrorState error={error} retry={board.reload} />;
  if (!divisions) return <Skeleton lines={8} />;
  if (!divisions.data.whole.division)
    return (
      <EmptyState title={texts.unknownDivision}>
        <p class="muted">{texts.unknownDivisionHint(divisions.state.division)}</p>
        <Button onClick={() => board.choose({ division: cityCode })}>{texts.toCity}</Button>
      </EmptyState>
    );
  return (
    <>
      {error && (
        <Notice tone="bad">
          <ErrorState error={error} retry={board.reload} />
        </Notice>
      )}
      <Notes board={board} />
      <KeyFigures board={board} divisions={divisions} />
      <PartsPanels board={board} divisions={divisions} />
      <IndicatorTable board={board} divisions={divisions} />
      <ReportedTable divisions={divisions} />
    </>
  );
}

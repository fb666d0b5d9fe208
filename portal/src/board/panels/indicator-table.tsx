// All indicators of the division as a table that sorts, beside their ratio, the compared period and the other division.
import { indicators } from '@district-graph/schema/indicators';
import { denominators, type Indicator } from '@district-graph/schema/indicators/indicator';
import { downloadCsv } from '../../design/data/csv.ts';
import { Figure } from '../../design/data/figure.tsx';
import { type Column, sorted, Table } from '../../design/data/table.tsx';
import { Change } from '../../design/data/tile.tsx';
import { inOne, type Language, textsIn } from '../../page/language.ts';
import { useLanguage, usePage, useTexts } from '../../page/page-context.ts';
import { boardTexts, ownerTexts } from '../../texts/board.ts';
import { ratioOf } from '../graph/documents.ts';
import type { DivisionFigures, Divisions } from '../graph/load-board.ts';
import { type BoardState, linkTo } from '../state/board-state.ts';
import type { Board, Loaded } from '../view/board.ts';
import { formOf, labelOf, shownOf, unitOf, valueText } from '../view/figures.ts';
import { displayName } from '../view/tile-grid.ts';
import { Panel } from './panel.tsx';

interface IndicatorTableProps {
  board: Board;
  divisions: Loaded<Divisions>;
}

export function IndicatorTable({ board, divisions }: IndicatorTableProps) {
  const texts = useTexts(boardTexts);
  const columns = useColumns(board, divisions);
  const { sorting } = board.state.value;
  const exportRows = useExport(divisions);
  const { division } = divisions.data.whole;
  const name = division ? displayName(division, usePage().language) : '';
  const isStale = divisions.state.division !== board.state.value.division;
  return (
    <Panel
      title={texts.allTitle}
      downloads={[
        {
          format: 'CSV',
          // In the order that is shown.
          run: () =>
            downloadCsv(
              `${divisions.state.division}-indicators`,
              exportRows(sorting ? sorted(indicators, columns, sorting) : indicators),
            ),
        },
      ]}
      isStale={isStale}
    >
      <Table
        caption={texts.allOf(name)}
        hidesCaption
        rows={indicators}
        keyOf={({ id }) => id}
        columns={columns}
        sorting={sorting ?? undefined}
        onSort={(next) => board.choose({ sorting: next }, { replaces: true })}
      />
    </Panel>
  );
}

function useColumns(board: Board, { state, data: { whole, other } }: Loaded<Divisions>): Column<Indicator>[] {
  const texts = useTexts(boardTexts);
  const inLanguage = useLanguage();
  const { language } = usePage();
  const ownerOf = ({ owner }: Indicator): string => inLanguage(ownerTexts[owner] ?? { zh: owner, en: owner });
  const otherName = other?.division && displayName(other.division, language);
  return [
    {
      name: 'indicator',
      heading: texts.indicator,
      isRowHeading: true,
      cell: (row) => <IndicatorLink board={board} indicator={row} />,
      sortKey: (row) => labelOf(row, language),
    },
    { name: 'owner', heading: texts.bureau, cell: ownerOf, sortKey: ownerOf },
    ...valueColumns(whole, texts.value, language),
    ...(other ? valueColumns(other, otherName ?? texts.other, language, 'other-') : []),
    ...(state.comparison === 'previous' || state.comparison === 'last-year'
      ? comparedColumns(whole, texts[`compare-${state.comparison}`], texts.changeRate, language)
      : []),
  ];
}

/** The value and its ratio. */
function valueColumns(
  { division, ratios }: DivisionFigures,
  heading: string,
  language: Language,
  prefix = '',
): Column<Indicator>[] {
  const answerOf = ({ id }: Indicator) => division?.values[id] ?? null;
  return [
    {
      name: `${prefix}value`,
      heading,
      align: 'end',
      cell: (row) => (
        <>
          <Figure {...shownOf(answerOf(row), row, language)} {...formOf(row, null)} isFull />
          {answerOf(row)?.value != null && <span class="tile-unit">{unitOf(row, language)}</span>}
        </>
      ),
      sortKey: (row) => answerOf(row)?.value ?? null,
    },
    {
      name: `${prefix}ratio`,
      heading: textsIn(boardTexts, language).ratio,
      align: 'end',
      cell: (row) => {
        const per = ratioOf(row);
        // Blank until it has been loaded.
        if (!per || ratios[row.id] === undefined) return null;
        return (
          <>
            <Figure {...shownOf(ratios[row.id] ?? null, row, language, per)} {...formOf(row, per)} isFull />
            <span class="tile-unit">{inOne(denominators[per], language)}</span>
          </>
        );
      },
      sortKey: ({ id }) => ratios[id]?.value ?? null,
    },
  ];
}

function comparedColumns(
  { division }: DivisionFigures,
  heading: string,
  changeHeading: string,
  language: Language,
): Column<Indicator>[] {
  const comparisonOf = ({ id }: Indicator) => division?.values[id]?.comparison ?? null;
  return [
    {
      name: 'compared',
      heading,
      align: 'end',
      cell: (row) => {
        const comparison = comparisonOf(row);
        return comparison && <Figure {...shownOf(comparison, row, language)} {...formOf(row, null)} isFull />;
      },
      sortKey: (row) => comparisonOf(row)?.value ?? null,
    },
    {
      name: 'rate',
      heading: changeHeading,
      align: 'end',
      cell: (row) => {
        const rate = comparisonOf(row)?.changeRate;
        const isLowerBetter = row.better && row.better === 'LOWER';
        return (
          typeof rate === 'number' && <Change value={rate} isShare isLowerBetter={isLowerBetter} since="" />
        );
      },
      sortKey: (row) => comparisonOf(row)?.changeRate ?? null,
    },
  ];
}

function IndicatorLink({ board, indicator }: { board: Board; indicator: Indicator }) {
  const texts = useTexts(boardTexts);
  const { language } = usePage();
  const { id } = indicator;
  const change: Partial<BoardState> = { indicator: id, per: null, lines: null };
  return (
    <a
      href={linkTo({ ...board.state.value, ...change })}
      title={texts.showInMap}
      aria-current={board.state.value.indicator === id ? 'true' : undefined}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        board.choose(change);
        document.getElementById('by-indicator')?.scrollIntoView();
      }}
    >
      {labelOf(indicator, language)}
    </a>
  );
}

/** The table as rows of a file: numbers as the graph has them, with units, and reasons where there are none. */
function useExport({ data: { whole, other } }: Loaded<Divisions>) {
  const texts = useTexts(boardTexts);
  const inLanguage = useLanguage();
  const { language } = usePage();
  const cells = (figures: DivisionFigures | null, row: Indicator) => {
    const answer = figures?.division?.values[row.id] ?? null;
    const per = ratioOf(row);
    return {
      answer,
      value: answer?.value ?? valueText(shownOf(answer, row, language), row, language),
      ratio: per ? (figures?.ratios[row.id]?.value ?? null) : null,
      per: per && inLanguage(denominators[per]),
    };
  };
  return (rows: readonly Indicator[]) => [
    [
      texts.indicator,
      texts.bureau,
      texts.unit,
      whole.division?.name ?? texts.value,
      texts.ratio,
      texts.per,
      texts.comparedValue,
      texts.changeRate,
      texts.reason,
      ...(other ? [other.division?.name ?? texts.other, texts.ratio] : []),
    ],
    ...rows.map((row) => {
      const { answer, value, ratio, per } = cells(whole, row);
      const compared = other && cells(other, row);
      return [
        labelOf(row, language),
        inLanguage(ownerTexts[row.owner] ?? { zh: row.owner, en: row.owner }),
        inLanguage(row.unit),
        value,
        ratio,
        per,
        answer?.comparison?.value ?? null,
        answer?.comparison?.changeRate ?? null,
        shownOf(answer, row, language).reason ?? null,
        ...(compared ? [compared.value, compared.ratio] : []),
      ];
    }),
  ];
}

// The parts of a division as a table, in the page and as CSV.

import { downloadCsv } from '../../design/data/csv.ts';
import { Figure } from '../../design/data/figure.tsx';
import { type Column, Table } from '../../design/data/table.tsx';
import { Change } from '../../design/data/tile.tsx';
import { type Language, textsIn } from '../../page/language.ts';
import { usePage, useTexts } from '../../page/page-context.ts';
import { boardTexts } from '../../texts/board.ts';
import { indicatorOf } from '../graph/load-board.ts';
import { type BoardState, linkTo } from '../state/board-state.ts';
import type { Board } from '../view/board.ts';
import { formOf, labelOf, shownOf, unitOf } from '../view/figures.ts';
import type { PartRow } from '../view/part-rows.ts';

interface PartsTableProps {
  /** That of its panel. */
  title: string;
  board: Board;
  state: BoardState;
  rows: readonly PartRow[];
}

export function PartsTable({ title, board, state, rows }: PartsTableProps) {
  const { language } = usePage();
  const indicator = indicatorOf(state);
  const columns = useColumns(board, state);
  const isCompared = rows.some(({ answer }) => answer.comparison);
  return (
    <Table
      caption={`${title} · ${labelOf(indicator, language, state.per)}`}
      hidesCaption
      rows={rows}
      keyOf={({ code }) => code}
      columns={isCompared ? [...columns, ...comparedColumns(state, language)] : columns}
    />
  );
}

function useColumns(board: Board, state: BoardState): Column<PartRow>[] {
  const texts = useTexts(boardTexts);
  const { language } = usePage();
  const indicator = indicatorOf(state);
  const form = formOf(indicator, state.per);
  const unit = unitOf(indicator, language);
  return [
    {
      name: 'rank',
      heading: texts.rank,
      align: 'end',
      cell: ({ rank }) => rank ?? '—',
      sortKey: ({ rank }) => rank,
    },
    {
      name: 'division',
      heading: texts.division,
      isRowHeading: true,
      cell: (row) => <DivisionLink board={board} row={row} />,
      sortKey: ({ name }) => name,
    },
    {
      name: 'value',
      heading: unit ? `${texts.value}（${unit}）` : texts.value,
      align: 'end',
      cell: ({ shown }) => <Figure {...shown} {...form} isFull />,
      sortKey: ({ answer }) => answer.value,
    },
  ];
}

function comparedColumns(state: BoardState, language: Language): Column<PartRow>[] {
  const texts = textsIn(boardTexts, language);
  const indicator = indicatorOf(state);
  const form = formOf(indicator, state.per);
  const isLowerBetter = indicator.better && indicator.better === 'LOWER';
  return [
    {
      name: 'compared',
      heading: texts.comparedValue,
      align: 'end',
      cell: ({ answer }) =>
        answer.comparison && (
          <Figure {...shownOf(answer.comparison, indicator, language, state.per)} {...form} isFull />
        ),
      sortKey: ({ answer }) => answer.comparison?.value ?? null,
    },
    {
      name: 'rate',
      heading: texts.changeRate,
      align: 'end',
      cell: ({ answer }) =>
        typeof answer.comparison?.changeRate === 'number' && (
          <Change value={answer.comparison.changeRate} isShare isLowerBetter={isLowerBetter} since="" />
        ),
      sortKey: ({ answer }) => answer.comparison?.changeRate ?? null,
    },
  ];
}

function DivisionLink({ board, row: { code, name } }: { board: Board; row: PartRow }) {
  const state = board.state.value;
  return (
    <a
      href={linkTo({ ...state, division: code, lines: null })}
      aria-current={code === state.division ? 'true' : undefined}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        board.choose({ division: code, lines: null });
      }}
    >
      {name}
    </a>
  );
}

/** Downloads the rows as they are shown: what is withheld in the page is withheld in the file. */
export function downloadParts(rows: readonly PartRow[], state: BoardState, language: Language): void {
  const texts = textsIn(boardTexts, language);
  const indicator = indicatorOf(state);
  const label = labelOf(indicator, language, state.per);
  // Amounts are in fen, as the graph has them.
  const unit = indicator.format === 'MONEY' ? indicator.unit : null;
  const heading = unit ? (language === 'en' ? unit.en : unit.zh) : unitOf(indicator, language);
  downloadCsv(`${state.division}-${indicator.id.toLowerCase()}`, [
    [
      texts.rank,
      texts.code,
      texts.division,
      heading ? `${label}（${heading}）` : label,
      texts.comparedValue,
      texts.change,
      texts.changeRate,
      texts.reason,
    ],
    ...rows.map(({ rank, code, name, answer, shown, text }) => [
      rank,
      code,
      name,
      answer.value ?? text,
      answer.comparison?.value ?? null,
      answer.comparison?.change ?? null,
      answer.comparison?.changeRate ?? null,
      shown.reason ?? null,
    ]),
  ]);
}

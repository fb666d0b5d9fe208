// The series of the trend as a table: a row for each interval, a column for each division.
import { Figure, type FigureFormat } from '../../design/data/figure.tsx';
import { Table } from '../../design/data/table.tsx';
import { useTexts } from '../../page/page-context.ts';
import { boardTexts } from '../../texts/board.ts';
import type { TrendDivision } from '../view/trend-lines.ts';

export interface TrendTableProps {
  label: string;
  starts: readonly string[];
  lines: readonly TrendDivision[];
  form: { format: FigureFormat; digits: number };
}

export function TrendTable({ label, starts, lines, form }: TrendTableProps) {
  const texts = useTexts(boardTexts);
  return (
    <Table
      caption={label}
      hidesCaption
      rows={starts.map((start, index) => ({ start, index }))}
      keyOf={({ start }) => start}
      columns={[
        {
          name: 'start',
          heading: texts.start,
          isRowHeading: true,
          cell: ({ start }) => <span class="number">{start}</span>,
          sortKey: ({ start }) => start,
        },
        ...lines.map(({ code, name, series }) => ({
          name: code,
          heading: name,
          align: 'end' as const,
          cell: ({ index }: { index: number }) => (
            <Figure value={series[index]?.value ?? null} {...form} isFull />
          ),
          sortKey: ({ index }: { index: number }) => series[index]?.value ?? null,
        })),
      ]}
    />
  );
}

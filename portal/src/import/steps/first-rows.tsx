// The first rows of the file as they were read, with protected values masked.
import { Table } from '../../design/data/table.tsx';
import { useTexts } from '../../page/page-context.ts';
import { importTexts } from '../../texts/import.ts';
import type { Preview } from '../api/types.ts';
import type { MappedColumn } from '../state/mapping.ts';

interface FirstRowsProps {
  preview: Preview;
  mapped: readonly MappedColumn[];
}

export function FirstRows({ preview: { rows }, mapped }: FirstRowsProps) {
  const texts = useTexts(importTexts);
  return (
    <details class="panel import-details" open>
      <summary>{texts.firstRows}</summary>
      <Table
        caption={texts.firstRows}
        hidesCaption
        rows={rows}
        keyOf={({ line }) => String(line)}
        columns={[
          {
            name: 'line',
            heading: texts.line,
            align: 'end' as const,
            isRowHeading: true,
            cell: ({ line }: Preview['rows'][number]) => line,
          },
          ...mapped.map(({ index, title }) => ({
            name: String(index),
            heading: title,
            cell: ({ cells }: Preview['rows'][number]) => (
              <span class="import-cell">{cells[index] ?? ''}</span>
            ),
          })),
        ]}
      />
    </details>
  );
}

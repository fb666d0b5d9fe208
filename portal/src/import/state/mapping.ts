// Which column of the import each column of the file becomes: as it was recognised, with what the clerk has changed.
import type { ImportColumn, ImportDefinition, Mapping, Preview } from '../api/types.ts';

/** The headers of columns that a file of rejected rows has before those of its import. */
const rejectTitles: readonly string[] = ['行 line', '原因 reason'];

export type ColumnState = 'recognised' | 'chosen' | 'remembered' | 'ignored' | 'unknown' | 'reject';

export interface MappedColumn {
  index: number;
  title: string;
  column: string | null;
  state: ColumnState;
  /** The first values of the file. */
  samples: readonly string[];
}

const maxSamples = 3;

export function mappedColumns({ columns, rows }: Preview, changes: Mapping): MappedColumn[] {
  return columns.map(({ index, title, column, isRemembered }) => {
    const isChosen = Object.hasOwn(changes, title);
    const mapped = isChosen ? (changes[title] ?? null) : column;
    const values = rows.map(({ cells }) => cells[index] ?? '').filter((cell) => cell !== '');
    return {
      ...{ index, title, column: mapped, samples: [...new Set(values)].slice(0, maxSamples) },
      state: stateOf(title, mapped, isChosen, isRemembered),
    };
  });
}

function stateOf(
  title: string,
  column: string | null,
  isChosen: boolean,
  isRemembered: boolean,
): ColumnState {
  if (rejectTitles.includes(title)) return 'reject';
  if (isChosen) return column === null ? 'ignored' : 'chosen';
  if (isRemembered) return 'remembered';
  return column === null ? 'unknown' : 'recognised';
}

export interface MappingFaults {
  /** The columns that the import needs and that no column of the file becomes. */
  missing: readonly ImportColumn[];
  /** The columns that several of the file would become. */
  duplicate: readonly ImportColumn[];
}

export function mappingFaults({ columns }: ImportDefinition, mapped: readonly MappedColumn[]): MappingFaults {
  const uses = ({ name }: ImportColumn): number => mapped.filter(({ column }) => column === name).length;
  return {
    missing: columns.filter((column) => !column.isOptional && uses(column) === 0),
    duplicate: columns.filter((column) => uses(column) > 1),
  };
}

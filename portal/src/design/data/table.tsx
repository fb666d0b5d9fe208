// A table with a caption, headings that sort, and a container that scrolls with the keyboard too.
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { useTexts } from '../../page/page-context.ts';
import { designTexts } from '../../texts/design.ts';

export interface Column<Row> {
  name: string;
  heading: string;
  cell: (row: Row) => ComponentChildren;
  /** `end` for figures. */
  align?: 'start' | 'end';
  /** What the column is sorted by; without it, it cannot be sorted. Rows for which it is null come last. */
  sortKey?: (row: Row) => number | string | null;
  /** Whether its cells name their rows. */
  isRowHeading?: boolean;
}

export interface Sorting {
  column: string;
  isDescending: boolean;
}

interface TableProps<Row> {
  caption: string;
  /** Where a heading above the table says the same. */
  hidesCaption?: boolean;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
  /** How the rows are sorted at first; without it they stay in their order. */
  initialSorting?: Sorting;
  /** Sorted elsewhere, such as in an address: then the table calls this and does not sort. */
  sorting?: Sorting;
  onSort?: (sorting: Sorting) => void;
}

export function Table<Row>({
  caption,
  hidesCaption,
  columns,
  rows,
  keyOf,
  initialSorting,
  sorting,
  onSort,
}: TableProps<Row>) {
  const own = useSignal(initialSorting ?? null);
  const current = sorting ?? own.value;
  const sort = (next: Sorting): void => {
    own.value = next;
    onSort?.(next);
  };
  const shown = current ? sorted(rows, columns, current) : rows;
  return (
    <Scroll label={caption}>
      <table class="table">
        <caption class={hidesCaption ? 'visually-hidden' : undefined}>{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <Heading key={column.name} column={column} sorting={current} onSort={sort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map(({ name, cell, align, isRowHeading }) =>
                isRowHeading ? (
                  <th key={name} scope="row" data-align={align}>
                    {cell(row)}
                  </th>
                ) : (
                  <td key={name} data-align={align}>
                    {cell(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

interface HeadingProps<Row> {
  column: Column<Row>;
  sorting: Sorting | null;
  onSort: (sorting: Sorting) => void;
}

function Heading<Row>({ column: { name, heading, align, sortKey }, sorting, onSort }: HeadingProps<Row>) {
  const texts = useTexts(designTexts);
  const isSorted = sorting?.column === name;
  const direction = isSorted ? (sorting.isDescending ? 'descending' : 'ascending') : undefined;
  if (!sortKey)
    return (
      <th scope="col" data-align={align}>
        {heading}
      </th>
    );
  return (
    <th scope="col" data-align={align} aria-sort={direction}>
      <button
        type="button"
        class="sort-button"
        title={texts.sortBy(heading)}
        // Figures are first sorted from the largest.
        onClick={() =>
          onSort({ column: name, isDescending: isSorted ? !sorting.isDescending : align === 'end' })
        }
      >
        {heading}
        <span class="sort-mark" aria-hidden="true">
          {direction === 'descending' ? '↓' : direction === 'ascending' ? '↑' : ''}
        </span>
      </button>
    </th>
  );
}

/** Sorts by the column; rows without a value are last in either direction. */
export function sorted<Row>(
  rows: readonly Row[],
  columns: readonly Pick<Column<Row>, 'name' | 'sortKey'>[],
  { column, isDescending }: Sorting,
): readonly Row[] {
  const key = columns.find(({ name }) => name === column)?.sortKey;
  if (!key) return rows;
  return rows.toSorted((left, right) => {
    const [a, b] = [key(left), key(right)];
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    const order =
      typeof a === 'string' || typeof b === 'string' ? String(a).localeCompare(String(b), 'zh-CN') : a - b;
    return isDescending ? -order : order;
  });
}

/** Can be focused only while it scrolls, so that the arrow keys reach what is outside. */
function Scroll({ label, children }: { label: string; children: ComponentChildren }) {
  const texts = useTexts(designTexts);
  const element = useRef<HTMLDivElement>(null);
  const scrolls = useSignal(false);
  useLayoutEffect(() => {
    const { current } = element;
    if (!current) return;
    const observer = new ResizeObserver(() => {
      scrolls.value = current.scrollWidth > current.clientWidth;
    });
    observer.observe(current);
    return () => observer.disconnect();
  }, []);
  const region = scrolls.value && {
    role: 'region' as const,
    'aria-label': texts.scrollTable(label),
    tabIndex: 0,
  };
  return (
    <div class="table-scroll" ref={element} {...region}>
      {children}
    </div>
  );
}

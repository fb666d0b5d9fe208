// Chooses the tables of an answer: its deepest lists become rows, what stands above them is repeated, and series of one time line are joined.
import { getNamedType, getNullableType, isListType, print } from 'graphql';
import { enumLabels, type LabelSegment, segmentOf, uniqueLabels } from './column-labels.ts';
import type { SelectedField } from './selected-fields.ts';
import type { ColumnType, KeyNode, TableColumn, TableLayout, TableLevel } from './table-layout.ts';

/** A value or list in an object, with the fields that lead to it from there. */
interface Found {
  field: SelectedField;
  /** The fields from the object of the level, with the found one at the end. */
  way: readonly SelectedField[];
}

/** The lists whose elements are one level of rows: one, or series that are joined. */
type Group = readonly Found[];

/** The type of the elements of every series: its `start` is the time line. */
const seriesPoint = 'TrendPoint';

export interface ChosenTables {
  /** The paths of the tables that hold everything: one for each deepest list. Empty where the answer has no list. */
  deepest: readonly string[];
  /** The paths of all lists. */
  paths: readonly string[];
  /** The table that ends at a list, whether or not further lists are inside. By default it is one row, without lists. */
  tableAt: (path?: string) => TableLayout;
}

/** The tables of an answer with these fields. The variables name metrics in labels. */
export function chooseTables(
  fields: readonly SelectedField[],
  variables: Readonly<Record<string, unknown>>,
): ChosenTables {
  const all: { groups: readonly Group[]; isDeepest: boolean }[] = [];
  const follow = (below: readonly SelectedField[], groups: readonly Group[]): boolean => {
    const { lists } = foundIn(below);
    for (const group of groupsOf(lists)) {
      const [first] = group;
      const isDeepest = !follow(first?.field.fields ?? [], [...groups, group]);
      all.push({ groups: [...groups, group], isDeepest });
      if (group.length > 1)
        for (const each of group) all.push({ groups: [...groups, [each]], isDeepest: false });
    }
    return lists.length > 0;
  };
  follow(fields, []);
  const byPath = new Map(all.map(({ groups }) => [pathOf(groups), groups]));
  const paths = [...byPath.keys()];
  return {
    deepest: all.filter(({ isDeepest }) => isDeepest).map(({ groups }) => pathOf(groups)),
    paths,
    tableAt: (path = '') => {
      const groups = byPath.get(path) ?? [];
      return new LayoutBuilder(fields, groups, variables).layout(leftOutOf(groups, paths));
    },
  };
}

/** The path of the rows by response keys. Joined series are named together. */
const pathOf = (groups: readonly Group[]): string => {
  const last = groups.at(-1) ?? [];
  const above = groups.slice(0, -1).flatMap(([first]) => first?.way ?? []);
  return last.map(({ way }) => [...above, ...way].map(({ key }) => key).join('.')).join('+');
};

function leftOutOf(groups: readonly Group[], paths: readonly string[]): string[] {
  const within = groups.map((_group, index) => pathOf(groups.slice(0, index + 1)));
  const inTable = new Set(within.flatMap((path) => [path, ...path.split('+')]));
  return paths.filter((path) => !path.includes('+') && !inTable.has(path));
}

/** The values and lists that objects below the fields contain, without those inside lists. */
function foundIn(fields: readonly SelectedField[]): { values: Found[]; lists: Found[] } {
  const values: Found[] = [];
  const lists: Found[] = [];
  const walk = (below: readonly SelectedField[], above: readonly SelectedField[]) => {
    for (const field of below) {
      const way = [...above, field];
      if (field.kind === 'value') values.push({ field, way });
      else if (field.kind === 'list') lists.push({ field, way });
      else walk(field.fields, way);
    }
  };
  walk(fields, []);
  return { values, lists };
}

function groupsOf(lists: readonly Found[]): Group[] {
  return [...Map.groupBy(lists, (list) => timeLineOf(list) ?? list).values()];
}

/** Series with the same interval and period have the same points. Null for a list that is no series. */
function timeLineOf({ field: { field, node, fields } }: Found): string | null {
  const start = fields.find((each) => each.field.name === 'start');
  if (getNamedType(field.type).name !== seriesPoint || !start || start.key !== 'start') return null;
  const others = (node.arguments ?? []).filter(({ name }) => name.value !== 'metric');
  return others
    .map((argument) => print(argument))
    .sort()
    .join();
}

interface DraftColumn extends Omit<TableColumn, 'label'> {
  segments: readonly LabelSegment[];
}

type DraftTree = Map<string, KeyNode & { below?: DraftTree }>;

class LayoutBuilder {
  #fields: readonly SelectedField[];
  #groups: readonly Group[];
  #variables: Readonly<Record<string, unknown>>;
  #columns: DraftColumn[] = [];
  #names = new Set<string>();

  constructor(
    fields: readonly SelectedField[],
    groups: readonly Group[],
    variables: Readonly<Record<string, unknown>>,
  ) {
    this.#fields = fields;
    this.#groups = groups;
    this.#variables = variables;
  }

  layout(leftOut: readonly string[]): TableLayout {
    const levels: TableLevel[] = [{ lists: [this.#tree(this.#fields, 0, [])], joinedBy: null }];
    const above: SelectedField[] = [];
    for (const [index, group] of this.#groups.entries()) {
      const joinedBy = group.length > 1 ? this.#timeColumn(group) : null;
      const lists = group.map(({ field, way }) =>
        this.#tree(field.fields, index + 1, [...above, ...way], joinedBy),
      );
      levels.push({ lists, joinedBy });
      above.push(...(group[0]?.way ?? []));
    }
    const labels = uniqueLabels(this.#columns);
    const columns = this.#columns.map(({ segments: _segments, ...column }, index) => ({
      ...column,
      label: labels[index] ?? { zh: column.name, en: column.name },
    }));
    return { path: pathOf(this.#groups), columns, levels, leftOut };
  }

  /** The column by which series are joined comes before all of theirs. */
  #timeColumn([first]: Group): number {
    const start = first?.field.fields.find(({ field }) => field.name === 'start');
    if (!start) throw new Error('a series without its time line');
    return this.#add(start, ['start'], [start], [start]);
  }

  #tree(
    fields: readonly SelectedField[],
    level: number,
    above: readonly SelectedField[],
    joinedBy: number | null = null,
  ): DraftTree {
    const root: DraftTree = new Map();
    const { values, lists } = foundIn(fields);
    for (const { field, way } of values) {
      const isTime = joinedBy !== null && field.field.name === 'start';
      const whole = [...above, ...way];
      const column = isTime ? joinedBy : this.#add(field, this.#nameOf(way, level, above), whole, whole);
      put(root, way, { column });
    }
    const next = this.#groups[level] ?? [];
    for (const [index, { field }] of next.entries()) {
      const list = lists.find((each) => each.field === field);
      if (list) put(root, list.way, { list: index });
    }
    return root;
  }

  /** From the object of the outermost list: short, and the same whatever else is selected. */
  #nameOf(way: readonly SelectedField[], level: number, above: readonly SelectedField[]): string[] {
    const outermost = this.#groups[0]?.[0]?.way.length ?? 0;
    const before = level > 1 ? above.slice(outermost) : [];
    return [...before, ...way].map(({ key }) => key);
  }

  #add(
    { field }: SelectedField,
    keys: readonly string[],
    whole: readonly SelectedField[],
    labelled: readonly SelectedField[],
  ): number {
    const short = keys.join('.');
    const long = whole.map(({ key }) => key).join('.');
    const name = this.#names.has(short) ? long : short;
    this.#names.add(name);
    const description = field.description ?? '';
    this.#columns.push({
      name,
      type: columnTypeOf(field),
      values: enumLabels(getNamedType(field.type)),
      mayBeWithheld: withheld.test(description),
      description,
      segments: labelled.map((each) => segmentOf(each, this.#variables)),
    });
    return this.#columns.length - 1;
  }
}

/** How descriptions say that a small count is null. */
const withheld = /person-count:exact|少于 5 人|人数少|可推算|过少/;

function put(root: DraftTree, way: readonly SelectedField[], node: KeyNode): void {
  let tree = root;
  for (const { key } of way.slice(0, -1)) {
    const object = tree.get(key) ?? {};
    object.below ??= new Map();
    tree.set(key, object);
    tree = object.below as DraftTree;
  }
  const last = way.at(-1);
  if (last) tree.set(last.key, node as KeyNode & { below?: DraftTree });
}

const types: Readonly<Record<string, ColumnType>> = {
  Int: 'number',
  Float: 'number',
  Long: 'number',
  Boolean: 'boolean',
  Date: 'date',
  DateTime: 'dateTime',
};

function columnTypeOf({ type }: SelectedField['field']): ColumnType {
  if (isListType(getNullableType(type))) return 'text';
  return types[getNamedType(type).name] ?? 'text';
}

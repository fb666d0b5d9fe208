// Labels of columns and of enum values in Chinese and English, from the descriptions in the schema.
import { chineseOf } from '@district-graph/kit/schema/descriptions';
import { type GraphQLNamedType, getNamedType, isEnumType, Kind } from 'graphql';
import type { Labels } from './cells.ts';
import type { SelectedField } from './selected-fields.ts';

export interface ColumnLabel {
  zh: string;
  en: string;
}

/** Units as descriptions have them after the first comma. */
const units: Readonly<Record<string, string>> = {
  米: 'metres',
  平方米: 'm²',
  公里: 'km',
  升: 'litres',
  小时: 'hours',
  分钟: 'minutes',
  天: 'days',
  分: 'fen',
  元: 'yuan',
};
const unitPattern = new RegExp(`，(?:单位)?(${Object.keys(units).join('|')})(?=[。；，（])`);

/** Where the English part of a description begins: after the full stop of the Chinese one, or on a line of its own. */
const englishPart = /(?:[。！？）]\s+|\n\s*|^)([A-Z"“(0-9][^。]*)$/;

/** The English description up to its first full stop, semicolon, comma or bracket, without an article. */
function englishOf(description: string | null | undefined): string {
  const [paragraph = ''] = (description ?? '').split('\n\n');
  const english = englishPart.exec(paragraph.trim())?.[1] ?? '';
  const label = (/^(?:[^.;,(:]|\.(?=\d))*/.exec(english)?.[0] ?? '').trim().replace(/^(?:The|An?)\s+/, '');
  return label && label[0]?.toUpperCase() + label.slice(1);
}

/** The label of a described thing, with its unit; both are the name where the description has no such part. */
function labelOf(description: string | null | undefined, name: string): ColumnLabel {
  const zh =
    chineseOf(description ?? undefined)
      .split('：')[0]
      ?.trim() || name;
  const en = englishOf(description) || name;
  const [, unit] = unitPattern.exec(description ?? '') ?? [];
  const english = unit === undefined ? undefined : units[unit];
  if (unit === undefined || english === undefined) return { zh, en };
  return {
    zh: zh.includes(unit) && unit.length > 1 ? zh : `${zh}（${unit}）`,
    en: en.toLowerCase().includes(english) ? en : `${en} (${english})`,
  };
}

/** Labels of an enum's values. Where a label would stand for two values, both keep their names. */
export function enumLabels(type: GraphQLNamedType): Readonly<Record<'zh' | 'en', Labels>> | null {
  if (!isEnumType(type)) return null;
  const labelled = type.getValues().map(({ name, description }) => ({ name, ...labelOf(description, name) }));
  const inLanguage = (language: 'zh' | 'en'): Labels => {
    const times = Map.groupBy(labelled, (each) => each[language]);
    return Object.fromEntries(
      labelled.map((each) => [
        each.name,
        (times.get(each[language])?.length ?? 0) > 1 ? each.name : each[language],
      ]),
    );
  };
  return { zh: inLanguage('zh'), en: inLanguage('en') };
}

/** The part of a label that a field on the way to a value stands for. */
export interface LabelSegment extends ColumnLabel {
  /** Whether it distinguishes the value from others of the same field: an alias, or the metric of a series. */
  isDistinct: boolean;
  /** Whether it says nothing more below a distinct segment: the value of a series. */
  isPlainValue: boolean;
  /** Whether it is a field of many types, such as a name, that means little without its object. */
  isGeneric: boolean;
  isObject: boolean;
}

const generic = /^(?:id|code|name|title|kind|status|label)$/;

export function segmentOf(
  { key, node, field, kind }: SelectedField,
  variables: Readonly<Record<string, unknown>>,
): LabelSegment {
  const isObject = kind === 'object';
  const distinct = { isDistinct: true, isPlainValue: false, isGeneric: false, isObject };
  if (node.alias) return { zh: key, en: key, ...distinct };
  const metric = metricOf(node, field, variables);
  if (metric) return { ...metric, ...distinct };
  return {
    ...labelOf(field.description, key),
    isDistinct: false,
    isPlainValue: field.name === 'value',
    isGeneric: generic.test(field.name),
    isObject,
  };
}

/** The label of the metric that a series or figure is of. */
function metricOf(
  node: SelectedField['node'],
  field: SelectedField['field'],
  variables: Readonly<Record<string, unknown>>,
): ColumnLabel | null {
  for (const argument of field.args) {
    const type = getNamedType(argument.type);
    if (!isEnumType(type) || !/(?:Metric|Indicator)$/.test(type.name)) continue;
    const value = node.arguments?.find(({ name }) => name.value === argument.name)?.value;
    const name =
      value?.kind === Kind.VARIABLE
        ? variables[value.name.value]
        : value?.kind === Kind.ENUM
          ? value.value
          : undefined;
    const found = typeof name === 'string' ? type.getValue(name) : undefined;
    if (found) return labelOf(found.description, found.name);
  }
  return null;
}

/** The label of each column: that of its field, below those that distinguish it, and with the others where two would be equal. */
export function uniqueLabels(
  columns: readonly { name: string; segments: readonly LabelSegment[] }[],
): ColumnLabel[] {
  const inLanguage = (language: 'zh' | 'en'): string[] => {
    const short = columns.map(({ segments }) => shortLabel(segments, language));
    const long = columns.map(({ segments }) => segments.map((segment) => segment[language]).join('·'));
    const [shorts, longs] = [repeated(short), repeated(long)];
    return columns.map(({ name }, index) => {
      const [own = name, whole = name] = [short[index], long[index]];
      if (!shorts.has(own)) return own;
      // Fields of one object with equal labels differ by their names only.
      return longs.has(whole) ? `${own} ${name}` : whole;
    });
  };
  const [zh, en] = [inLanguage('zh'), inLanguage('en')];
  return columns.map(({ name }, index) => ({ zh: zh[index] ?? name, en: en[index] ?? name }));
}

/** The labels that occur more than once. */
function repeated(labels: readonly string[]): ReadonlySet<string> {
  const seen = new Set<string>();
  return new Set(labels.filter((label) => seen.size === seen.add(label).size));
}

function shortLabel(segments: readonly LabelSegment[], language: 'zh' | 'en'): string {
  const last = segments.at(-1);
  const object = segments.at(-2);
  const above = segments
    .slice(0, -1)
    .filter((segment) => segment.isDistinct || (segment === object && segment.isObject && last?.isGeneric));
  const shown = last && !(last.isPlainValue && above.length) ? [...above, last] : above;
  return shown.map((segment) => segment[language]).join('·');
}

// Describes an import for people and pages: its columns, what they may contain, and the values of enums.
import type { Bilingual } from '../errors.ts';
import type { ImportColumn, ModuleImport } from '../import/module-import.ts';
import type { Labels } from '../schema/descriptions.ts';

export interface DescribedImport {
  name: string;
  title: Bilingual;
  scope: string;
  /** The column that identifies a record. */
  key: string;
  columns: readonly DescribedColumn[];
}

interface DescribedColumn {
  name: string;
  zh: string;
  aliases: readonly string[];
  /** The type of its cells; `oneOf` and `manyOf` have `values`. */
  form: string;
  isOptional: boolean;
  mayBeEmpty: boolean;
  isImmutable: boolean;
  units: readonly string[];
  example: string;
  values: readonly { value: string; zh: string }[];
}

export const describeImport = (
  { name, title, scope, key, columns }: ModuleImport,
  labels: Labels,
): DescribedImport => ({
  ...{ name, title, scope, key: key.column },
  columns: columns.map((column) => describeColumn(column, labels)),
});

function describeColumn(column: ImportColumn, labels: Labels): DescribedColumn {
  const { name, zh, form, example, optional, nullable, immutable, aliases = [], units = [] } = column;
  const type = typeof form === 'string' ? null : 'oneOf' in form ? form.oneOf : form.manyOf;
  return {
    ...{ name, zh, aliases, units, example },
    form: typeof form === 'string' ? form : 'oneOf' in form ? 'oneOf' : 'manyOf',
    isOptional: optional === true,
    mayBeEmpty: optional === true || nullable === true,
    isImmutable: immutable === true,
    values: [...((type && labels.get(type)) || [])].map(([value, label]) => ({ value, zh: label })),
  };
}

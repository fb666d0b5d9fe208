// The template of a file, and the names of columns.
import { csvOf } from '../../design/data/csv.ts';
import type { Language } from '../../page/language.ts';
import type { ImportColumn, ImportDefinition } from '../api/types.ts';

/** The headers and an example row, as CSV that spreadsheets open. */
export const templateOf = ({ columns }: ImportDefinition, language: Language): string =>
  csvOf([
    columns.map(({ name, zh }) => (language === 'en' ? name : zh)),
    columns.map(({ example }) => example),
  ]);

/** The name of a column as people read it; in English from `registrationKey`: Registration key. */
export function columnLabel({ name, zh }: ImportColumn, language: Language): string {
  if (language !== 'en') return zh;
  const words = name.replace(
    /([a-z\d])([A-Z])/g,
    (_, before: string, next: string) => `${before} ${next.toLowerCase()}`,
  );
  return words.charAt(0).toUpperCase() + words.slice(1);
}

// The template of a bureau's file: the headers and a valid example row, as CSV for spreadsheets.
import { byteOrderMark, csvLine } from './csv.ts';
import type { ModuleImport } from './module-import.ts';

export const templateOf = ({ columns }: ModuleImport, language: 'zh' | 'en' = 'zh'): string =>
  byteOrderMark +
  csvLine(columns.map((column) => (language === 'zh' ? column.zh : column.name))) +
  csvLine(columns.map(({ example }) => example));

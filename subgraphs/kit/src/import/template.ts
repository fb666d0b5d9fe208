// The template of a bureau's file: headers and a row that passes, as a spreadsheet reads it.
import { byteOrderMark, csvLine } from './csv.ts';
import type { ModuleImport } from './module-import.ts';

export const templateOf = ({ columns }: ModuleImport, language: 'zh' | 'en' = 'zh'): string =>
  byteOrderMark +
  csvLine(columns.map((column) => (language === 'zh' ? column.zh : column.name))) +
  csvLine(columns.map(({ example }) => example));

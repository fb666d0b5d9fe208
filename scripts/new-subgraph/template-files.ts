// The files of the template: a subgraph that is linted, type-checked and tested where it stands, and copied under new names.
import { randomUUID } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { renamed } from './names.ts';

const folder = fileURLToPath(new URL('template/', import.meta.url));

export interface TemplateFile {
  /** Relative to the folder of the subgraph, with `/` between its parts. */
  path: string;
  text: string;
}

export const templateFiles = (): TemplateFile[] =>
  globSync('**/*.*', { cwd: folder, exclude: ['**/node_modules/**'] })
    .map((path) => ({ path: path.replaceAll('\\', '/'), text: readFileSync(`${folder}${path}`, 'utf8') }))
    .toSorted((one, other) => (one.path < other.path ? -1 : 1));

/** The files of a new subgraph: under its names, with migrations of their own identity and time. */
export function filesOf(replacements: readonly [string, string][], now = Date.now()): TemplateFile[] {
  const files = templateFiles();
  const ids = files.flatMap(({ path, text }): [string, string][] =>
    path.endsWith('_snapshot.json') ? [[(JSON.parse(text) as { id: string }).id, randomUUID()]] : [],
  );
  return files.map(({ path, text }) => {
    const own = renamed(text, [...replacements, ...ids]);
    return {
      path: renamed(path, replacements),
      text: path.endsWith('_journal.json') ? journalAt(own, now) : own,
    };
  });
}

/** The list of migrations with their times, one millisecond apart: they are applied in that order. */
function journalAt(text: string, now: number): string {
  const journal = JSON.parse(text) as { entries: { idx: number }[] };
  const entries = journal.entries.map((entry) => ({ ...entry, when: now + entry.idx }));
  return `${JSON.stringify({ ...journal, entries }, null, 2)}\n`;
}

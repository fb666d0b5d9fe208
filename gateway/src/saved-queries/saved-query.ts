// A saved query: a file with one operation, which opens with comments that say in Chinese and English what it answers.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DocumentNode, Kind, type OperationDefinitionNode, parse } from 'graphql';
import { optionNames } from '../table-answers/table-options.ts';

interface Described {
  zh: string;
  en: string;
}

export interface SavedQuery {
  /** Its name in URLs: that of the file. */
  name: string;
  title: Described;
  text: string;
  document: DocumentNode;
  operation: OperationDefinitionNode;
  /** What comments `# $name: …` say of its variables. */
  variables: ReadonlyMap<string, Described>;
}

/** The saved queries of a folder by name. Throws one error that names every file with a fault. */
export function readSavedQueries(folder: string): ReadonlyMap<string, SavedQuery> {
  const queries = new Map<string, SavedQuery>();
  const faults: string[] = [];
  for (const file of readdirSync(folder).sort()) {
    if (!file.endsWith('.graphql')) continue;
    const name = file.slice(0, -'.graphql'.length);
    try {
      queries.set(name, savedQuery(name, readFileSync(join(folder, file), 'utf8')));
    } catch (error) {
      faults.push(`${file}: ${(error as Error).message.split('\n')[0]}`);
    }
  }
  if (faults.length) throw new Error(faults.join('; '));
  return queries;
}

/** Throws what is wrong with the file. */
export function savedQuery(name: string, text: string): SavedQuery {
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)) throw new Error('expected a name in kebab-case');
  const document = parse(text, { noLocation: true });
  const [operation, ...others] = document.definitions.filter(
    (definition) => definition.kind === Kind.OPERATION_DEFINITION,
  );
  if (operation?.operation !== 'query' || others.length) throw new Error('expected one query');
  for (const { variable } of operation.variableDefinitions ?? [])
    if ((optionNames as readonly string[]).includes(variable.name.value))
      throw new Error(`a variable cannot be called ${variable.name.value}, which is an option of tables`);
  const comments = commentsAtTop(text);
  return {
    name,
    title: described(comments.filter((line) => !line.startsWith('$')).join(' ')),
    text,
    document,
    operation,
    variables: new Map(
      comments.flatMap((line) => {
        const [, variable, meaning] = /^\$(\w+):\s*(.*)$/.exec(line) ?? [];
        return variable && meaning ? [[variable, described(meaning)] as const] : [];
      }),
    ),
  };
}

function commentsAtTop(text: string): string[] {
  const lines = text.split('\n').map((line) => line.trim());
  const end = lines.findIndex((line) => !line.startsWith('#'));
  return lines.slice(0, Math.max(0, end)).map((line) => line.replace(/^#+\s*/, ''));
}

/** Chinese up to its last full stop, then English. */
function described(text: string): Described {
  const [, zh = '', en = ''] = /^(.*。)\s*([^。]*)$/s.exec(text) ?? [];
  return zh ? { zh, en: en || zh } : { zh: text, en: text };
}

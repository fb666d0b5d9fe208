// npm run import -- <subgraph>.<module> <file>: imports a bureau's file into the database of its subgraph.
import './command-line/closed-output.ts';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { resolve } from 'node:path';
import { templateOf } from '@district-graph/kit/import/header';
import type { ImportColumn, ModuleImport } from '@district-graph/kit/import/module-import';
import { reportLines } from '@district-graph/kit/import/report';
import { runImport } from '@district-graph/kit/import/run';
import { showProgress } from '@district-graph/kit/progress';
import { type Labels, labelsOf } from '@district-graph/kit/schema/descriptions';
import { readSdl } from '@district-graph/kit/schema/sdl';
import { type Encoding, encodings } from '@district-graph/kit/spreadsheet/csv';
import { formOf } from '@district-graph/kit/spreadsheet/file-form';
import { migrateSubgraph, type Subgraph } from '@district-graph/kit/subgraph';
import { parse } from 'graphql';
import { readArguments } from './command-line/arguments.ts';
import { reportError } from './command-line/report-error.ts';
import { reachDatabase } from './databases/subgraph-databases.ts';
import { subgraphs } from './subgraphs/all-subgraphs.ts';

const usage = `用法 usage:
  npm run import -- <subgraph>.<module> <file.xlsx|file.csv> [--dry-run] [--skip-bad] [--rejects <file>]
                    [--sheet <name>] [--ignore-unknown] [--limit <faults shown, 100>]
                    [--encoding ${encodings.join('|')}]
  npm run -s import -- --template <subgraph>.<module> > template.csv   [--headers zh|en]
  npm run import -- --list`;

interface Found {
  subgraph: Subgraph;
  definition: ModuleImport;
}

function find(name: string | undefined): Found {
  for (const subgraph of subgraphs) {
    const definition = subgraph.imports?.find((other) => other.name === name);
    if (definition) return { subgraph, definition };
  }
  const names = subgraphs.flatMap((subgraph) => subgraph.imports ?? []).map((definition) => definition.name);
  throw new Error(
    `${name === undefined ? '请指定导入；可用的有： Name an import; there are:' : `没有导入 ${name}；可用的有： There is no import ${name}; there are:`}\n${names.join('\n')}\n${usage}`,
  );
}

const describe = ({ name, zh, form, ...column }: ImportColumn, labels: Labels): string => {
  const { optional, nullable: mayBeEmpty, defaultCell: otherwise, immutable: fixed, range: within } = column;
  const type = typeof form === 'string' ? null : 'oneOf' in form ? form.oneOf : form.manyOf;
  const values = type && [...(labels.get(type) ?? [])].map(([value, label]) => `${label}=${value}`).join(' ');
  const notes = [
    within && `${within[0]}–${within[1]}`,
    optional && (otherwise ? `可省略，默认 optional, default ${otherwise}` : '可省略 optional'),
    mayBeEmpty && '可为空 may be empty',
    fixed && '登记后不可更改 cannot change later',
  ].filter(Boolean);
  return `  ${zh} ${name}: ${values ?? String(form)}${notes.length ? `（${notes.join('；')}）` : ''}`;
};

function list(): void {
  for (const subgraph of subgraphs) {
    const labels = labelsOf(parse(readSdl(subgraph.folder)));
    for (const { name, title, key, columns } of subgraph.imports ?? [])
      process.stdout.write(
        `${name}  ${title.zh} ${title.en}，以 ${key.column} 识别 identified by ${key.column}\n${columns.map((column) => describe(column, labels)).join('\n')}\n`,
      );
  }
}

function encodingNamed(name: string | undefined): Encoding | undefined {
  const encoding = encodings.find((other) => other === name?.toLowerCase());
  if (name === undefined || encoding) return encoding;
  throw new Error(
    `--encoding 应为 ${encodings.join(' 或 ')}，收到 ${name}。 --encoding: expected ${encodings.join(' or ')}, received ${name}.`,
  );
}

function limitOf(text: string | undefined): number | undefined {
  if (text === undefined || /^\d{1,6}$/.test(text)) return text === undefined ? text : Number(text);
  throw new Error(`--limit 应为整数，收到 ${text}。 --limit: expected a whole number, received ${text}.`);
}

async function run(): Promise<void> {
  const { values, positionals } = readArguments(usage, {
    allowPositionals: true,
    options: {
      list: { type: 'boolean', default: false },
      template: { type: 'string' },
      headers: { type: 'string', default: 'zh' },
      'dry-run': { type: 'boolean', default: false },
      'skip-bad': { type: 'boolean', default: false },
      rejects: { type: 'string' },
      encoding: { type: 'string' },
      sheet: { type: 'string' },
      'ignore-unknown': { type: 'boolean', default: false },
      limit: { type: 'string' },
    },
  });
  if (values.list) return list();
  if (values.template) {
    const { definition } = find(values.template);
    process.stdout.write(templateOf(definition, values.headers === 'en' ? 'en' : 'zh'));
    return;
  }
  const [name, file] = positionals;
  const { subgraph, definition } = find(name);
  if (!file || positionals.length > 2) throw new Error(usage);
  const encoding = encodingNamed(values.encoding);
  const faultLimit = limitOf(values.limit);
  if (!existsSync(file)) throw new Error(`没有文件 ${file}。 There is no file ${file}.`);
  const skipBad = values['skip-bad'] || values.rejects !== undefined;
  const rejectsFile = skipBad ? (values.rejects ?? `${file}.rejects.${await formOf(file)}`) : undefined;
  if (rejectsFile && resolve(rejectsFile) === resolve(file))
    throw new Error('--rejects 应为另一文件。 --rejects: expected another file than the one to import.');
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () =>
      interrupted.abort(new Error('已中断，未写入任何内容。 Interrupted; nothing was written.')),
    );
  const database = await reachDatabase(subgraph.name);
  try {
    await migrateSubgraph(subgraph, database.url, database.keyring);
    // A file of an earlier run must not be mistaken for one of this run.
    if (rejectsFile && !values['dry-run']) await rm(rejectsFile, { force: true });
    const report = await runImport(definition, {
      databaseUrl: database.url,
      schema: parse(readSdl(subgraph.folder)),
      file,
      encoding,
      sheet: values.sheet,
      ignoreUnknown: values['ignore-unknown'],
      rejectsFile,
      faultLimit,
      dryRun: values['dry-run'],
      operator: `import ${userInfo().username}`,
      keyring: database.keyring,
      progress: showProgress(definition.name),
      signal: interrupted.signal,
    });
    process.stdout.write(`${reportLines(definition, report).join('\n')}\n`);
    if (report.committed && report.rejected > 0 && rejectsFile)
      process.stdout.write(
        `有误的行已写入 ${rejectsFile}；改正后可再导入该文件。 The rejected rows are in ${rejectsFile}: correct them there and import that file.\n`,
      );
    if (report.rejected > 0 && !rejectsFile) process.exitCode = 1;
  } finally {
    await database.close();
  }
}

try {
  await run();
} catch (error) {
  reportError(error);
}

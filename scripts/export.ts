// npm run export -- <Query.list> --within <code>: writes a list of the graph as CSV, which it reads page by page from the gateway.
import './command-line/closed-output.ts';
import { readFileSync } from 'node:fs';
import { csvWriter } from '@district-graph/gateway/table-formats/csv';
import { answerParts } from '@district-graph/gateway/tables/answer-parts';
import { rowsOf } from '@district-graph/gateway/tables/table-rows';
import { showProgress } from '@district-graph/kit/progress';
import { byteOrderMark } from '@district-graph/kit/spreadsheet/csv';
import { buildSchema } from 'graphql';
import { readArguments } from './command-line/arguments.ts';
import { reportError } from './command-line/report-error.ts';
import { operationOf, operationOfField } from './export/operation.ts';
import { gatewayOf, pagesOf } from './export/pages.ts';
import { tableOf } from './export/table.ts';
import { writeWhole } from './export/write.ts';

const usage = `用法 usage:
  npm run export -- <Query.list> [--within <code>] [--variables <json>] [--fields a,b.c] [--headers en|zh] [--out <file.csv>]
  npm run export -- --query <file.graphql> --path <list> [--variables <json>] [--headers en|zh] [--out <file.csv>]
环境变量 environment: GATEWAY_URL (http://127.0.0.1:4000), GATEWAY_TOKEN`;

function variablesOf(text: string | undefined): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    if (value !== null && typeof value === 'object' && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {
    // Reported below, like a value that is not an object.
  }
  throw new Error('--variables 应为 JSON 对象。 --variables: expected a JSON object.');
}

async function run(signal: AbortSignal): Promise<void> {
  const { values, positionals } = readArguments(usage, {
    allowPositionals: true,
    options: {
      query: { type: 'string' },
      path: { type: 'string' },
      variables: { type: 'string' },
      within: { type: 'string' },
      fields: { type: 'string', default: '' },
      headers: { type: 'string', default: 'en' },
      out: { type: 'string' },
    },
  });
  const [field] = positionals;
  if (
    positionals.length > 1 ||
    (field === undefined) === (values.query === undefined) ||
    (values.query && !values.path)
  )
    throw new Error(usage);
  const supergraph = readFileSync(new URL('../schema/supergraph.graphql', import.meta.url), 'utf8');
  const schema = buildSchema(supergraph, { assumeValidSDL: true });
  const variables = { ...variablesOf(values.variables), ...(values.within ? { within: values.within } : {}) };
  const operation =
    field === undefined
      ? operationOf(schema, readFileSync(values.query as string, 'utf8'), values.path as string)
      : operationOfField(schema, field, variables, values.fields.split(',').filter(Boolean));
  // Columns in English are called as the graph calls them.
  const headers = values.headers === 'zh' ? 'zh' : 'path';
  const table = tableOf(schema, operation, variables, headers);
  if (table.leftOut.length)
    process.stderr.write(`未导出的列表： Lists that are not exported: ${table.leftOut.join(', ')}\n`);
  const gateway = gatewayOf(process.env);
  const progress = showProgress(operation.path.join('.'));
  async function* chunks() {
    const { header, line } = csvWriter(table.columns, headers);
    let rows = 0;
    yield byteOrderMark + header;
    for await (const { body, nodes } of pagesOf(gateway, operation, variables, signal)) {
      rows += nodes;
      const { reader, data } = answerParts(body);
      yield data === null ? '' : [...rowsOf(table, reader, data)].map(line).join('');
      progress(rows, 0);
    }
    progress(rows, 1, true);
  }
  await writeWhole(chunks(), values.out);
}

const interrupted = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(name, () => interrupted.abort(new Error('已中断。 Interrupted.')));
try {
  await run(interrupted.signal);
} catch (error) {
  reportError(error);
}

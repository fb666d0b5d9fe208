// npm run retention: deletes or anonymises personal data whose retention period is over, in every subgraph. --list prints the periods,
// --dry-run counts the rows.
import './command-line/closed-output.ts';
import { ownTables } from '@district-graph/kit/personal-data/personal-data';
import { sweep } from '@district-graph/kit/personal-data/retention';
import { readArguments } from './command-line/arguments.ts';
import { reportError } from './command-line/report-error.ts';
import { subgraphs } from './subgraphs/all-subgraphs.ts';
import { inEachSubgraph } from './subgraphs/each-subgraph.ts';

const usage = '用法 usage: npm run retention [-- --list | --dry-run]';

function list(): void {
  for (const { name, personalData } of subgraphs)
    for (const { table, description, retention } of personalData.tables)
      process.stdout.write(`${name} ${table}\n  ${description}\n  ${retention.rule}\n`);
  for (const [table, rule] of Object.entries(ownTables)) process.stdout.write(`* ${table}\n  ${rule}\n`);
}

async function run(isDryRun: boolean): Promise<void> {
  const results = await inEachSubgraph(({ subgraph, ...reached }) =>
    sweep(subgraph, { ...reached, isDryRun }),
  );
  for (const [subgraph, swept] of results)
    for (const { table, rows } of swept) process.stdout.write(`${subgraph} ${table}: ${rows}\n`);
  if (results.every(([, swept]) => swept.length === 0))
    process.stdout.write('没有到期的数据。 Nothing has reached the end of its retention period.\n');
  if (isDryRun) process.stdout.write('试运行，未作任何更改。 Dry run: nothing was changed.\n');
}

try {
  const { values } = readArguments(usage, {
    options: {
      list: { type: 'boolean', default: false },
      'dry-run': { type: 'boolean', default: false },
    },
  });
  if (values.list) list();
  else await run(values['dry-run']);
} catch (error) {
  reportError(error);
}

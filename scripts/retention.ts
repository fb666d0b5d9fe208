// npm run retention: ends what has been kept for as long as it may be, in every room; --list says how long that is.
import { ownTables } from '@district-graph/kit/personal-data';
import { sweep } from '@district-graph/kit/retention';
import { readArguments } from './arguments.ts';
import { inEachRoom, rooms } from './reach-rooms.ts';

const usage = '用法 usage: npm run retention [-- --list]';

function list(): void {
  for (const { name, personalData } of rooms)
    for (const { table, tells, retention } of personalData.tables)
      process.stdout.write(`${name} ${table}\n  ${tells}\n  ${retention.rule}\n`);
  for (const [table, rule] of Object.entries(ownTables)) process.stdout.write(`* ${table}\n  ${rule}\n`);
}

async function run(): Promise<void> {
  for (const [room, swept] of await inEachRoom(({ room, ...reached }) => sweep(room, reached)))
    for (const { table, rows } of swept) process.stdout.write(`${room} ${table}: ${rows}\n`);
}

try {
  const { values } = readArguments(usage, { options: { list: { type: 'boolean', default: false } } });
  if (values.list) list();
  else await run();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

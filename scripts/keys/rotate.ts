// npm run keys:rotate -- <subgraph>: re-encrypts everything with the first key of the subgraph's keyring.
import '../command-line/closed-output.ts';
import { openDatabase } from '@district-graph/kit/database/database';
import { rotateKeys, rotationLines } from '@district-graph/kit/maintenance/key-rotation';
import { migrateSubgraph } from '@district-graph/kit/subgraph';
import { readArguments } from '../command-line/arguments.ts';
import { reportError } from '../command-line/report-error.ts';
import { keysVariable } from '../credentials/subgraph-keys.ts';
import { reachDatabase } from '../databases/subgraph-databases.ts';
import { subgraphs } from '../subgraphs/all-subgraphs.ts';

const usage = `用法 usage: npm run keys:rotate -- <${subgraphs.map(({ name }) => name).join('|')}>
先把新密钥加在 <SUBGRAPH>_KEYS 末尾并重启所有副本，再移到最前并再次重启，然后运行本命令。 First append the new key to <SUBGRAPH>_KEYS and restart every replica; then move it to the front and restart them again; then run this command.`;

async function run(): Promise<void> {
  const { positionals } = readArguments(usage, { options: {}, allowPositionals: true });
  const [name = '', ...more] = positionals;
  const subgraph = subgraphs.find((other) => other.name === name);
  if (!subgraph || more.length) throw new Error(usage);
  const { url, keyring, close } = await reachDatabase(subgraph.name);
  const database = openDatabase(url, {
    maxConnections: 2,
    statementTimeoutMs: 0,
    applicationName: `rotate ${subgraph.name}`,
  });
  try {
    await migrateSubgraph(subgraph, url, keyring);
    const rotation = await rotateKeys(database, keyring, subgraph);
    const lines = rotationLines(subgraph.name, keysVariable(subgraph.name), keyring, rotation);
    process.stdout.write(`${lines.join('\n')}\n`);
  } finally {
    await database.end();
    await close();
  }
}

try {
  await run();
} catch (error) {
  reportError(error);
}

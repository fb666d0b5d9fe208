// npm run seed: fills the empty databases of the subgraphs with the synthetic city (SEED_SCALE=default or city); in production, with
// its real reference data only.
import './command-line/closed-output.ts';
import { listedSubgraphs } from '@district-graph/schema/registry';
import { readArguments } from './command-line/arguments.ts';
import { reportError } from './command-line/report-error.ts';
import { prepareSubgraphs } from './databases/migrate-and-seed.ts';
import { openDatabases } from './databases/subgraph-databases.ts';
import { readSettings } from './processes/start-settings.ts';

readArguments(
  '用法 usage: npm run seed\n设置均为环境变量（SEED_SCALE、<SUBGRAPH>_DATABASE_URL），见 docs/zh-CN/settings.md。 Settings are environment variables (SEED_SCALE, <SUBGRAPH>_DATABASE_URL): see docs/settings.md.',
  {},
);

const interrupted = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => interrupted.abort());

try {
  readSettings(process.env, { isServing: false });
  const databases = await openDatabases();
  try {
    await prepareSubgraphs(
      databases,
      listedSubgraphs.map(({ name }) => name),
      interrupted.signal,
    );
  } finally {
    await databases.close();
  }
} catch (error) {
  reportError(error);
}

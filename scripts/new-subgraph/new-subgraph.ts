// npm run new-subgraph -- <name>: creates a subgraph with one type, which is composed, migrated, seeded, tested and documented.
import '../command-line/closed-output.ts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listedSubgraphs } from '@district-graph/schema/registry';
import { parse } from 'graphql';
import { readArguments } from '../command-line/arguments.ts';
import { reportError } from '../command-line/report-error.ts';
import { root } from '../processes/child-process.ts';
import { faultsOf } from './checks.ts';
import { createSubgraph } from './create.ts';
import { pascal, pluralOf, type SubgraphNames, typeOfPlural } from './names.ts';
import { nextSteps } from './next-steps.ts';

const usage = `用法 usage: npm run new-subgraph -- <name> [--type <Type>] [--plural <Types>] [--zh <中文名>] [--title-zh <中文>] [--title-en <English>] [--no-matrix]

<name>       子图的名称，kebab-case。 The name of the subgraph, in kebab-case.
--type       第一个类型；默认取名称的单数。 Its first type; by default the singular of the name.
--plural     该类型的复数。 The plural of the type.
--zh         该类型的中文名。 The Chinese name of the type.
--title-zh   子图主题的中文名；默认同 --zh。 The Chinese name of the subject of the subgraph; by default --zh.
--title-en   子图主题的英文名；默认同名称。 The English name of the subject; by default the name.
--no-matrix  不更新权限矩阵（test/access/matrix.txt、schema/access.md），此后须运行 npm run access:matrix。 Does not update the access matrix; run npm run access:matrix later.

例 example: npm run new-subgraph -- parks --type Park --zh 公园`;

/** The names that the arguments give, and the defaults of the others. */
function readNames(): { names: SubgraphNames; hasMatrix: boolean } {
  const { values, positionals } = readArguments(usage, {
    allowPositionals: true,
    options: {
      type: { type: 'string' },
      plural: { type: 'string' },
      zh: { type: 'string', default: '记录' },
      'title-zh': { type: 'string' },
      'title-en': { type: 'string' },
      'no-matrix': { type: 'boolean', default: false },
    },
  });
  const [name = '', ...more] = positionals;
  if (!name || more.length) throw new Error(usage);
  const { zh, type = typeOfPlural(name) ?? `${pascal(name)}Record` } = values;
  return {
    names: {
      name,
      type,
      plural: values.plural ?? pluralOf(type),
      zh,
      titleZh: values['title-zh'] ?? zh,
      titleEn: values['title-en'] ?? name.replaceAll('-', ' '),
      port: Math.max(...listedSubgraphs.map(({ port }) => port)) + 1,
    },
    hasMatrix: !values['no-matrix'],
  };
}

async function run(): Promise<void> {
  const { names, hasMatrix } = readNames();
  const supergraph = parse(readFileSync(join(root, 'schema/supergraph.graphql'), 'utf8'));
  const faults = faultsOf(names, root, supergraph);
  if (faults.length) throw new Error(faults.map(({ zh, en }) => `${zh}。 ${en}.`).join('\n'));
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
  const onStep = (step: string) => process.stderr.write(`${step}\n`);
  await createSubgraph(names, { root, hasMatrix, onStep, signal: stop.signal });
  process.stdout.write(nextSteps(names, hasMatrix));
}

try {
  await run();
} catch (error) {
  reportError(error);
}

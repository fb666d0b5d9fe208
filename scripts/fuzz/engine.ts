// npm run fuzz:engine -- --seconds 3600 --seed 1: sends generated operations to generated graphs through the gateway, and compares the
// responses with those of one schema over the same data.
import '../command-line/closed-output.ts';
import { numberOption, readArguments } from '../command-line/arguments.ts';

// The fuzzer uses the packages of the tests, and is stored with them.
const { runSeed } = await import('../../test/fuzz/run.ts');

const usage = `用法 usage: npm run fuzz:engine -- [options]
  --seconds <s>      运行秒数 how long it runs (60)
  --seed <n>         第一张图的种子 seed of the first graph; each further graph uses the next number (1)
  --operations <n>   每个图的操作数 operations for each graph (40)
  --faults <share>   注入故障的比例 share of operations during which a subgraph fails, 0 to 1 (0.25)
  --once             只运行一个种子 runs only one seed
  --stock            有差异时也查询原版 Apollo also queries stock Apollo when the gateway differs
  --verbose          显示每类差异的首例 prints operation, schemas and responses of the first difference of each kind
  --no-shrink        不缩小 prints the differing operation as generated, without shrinking it`;

const { values } = readArguments(usage, {
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    operations: { type: 'string', default: '40' },
    faults: { type: 'string', default: '0.25' },
    stock: { type: 'boolean', default: false },
    once: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
    'no-shrink': { type: 'boolean', default: false },
  },
});

const number = (name: 'seconds' | 'seed' | 'operations' | 'faults') =>
  numberOption(usage, name, values[name]);
const limits = { seconds: number('seconds'), seed: number('seed') };
const perGraph = { operations: number('operations'), faults: number('faults') };

const started = performance.now();
const end = started + limits.seconds * 1000;
const kinds = new Map<string, { count: number; first: string }>();
let operations = 0;
let graphs = 0;
let discarded = 0;
let differences = 0;
const plans = { all: 0, own: 0 };

const reportCrash = (error: unknown) => {
  differences += 1;
  console.log(`crash: ${(error as Error)?.stack ?? error}`);
};
process.on('uncaughtException', reportCrash);
process.on('unhandledRejection', reportCrash);

for (let seed = limits.seed; performance.now() < end; seed += 1) {
  try {
    const report = await runSeed(seed, {
      ...perGraph,
      stock: values.stock,
      shrink: !values['no-shrink'],
    });
    graphs += 1;
    operations += report.operations;
    plans.all += report.plans.all;
    plans.own += report.plans.own;
    discarded += report.discarded.length;
    differences += report.findings.length;
    for (const found of report.findings) {
      const { index, kind, detail, operation, fault, stock } = found;
      const known = kinds.get(kind);
      const of = `${seed}.${index}${fault ? ` ${fault.kind} ${fault.subgraph}` : ''}`;
      if (known) known.count += 1;
      else kinds.set(kind, { count: 1, first: of });
      const query = operation.query.replaceAll(/\s+/g, ' ');
      const variables = Object.keys(operation.variables).length
        ? ` ${JSON.stringify(operation.variables)}`
        : '';
      const beside = stock === null ? '' : ` [stock: ${stock}]`;
      console.log(`${of} | ${kind}${beside} | ${query}${variables} | ${detail}`);
      if (values.verbose && !known) {
        console.log(found.sdl);
        console.log(found.supergraph);
        console.log(`${operation.query}\nexpected ${JSON.stringify(found.expected)}`);
        console.log(`received ${JSON.stringify(found.actual)}`);
      }
    }
  } catch (error) {
    reportCrash(error);
  }
  if (values.once) break;
}

const seconds = (performance.now() - started) / 1000;
for (const [kind, { count, first }] of [...kinds].sort(([, a], [, b]) => b.count - a.count))
  console.log(`${String(count).padStart(5)} × ${kind} (first: ${first})`);
console.log(
  `${graphs} graphs (${discarded} drafts did not compose), ${operations} operations, ${differences} differences, ${(operations / seconds).toFixed(1)} operations/s, ${((100 * plans.own) / Math.max(1, plans.all)).toFixed(1)} % of ${plans.all} plans by the own planner`,
);
// A run without comparisons proves nothing.
process.exit(differences > 0 || operations === 0 ? 1 : 0);

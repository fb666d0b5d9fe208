// npm run fuzz:engine -- --seconds 3600 --seed 1: compares the gateway's answers over generated graphs with one schema's.
import './closed-output.ts';
import { parseArgs } from 'node:util';

// The fuzzer stands on what the tests stand on, and lies with them.
const { runSeed } = await import('../test/fuzz/run.ts');

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    operations: { type: 'string', default: '40' },
    faults: { type: 'string', default: '0.25' },
    /** Asks stock Apollo as well, where the gateway differs. */
    stock: { type: 'boolean', default: false },
    /** Runs the one seed only. */
    once: { type: 'boolean', default: false },
    /** Shows operation, schemas and both answers of the first difference of each kind. */
    verbose: { type: 'boolean', default: false },
    'no-shrink': { type: 'boolean', default: false },
  },
});

const started = performance.now();
const end = started + Number(values.seconds) * 1000;
const kinds = new Map<string, { count: number; first: string }>();
let operations = 0;
let graphs = 0;
let discarded = 0;
let differences = 0;

const crashed = (error: unknown) => {
  differences += 1;
  console.log(`crash: ${(error as Error)?.stack ?? error}`);
};
process.on('uncaughtException', crashed);
process.on('unhandledRejection', crashed);

for (let seed = Number(values.seed); performance.now() < end; seed += 1) {
  try {
    const report = await runSeed(seed, {
      operations: Number(values.operations),
      faults: Number(values.faults),
      stock: values.stock,
      shrink: !values['no-shrink'],
    });
    graphs += 1;
    operations += report.operations;
    discarded += report.discarded.length;
    differences += report.findings.length;
    for (const found of report.findings) {
      const { index, kind, detail, operation, fault, stock } = found;
      const known = kinds.get(kind);
      const of = `${seed}.${index}${fault ? ` ${fault.kind} ${fault.subgraph}` : ''}`;
      if (known) known.count += 1;
      else kinds.set(kind, { count: 1, first: of });
      const query = operation.query.replaceAll(/\s+/g, ' ');
      const given = Object.keys(operation.variables).length ? ` ${JSON.stringify(operation.variables)}` : '';
      const beside = stock === null ? '' : ` [stock: ${stock}]`;
      console.log(`${of} | ${kind}${beside} | ${query}${given} | ${detail}`);
      if (values.verbose && !known) {
        console.log(found.sdl);
        console.log(found.supergraph);
        console.log(`${operation.query}\nexpected ${JSON.stringify(found.expected)}`);
        console.log(`received ${JSON.stringify(found.actual)}`);
      }
    }
  } catch (error) {
    crashed(error);
  }
  if (values.once) break;
}

const seconds = (performance.now() - started) / 1000;
for (const [kind, { count, first }] of [...kinds].sort(([, a], [, b]) => b.count - a.count))
  console.log(`${String(count).padStart(5)} × ${kind} (first: ${first})`);
console.log(
  `${graphs} graphs (${discarded} drafts did not compose), ${operations} operations, ${differences} differences, ${(operations / seconds).toFixed(1)} operations/s`,
);
process.exit(differences > 0 ? 1 : 0);

// Starts Apollo Server with our gateway in place of Apollo's.
import { readFileSync } from 'node:fs';
import { serveDropIn } from './apollo.ts';

const supergraph = readFileSync(process.env.SUPERGRAPH ?? '', 'utf8');
await serveDropIn(supergraph, Number(process.env.PORT), process.env.COPIES_TEXT === '1');

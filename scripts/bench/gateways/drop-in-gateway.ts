// Starts Apollo Server with our gateway in place of Apollo's.
import { readFileSync } from 'node:fs';
import { serveDropIn } from './apollo.ts';

await serveDropIn(readFileSync(process.env.SUPERGRAPH ?? '', 'utf8'), Number(process.env.PORT));

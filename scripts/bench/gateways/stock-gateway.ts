// The process of stock Apollo: @apollo/gateway behind @apollo/server, as their documentation sets them up.
import { readFileSync } from 'node:fs';
import { serveStock } from './apollo.ts';

await serveStock(readFileSync(process.env.SUPERGRAPH ?? '', 'utf8'), Number(process.env.PORT));

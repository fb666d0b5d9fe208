// Starts the stock Apollo gateway: @apollo/gateway behind @apollo/server, as in their documentation.
import { readFileSync } from 'node:fs';
import { serveStock } from './apollo.ts';

await serveStock(readFileSync(process.env.SUPERGRAPH ?? '', 'utf8'), Number(process.env.PORT));

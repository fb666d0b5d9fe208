// Where drizzle-kit finds one subgraph's tables and writes its migrations: SUBGRAPH=places npx drizzle-kit generate …
import { defineConfig } from 'drizzle-kit';

const subgraph = process.env.SUBGRAPH;
if (!subgraph) throw new Error('SUBGRAPH is not set: name the subgraph, such as SUBGRAPH=places');

export default defineConfig({
  dialect: 'postgresql',
  schema: `./subgraphs/${subgraph}/src/*/tables.ts`,
  out: `./subgraphs/${subgraph}/migrations`,
});

// Where drizzle-kit finds one room's tables and writes its migrations: ROOM=places npx drizzle-kit generate …
import { defineConfig } from 'drizzle-kit';

const room = process.env.ROOM;
if (!room) throw new Error('ROOM is not set: name the room, such as ROOM=places');

export default defineConfig({
  dialect: 'postgresql',
  schema: `./subgraphs/${room}/src/*/tables.ts`,
  out: `./subgraphs/${room}/migrations`,
});

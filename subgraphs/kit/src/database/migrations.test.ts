import { expect, it } from 'vitest';
import { migrateDatabase } from './migrations.ts';

it.each(['127.0.0.1', 'localhost'])(
  'says which setting to look at, and why, where no database answers at %s',
  async (host) => {
    const migrating = migrateDatabase(`postgres://somebody:secret@${host}:1/none`, '/nowhere');
    await expect(migrating).rejects.toThrow(/check <SUBGRAPH>_DATABASE_URL: .*ECONNREFUSED/);
    await expect(migrating).rejects.not.toThrow(/secret/);
  },
);

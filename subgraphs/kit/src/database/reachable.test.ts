import { expect, it } from 'vitest';
import { checkReachable } from './reachable.ts';

it.each(['127.0.0.1', 'localhost'])(
  'says which setting to look at, and why, where no database answers at %s',
  async (host) => {
    const checking = checkReachable(`postgres://somebody:secret@${host}:1/none`, 'CULTURE_DATABASE_URL');
    await expect(checking).rejects.toThrow(/check CULTURE_DATABASE_URL: .*ECONNREFUSED/);
    await expect(checking).rejects.not.toThrow(/secret/);
  },
);

it('accepts a database that answers', async () => {
  await checkReachable(process.env.TEST_POSTGRES_URL ?? '', 'CULTURE_DATABASE_URL');
});

// The generated code of the client is fresh, and what graphql-codegen writes is as the client needs it.
import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { refusalNames } from '@district-graph/client/generated/refusals';
import { possibleTypes } from '@district-graph/client/possible-types';
import { errorCodes } from '@district-graph/kit/errors';
import { buildSchema, isUnionType } from 'graphql';
import { describe, expect, it } from 'vitest';
import trusted from '../../client/src/generated/trusted-documents.json' with { type: 'json' };
import { root } from '../processes/child-process.ts';
import { generatedFiles, publishedSchema } from './generated-files.ts';

it('is what npm run codegen writes', async () => {
  const files = await generatedFiles();
  const committed = globSync('client/src/generated/*', { cwd: root }).sort();
  expect([...files.keys()].sort()).toEqual(committed);
  for (const [path, text] of files) expect(readFileSync(join(root, path), 'utf8'), path).toBe(text);
});

it('has every operation of test/operations as a trusted document, by the hash of its text', () => {
  const operations = globSync('test/operations/*.graphql', { cwd: root })
    .map((file) => readFileSync(join(root, file), 'utf8'))
    .join('\n')
    .match(/^(query|mutation|subscription) /gm);
  expect(Object.keys(trusted)).toHaveLength(operations?.length ?? 0);
  for (const [id, text] of Object.entries(trusted))
    expect(id).toBe(`sha256:${createHash('sha256').update(text).digest('hex')}`);
});

describe('the tables', () => {
  it('have every error code and every refusal', () => {
    const codes = readFileSync(join(root, 'client/src/generated/error-codes.ts'), 'utf8').match(/'\w+'/g);
    expect(codes?.map((code) => code.slice(1, -1))).toEqual(Object.keys(errorCodes));
    expect(refusalNames).toContain('SessionClosed');
    expect(possibleTypes.Refusal?.toSorted()).toEqual([...refusalNames]);
  });

  it('have the members of every union', () => {
    const schema = publishedSchema();
    const unions = Object.values(schema.getTypeMap()).filter(isUnionType);
    expect(unions.length).toBeGreaterThan(100);
    for (const union of unions)
      expect(possibleTypes[union.name]).toEqual(union.getTypes().map(({ name }) => name));
  });

  it('refuse a schema without refusals', async () => {
    const { clientTables } = await import('./client-tables.ts');
    expect(() => clientTables(buildSchema('type Query { a: Int }'))).toThrow('no interface Refusal');
  });
});

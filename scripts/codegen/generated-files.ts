// Everything that npm run codegen writes, by path: typed documents of each folder of operations, and the tables of the client.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema, type GraphQLSchema } from 'graphql';
import { root } from '../processes/child-process.ts';
import { clientTables } from './client-tables.ts';
import { typedDocuments } from './typed-documents.ts';

/** Folders of operations, and where their typed documents go. */
const targets = [
  {
    operations: 'test/operations/*.graphql',
    folder: 'client/src/generated',
    /** Where the documents import their class from. */
    client: '../typed-document.ts',
  },
];

/** The schema that is published for clients. */
export const publishedSchema = (): GraphQLSchema =>
  buildSchema(readFileSync(join(root, 'schema/contracts/api.graphql'), 'utf8'), { assumeValid: true });

export async function generatedFiles(): Promise<Map<string, string>> {
  const schema = publishedSchema();
  const files = new Map<string, string>();
  for (const { operations, folder, client } of targets)
    for (const [name, text] of await typedDocuments(schema, operations, client))
      files.set(`${folder}/${name}`, text);
  for (const [name, text] of clientTables(schema)) files.set(`client/src/generated/${name}`, text);
  return files;
}

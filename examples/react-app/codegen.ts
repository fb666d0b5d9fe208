// Typed documents from the operations of this application and the schema that comes with the client: npm run codegen.
import type { CodegenConfig } from '@graphql-codegen/cli';

const config: CodegenConfig = {
  schema: 'node_modules/@district-graph/client/schema.graphql',
  documents: 'src/**/*.graphql',
  generates: {
    'src/gql/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false, persistedDocuments: true },
      config: {
        documentMode: 'string',
        useTypeImports: true,
        scalars: { Date: 'string', DateTime: 'string', Long: 'number', PartialDate: 'string' },
      },
    },
  },
};
export default config;

// Programs that send an operation: as it is in the editor, with the token left out.
export interface SentOperation {
  query: string;
  variables: Record<string, unknown>;
  isSubscription: boolean;
}

export interface SampleOptions {
  origin: string;
  hasToken: boolean;
  purpose: string | null;
}

export const sampleKinds = ['curl', 'fetch', 'Apollo Client', 'Python'] as const;
export type SampleKind = (typeof sampleKinds)[number];

export function codeSample(kind: SampleKind, operation: SentOperation, options: SampleOptions): string {
  return { curl, fetch: fetchCode, 'Apollo Client': apollo, Python: python }[kind](operation, options);
}

const headersOf = ({ hasToken, purpose }: SampleOptions, token: string): [string, string][] => [
  ['content-type', 'application/json'],
  ...(hasToken ? ([['authorization', `Bearer ${token}`]] as [string, string][]) : []),
  ...(purpose ? ([['x-purpose', purpose]] as [string, string][]) : []),
];

const bodyOf = ({ query, variables }: SentOperation): string => JSON.stringify({ query, variables });

/** For a shell: a single quote ends the text, is escaped, and starts it again. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

function curl(operation: SentOperation, options: SampleOptions): string {
  const headers = headersOf(options, '$TOKEN').map(([name, value]) =>
    value.includes('$TOKEN') ? `-H "${name}: ${value}"` : `-H ${quoted(`${name}: ${value}`)}`,
  );
  if (operation.isSubscription) headers.push(`-N -H 'accept: text/event-stream'`);
  return [`curl ${options.origin}/graphql`, ...headers, `-d ${quoted(bodyOf(operation))}`].join(' \\\n  ');
}

/** A template literal with the document. */
const template = (text: string): string => `\`${text.replace(/[`\\]|\$\{/g, '\\$&')}\``;

const variablesIn = ({ variables }: SentOperation, indent: string): string =>
  JSON.stringify(variables, null, 2).replaceAll('\n', `\n${indent}`);

function fetchCode(operation: SentOperation, options: SampleOptions): string {
  const headers = headersOf(options, '$' + '{token}');
  if (operation.isSubscription) headers.push(['accept', 'text/event-stream']);
  return `const query = ${template(operation.query)};
const response = await fetch('${options.origin}/graphql', {
  method: 'POST',
  headers: {
${headers.map(([name, value]) => `    '${name}': ${value.includes('$') ? `\`${value}\`` : `'${value}'`},`).join('\n')}
  },
  body: JSON.stringify({ query, variables: ${variablesIn(operation, '  ')} }),
});
${
  operation.isSubscription
    ? `for await (const part of response.body.pipeThrough(new TextDecoderStream())) console.log(part);`
    : `const { data, errors } = await response.json();`
}
`;
}

function apollo(operation: SentOperation, options: SampleOptions): string {
  const headers = headersOf(options, '$' + '{token}').slice(1);
  const method = operation.isSubscription
    ? 'subscribe'
    : /^\s*mutation\b/m.test(operation.query)
      ? 'mutate'
      : 'query';
  const document = method === 'mutate' ? 'mutation' : 'query';
  const context = headers.length
    ? `\n  context: { headers: { ${headers.map(([name, value]) => `'${name}': ${value.includes('$') ? `\`${value}\`` : `'${value}'`}`).join(', ')} } },`
    : '';
  return `import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client';

const client = new ApolloClient({
  link: new HttpLink({ uri: '${options.origin}/graphql' }),
  cache: new InMemoryCache(),
});
${operation.isSubscription ? `client.subscribe` : `const { data } = await client.${method}`}({
  ${document}: gql${template(operation.query)},
  variables: ${variablesIn(operation, '  ')},${context}
})${operation.isSubscription ? '.subscribe(({ data }) => console.log(data))' : ''};
`;
}

function python(operation: SentOperation, options: SampleOptions): string {
  const headers = headersOf(options, '{token}');
  if (operation.isSubscription) headers.push(['accept', 'text/event-stream']);
  const text = (value: string): string => (value.includes('{token}') ? `f"${value}"` : JSON.stringify(value));
  return `import json
import urllib.request

query = ${JSON.stringify(operation.query).replaceAll('\\n', '\\n"\n    "').replace(/^"/, '(\n    "')}
)
variables = json.loads(${JSON.stringify(JSON.stringify(operation.variables))})
request = urllib.request.Request(
    "${options.origin}/graphql",
    data=json.dumps({"query": query, "variables": variables}).encode(),
    headers={${headers.map(([name, value]) => `"${name}": ${text(value)}`).join(', ')}},
)
with urllib.request.urlopen(request) as response:
    ${operation.isSubscription ? 'for line in response:\n        print(line.decode(), end="")' : 'print(json.load(response))'}
`;
}

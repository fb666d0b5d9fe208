// npm run build:portal: builds the pages that the gateway serves.
import { buildPortal } from '@district-graph/portal/build/build-portal';
import { readArguments } from '../command-line/arguments.ts';

const usage = `用法 usage: npm run build:portal
把网关提供的网页构建到 portal/dist。 Builds the pages that the gateway serves into portal/dist.
`;

readArguments(usage, { options: {} });
const started = performance.now();
await buildPortal();
process.stdout.write(`portal/dist  ${((performance.now() - started) / 1000).toFixed(1)} s\n`);

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { gatewayCommand, root } from './child-process.ts';

it('starts the gateway in npm start with the flags that npm run gateway has', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  expect(scripts.gateway).toBe(`node ${gatewayCommand.join(' ')}`);
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { StaticFiles } from './static-files.ts';

it('answers as the folder was at the start: no request depends on a file or can open one', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'static-files-test-'));
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'assets', 'a.css'), 'p {}');
  writeFileSync(join(folder, 'notes.md'), 'of a type that is not answered');
  const files = new StaticFiles(folder);
  rmSync(folder, { recursive: true });
  const server = createServer((request, response) => {
    if (!files.answer(request, response, request.url?.slice(1) ?? '')) response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const style = await fetch(`${url}/assets/a.css`);
  expect([style.headers.get('content-type'), await style.text()]).toEqual([
    'text/css; charset=utf-8',
    'p {}',
  ]);
  expect((await fetch(`${url}/notes.md`)).status).toBe(404);
  expect((await fetch(`${url}/assets`)).status).toBe(404);
  await new Promise<void>((resolve) => server.close(() => resolve()));
});

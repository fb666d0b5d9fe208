import { describe, expect, it } from 'vitest';
import { ConfigurationError, Environment, setting } from './environment.ts';
import { fileOrUrl, list, oneOf, onOrOff, optionalWholeNumber, url, wholeNumber } from './forms.ts';
import { keys } from './keys.ts';

const description = { zh: '。', en: '.' };
const named = { zh: '名称', en: 'names' };

const settings = {
  port: setting('PORT', wholeNumber(4000, [1, 65_535]), description),
  limit: setting('LIMIT', optionalWholeNumber([0, 9], { zh: '无', en: 'none' }), description),
  mode: setting('MODE', oneOf(['slow', 'fast'], 'slow'), description),
  pages: setting('PAGES', onOrOff('on'), description),
  headers: setting('HEADERS', list(named, ['a', 'b'], { isLowerCase: true }), description),
  redis: setting('REDIS', url({ zh: '地址', en: 'a URL' }, /^redis:/), description),
  source: setting('SOURCE', fileOrUrl(), description),
  secrets: setting('SECRETS', keys(), description),
  queued: setting('MAX_QUEUED', wholeNumber(8, [0, 100]), description, 'WAITING'),
};

const read = (env: NodeJS.ProcessEnv, prefix?: string) => new Environment(env).read(settings, prefix);

function faults(env: NodeJS.ProcessEnv): readonly string[] {
  const environment = new Environment(env);
  environment.read(settings);
  try {
    environment.check();
  } catch (error) {
    if (error instanceof ConfigurationError) return error.faults;
    throw error;
  }
  return [];
}

it('gives defaults for what is not set or empty, and an empty list for an empty list', () => {
  const defaults = {
    port: 4000,
    limit: undefined,
    mode: 'slow',
    pages: true,
    headers: ['a', 'b'],
    redis: null,
    source: null,
    secrets: new Map(),
    queued: 8,
  };
  expect(read({})).toEqual(defaults);
  expect(read({ PORT: '', MODE: '', REDIS: '', HEADERS: '' })).toEqual({ ...defaults, headers: [] });
});

it('gives values in the form that the code uses', () => {
  const secret = Buffer.alloc(32, 1);
  const env = {
    X_PORT: '5000',
    X_LIMIT: '3',
    X_PAGES: 'off',
    X_HEADERS: 'Cookie, , ETag',
    X_REDIS: 'redis://host',
    X_SECRETS: `one:${secret.toString('base64url')}`,
    PORT: '1',
  };
  expect(read(env, 'X_')).toMatchObject({
    port: 5000,
    limit: 3,
    pages: false,
    headers: ['cookie', 'etag'],
    redis: 'redis://host',
    secrets: new Map([['one', secret]]),
  });
});

describe('faults', () => {
  it('say in Chinese and English what was expected and received, all at once', () => {
    expect(faults({ PORT: '0', MODE: 'x', LIMIT: '1.5' })).toEqual([
      'PORT 应为 1 到 65535 的整数，收到 "0"。 PORT: expected a whole number, 1 to 65535, received "0".',
      'LIMIT 应为 0 到 9 的整数，收到 "1.5"。 LIMIT: expected a whole number, 0 to 9, received "1.5".',
      'MODE 应为 slow 或 fast，收到 "x"。 MODE: expected slow or fast, received "x".',
    ]);
  });

  it('repeat no value that may be a secret', () => {
    const env = { REDIS: 'http://user:hidden@host', SOURCE: '/hidden', SECRETS: 'one:hidden' };
    expect(faults(env)).toHaveLength(3);
    expect(faults(env).join()).not.toContain('hidden');
  });
});

it('reads a variable by its earlier name, and says so, unless the new one is set', () => {
  const environment = new Environment({ WAITING: '9' });
  expect(environment.read(settings).queued).toBe(9);
  expect(environment.renamed).toEqual([{ variable: 'MAX_QUEUED', earlier: 'WAITING' }]);
  expect(read({ WAITING: '9', MAX_QUEUED: '10' }).queued).toBe(10);
  expect(read({ WAITING: '9', MAX_QUEUED: '' }).queued).toBe(9);
});

it('says that an earlier name is set even where the new one is, and names the variable that it cannot use', () => {
  const environment = new Environment({ WAITING: '9', MAX_QUEUED: '10' });
  environment.read(settings);
  expect(environment.renamed).toEqual([{ variable: 'MAX_QUEUED', earlier: 'WAITING' }]);
  expect(faults({ WAITING: 'x' }).join()).toMatch(/^WAITING .* WAITING: expected /);
});

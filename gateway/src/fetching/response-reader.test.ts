import { describe, expect, it } from 'vitest';
import {
  type HttpResponse,
  headerOf,
  MalformedResponse,
  ResponseReader,
  ResponseTooLong,
} from './response-reader.ts';

const maxBytes = 100;

/** The responses that a reader returns for chunks of bytes, and the reader. */
function read(...pieces: string[]): { answers: HttpResponse[]; reader: ResponseReader } {
  const reader = new ResponseReader(maxBytes);
  const answers: HttpResponse[] = [];
  for (const piece of pieces) {
    // The bytes lie among others, as in a reused buffer.
    const bytes = Buffer.from(`\r\n\r\n${piece}\r\n\r\n`, 'latin1');
    const answer = reader.push(bytes, 4, bytes.length - 4);
    bytes.fill(0);
    if (answer) answers.push(answer);
  }
  return { answers, reader };
}
const only = (...pieces: string[]): HttpResponse | undefined => read(...pieces).answers[0];
const head = (...lines: string[]) => `HTTP/1.1 200 OK\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`;

const sized = `${head('Content-Type: application/json', 'Content-Length: 11')}{"a":"\xe6\x96\x87"}`;
const chunked = `${head('transfer-encoding: Chunked')}4\r\n{"a"\r\n7;note=1\r\n:"\xe6\x96\x87"}\r\n0\r\nx-sum: 1\r\n\r\n`;
const announced = `HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n${sized}`;

describe('a response', () => {
  it.each([
    ['with a length', sized],
    ['in chunks', chunked],
    ['after early hints', announced],
  ])('%s is the same wherever it is cut', (_what, text) => {
    const whole = only(text);
    expect(whole).toMatchObject({
      status: 200,
      text: '{"a":"\xe6\x96\x87"}',
      isUtf8: true,
      keepsConnection: true,
    });
    for (let cut = 1; cut < text.length; cut += 1) {
      expect(only(text.slice(0, cut), text.slice(cut))).toEqual(whole);
    }
    expect(only(...text)).toEqual(whole);
  });

  it('may follow another on the same connection', () => {
    const texts = [sized, chunked, announced, `${head('content-length: 0')}`, sized];
    const { answers, reader } = read(...texts);
    expect(answers.map(({ text }) => text.length)).toEqual([11, 11, 11, 0, 11]);
    expect(reader.hasBegun).toBe(false);
  });

  it('has no body with status 204, whatever its headers say', () => {
    expect(only('HTTP/1.1 204 No Content\r\ncontent-length: 9\r\n\r\n')).toMatchObject({
      status: 204,
      text: '',
    });
  });

  it('ends with the connection when it has no length', () => {
    const { answers, reader } = read(head('content-type: application/json'), '{"a"', ':1}');
    expect(answers).toEqual([]);
    expect(reader.connectionEnded()).toMatchObject({ text: '{"a":1}', keepsConnection: false });
  });

  it.each([
    ['a head', sized.slice(0, 40)],
    ['a body', sized.slice(0, -1)],
    ['a chunk', chunked.slice(0, -20)],
    ['the last chunk', chunked.slice(0, -2)],
  ])('is none where the connection ends within %s', (_what, text) => {
    const { answers, reader } = read(text);
    expect(answers).toEqual([]);
    expect(reader.connectionEnded()).toBeNull();
    expect(reader.hasBegun).toBe(true);
  });

  it('reports bytes that are not UTF-8', () => {
    expect(only(`${head('content-length: 1')}\xff`)?.isUtf8).toBe(false);
  });
});

describe('a connection is not reused', () => {
  it.each([
    ['when the response says so', head('connection: Close', 'content-length: 0')],
    ['when it is HTTP/1.0', 'HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n'],
    ['when bytes follow the response', `${head('content-length: 0')}HTTP/1.1 200 OK\r\n`],
    ['when bytes follow the last chunk', `${chunked}x`],
  ])('%s', (_what, text) => {
    expect(only(text)?.keepsConnection).toBe(false);
  });

  it('after the server’s keep-alive timeout', () => {
    expect(only(head('keep-alive: timeout=5, max=9', 'content-length: 0'))?.keepAliveMs).toBe(4000);
    expect(only(head('content-length: 0'))?.keepAliveMs).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('it rejects', () => {
  it.each([
    ['a line that is not HTTP', 'hello\r\n\r\n'],
    ['another HTTP version', 'HTTP/2.0 200 OK\r\n\r\n'],
    ['an invalid status', 'HTTP/1.1 099 OK\r\n\r\n'],
    ['a switch of protocols', 'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n'],
    ['a line without a carriage return', 'HTTP/1.1 200 OK\r\ncontent-length: 0\nx: y\r\n\r\n'],
    ['a folded header', head('x: y', ' z', 'content-length: 0')],
    ['a space before the colon', head('content-length : 0')],
    ['a header without a name', head(': x')],
    ['NUL in a header', head('x: \0')],
    ['two different lengths', head('content-length: 1', 'Content-Length: 2')],
    ['the same length twice', head('content-length: 1', 'content-length: 1')],
    ['a list of lengths', head('content-length: 1, 1')],
    ['a length with a sign', head('content-length: +1')],
    ['a length in another base', head('content-length: 0x1')],
    ['an empty length', head('content-length:')],
    ['a length together with chunks', head('content-length: 1', 'transfer-encoding: chunked')],
    ['another transfer encoding', head('transfer-encoding: gzip, chunked')],
    ['two transfer encodings', head('transfer-encoding: chunked', 'transfer-encoding: chunked')],
    ['chunks in HTTP/1.0', 'HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n'],
    ['an unknown encoding of a body', head('content-encoding: compress', 'content-length: 0')],
    ['a chunk without a size', `${head('transfer-encoding: chunked')}\r\n`],
    ['a chunk with a sign', `${head('transfer-encoding: chunked')}-1\r\n`],
    ['a chunk of excessive size', `${head('transfer-encoding: chunked')}fffffffff\r\n`],
    ['a chunk longer than its size', `${head('transfer-encoding: chunked')}1\r\nabc\r\n`],
    ['an invalid trailer', `${head('transfer-encoding: chunked')}0\r\nabc\r\n\r\n`],
    ['headers that are too long', head(`x: ${'y'.repeat(20_000)}`)],
    ['a chunk size line that is too long', `${head('transfer-encoding: chunked')}1;${'y'.repeat(20_000)}`],
    ['endless hints', 'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(1000)],
    ['endless trailers', `${head('transfer-encoding: chunked')}0\r\n${'x: y\r\n'.repeat(5000)}`],
  ])('%s', (_what, text) => {
    expect(() => read(text)).toThrow(MalformedResponse);
    expect(() => read(...(text.match(/.{1,100}/gs) ?? []))).toThrow(MalformedResponse);
  });

  it.each([
    ['given as its length', head('content-length: 101')],
    ['in one chunk', `${head('transfer-encoding: chunked')}65\r\n`],
    ['in many chunks', head('transfer-encoding: chunked') + '1\r\nx\r\n'.repeat(101)],
    ['up to the end of the connection', head('x: y') + 'x'.repeat(101)],
  ])('a body that is too long, %s', (_what, text) => {
    expect(() => read(text)).toThrow(ResponseTooLong);
  });
});

it('returns the values of a header', () => {
  const text = head('Set-Cookie: a=1', 'x: y', 'set-cookie:  b=2 ');
  expect(headerOf(text, 'set-cookie')).toBe('a=1, b=2');
  expect(headerOf(text, 'cookie')).toBeNull();
});

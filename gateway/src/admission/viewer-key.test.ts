import { expect, it } from 'vitest';
import { viewerKeyBy } from './viewer-key.ts';

const direct = viewerKeyBy(0);

it('is derived from the authorization header without revealing it', () => {
  const key = direct({ headers: { authorization: 'Bearer secret' }, address: '10.0.0.1' });
  expect(key).toBe(direct({ headers: { authorization: 'Bearer secret' }, address: '10.0.0.2' }));
  expect(key).not.toBe(direct({ headers: { authorization: 'Bearer other' }, address: '10.0.0.1' }));
  expect(key).not.toContain('secret');
});

it('is the address without an authorization header, whatever other headers say', () => {
  const headers = { 'x-forwarded-for': '1.2.3.4', 'x-real-ip': '1.2.3.4', host: 'other' };
  expect(direct({ headers, address: '10.0.0.1' })).toBe('i:10.0.0.1');
  expect(direct({ headers: {}, address: '::ffff:10.0.0.1' })).toBe('i:10.0.0.1');
});

it('is the address that the outermost trusted proxy saw', () => {
  const headers = { 'x-forwarded-for': 'forged, 203.0.113.9, 10.0.0.7' };
  expect(viewerKeyBy(1)({ headers, address: '10.0.0.1' })).toBe('i:10.0.0.7');
  expect(viewerKeyBy(2)({ headers, address: '10.0.0.1' })).toBe('i:203.0.113.9');
  expect(viewerKeyBy(1)({ headers: {}, address: '10.0.0.1' })).toBe('i:10.0.0.1');
});

it('is the same for all addresses of an IPv6 network', () => {
  const keys = ['2001:db8:1:2::1', '2001:db8:1:2:ffff::9', '2001:db8:1:2:3:4:5:6'].map((address) =>
    direct({ headers: {}, address }),
  );
  expect(new Set(keys)).toEqual(new Set(['i:2001:db8:1:2::/64']));
  expect(direct({ headers: {}, address: '2001:db8::1' })).toBe('i:2001:db8:0:0::/64');
  expect(direct({ headers: {}, address: 'fe80::1%eth0' })).toBe('i:fe80:0:0:0::/64');
});

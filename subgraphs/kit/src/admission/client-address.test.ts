import { expect, it } from 'vitest';
import { clientAddress, networkOf } from './client-address.ts';

it.each<[string | undefined, number, string | null]>([
  [undefined, 0, '10.0.0.1'],
  ['203.0.113.9', 0, '10.0.0.1'],
  ['203.0.113.9', 1, '203.0.113.9'],
  ['192.0.2.1, 203.0.113.9', 1, '203.0.113.9'],
  ['192.0.2.1, 203.0.113.9', 2, '192.0.2.1'],
  ['2001:db8::7', 1, '2001:db8::7'],
  ['unknown', 1, '10.0.0.1'],
  ["'; drop table elder", 1, '10.0.0.1'],
])('reads from x-forwarded-for %j, behind %i proxies, the address %j', (forwarded, trusted, expected) => {
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
  expect(clientAddress(headers, '::ffff:10.0.0.1', trusted)).toBe(expected);
});

it('has no address for a connection that has ended', () => {
  expect(clientAddress({}, '', 0)).toBeNull();
});

it.each([
  ['203.0.113.9', '203.0.113.9'],
  ['::ffff:203.0.113.9', '203.0.113.9'],
  ['2001:DB8::7', '2001:db8:0:0::/64'],
  ['2001:0db8:0001:0002:3:4:5:6', '2001:db8:1:2::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['fe80::1%eth0.100', 'fe80:0:0:0::/64'],
  ['fe80::1%br-3a4b', 'fe80:0:0:0::/64'],
  ['fe80::1%docker_gwbridge', 'fe80:0:0:0::/64'],
  ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
  ['fe80::zz', 'fe80::zz'],
  ['::1', '0:0:0:0::/64'],
  ['', ''],
])('counts %j as the network %j', (address, network) => {
  expect(networkOf(address)).toBe(network);
});

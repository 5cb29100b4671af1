import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';

export type Resolve = (host: string) => Promise<readonly LookupAddress[]>;

/** All addresses of a name, as this machine resolves names. */
export const resolveName: Resolve = (host) => lookup(host, { all: true, verbatim: true });

/** The site's own networks: usable when the operator says so. RFC 1918, RFC 6598, RFC 4193, loopback. */
const PRIVATE_RANGES = [
  ['10.0.0.0', 8, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['fc00::', 7, 'ipv6'],
  ['::1', 128, 'ipv6'],
] as const;

/**
 * Never usable: this network, link-local (where clouds answer with their secrets), protocol assignments, examples,
 * benchmarks, multicast, reserved. Source: IANA's registries of special-purpose addresses (RFC 6890).
 */
const FORBIDDEN_RANGES = [
  ['0.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['192.0.0.0', 24, 'ipv4'],
  ['192.0.2.0', 24, 'ipv4'],
  ['192.88.99.0', 24, 'ipv4'],
  ['198.18.0.0', 15, 'ipv4'],
  ['198.51.100.0', 24, 'ipv4'],
  ['203.0.113.0', 24, 'ipv4'],
  ['224.0.0.0', 4, 'ipv4'],
  ['240.0.0.0', 4, 'ipv4'],
  // Old and new ways to write an IPv4 address into an IPv6 one reach that address round these lists.
  ['2001::', 23, 'ipv6'],
  ['2001:db8::', 32, 'ipv6'],
  ['2002::', 16, 'ipv6'],
  ['3fff::', 20, 'ipv6'],
] as const;

/** All that is routed in the world begins with these three bits; `::ffff:…` and `64:ff9b::…` do not. */
const GLOBAL_IPV6 = ['2000::', 3, 'ipv6'] as const;

type Range = readonly [net: string, prefix: number, family: 'ipv4' | 'ipv6'];

function listOf(ranges: readonly Range[]): BlockList {
  const list = new BlockList();
  for (const [net, prefix, family] of ranges) list.addSubnet(net, prefix, family);
  return list;
}

const privateOnes = listOf(PRIVATE_RANGES);
const forbiddenOnes = listOf(FORBIDDEN_RANGES);
const globalOnes = listOf([GLOBAL_IPV6]);
const mappedOnes = listOf([['::', 80, 'ipv6']]);
const loopbackOnes = listOf([
  ['127.0.0.0', 8, 'ipv4'],
  ['::1', 128, 'ipv6'],
]);

export function isLoopback(address: string): boolean {
  return isIn(loopbackOnes, address);
}

/** @param address as a name resolves to it, never a name. */
export function mayConnectTo(address: string, { mayReachPrivate }: { readonly mayReachPrivate: boolean }): boolean {
  if (isIP(address) === 0 || isMapped(address)) return false;
  if (isIn(privateOnes, address)) return mayReachPrivate;
  if (isIn(forbiddenOnes, address)) return false;
  return isIP(address) === 4 || isIn(globalOnes, address);
}

function isIn(list: BlockList, address: string): boolean {
  return list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/** `::`, `::7f00:1`, `::ffff:10.0.0.1`: IPv4 in the clothes of IPv6; nobody who means well names a host so. */
function isMapped(address: string): boolean {
  return isIP(address) === 6 && address !== '::1' && mappedOnes.check(address, 'ipv6');
}

/** A host as sockets take it: an IPv6 address without its brackets. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

import { networkInterfaces } from 'node:os'
import ipaddr from 'ipaddr.js'

/** All that is handed out for the public internet. What lies outside is special, or not yet anything. */
const PUBLIC_V6 = ipaddr.parseCIDR('2000::/3') as [ipaddr.IPv6, number]
/** Public by its number, but answered inside of every machine at Azure. */
const METADATA = ['168.63.129.16']

/**
 * Whether an address belongs to somebody on the public internet, who is not us. False for every range with a special meaning, and for
 * the forms that wrap another address (mapped, NAT64, 6to4, Teredo), whatever they wrap: a public host needs none of them.
 */
export function isPublicAddress(address: string): boolean {
  const plain = address.replace(/^\[|\]$/g, '').split('%', 1)[0] ?? '' // A zone (`%eth0`) names an interface, which only local addresses need.
  if (plain.length !== address.replace(/^\[|\]$/g, '').length || !ipaddr.isValid(plain)) return false
  const parsed = ipaddr.parse(plain)
  if (parsed.range() !== 'unicast' || METADATA.includes(plain) || isOurs(parsed)) return false
  return parsed instanceof ipaddr.IPv4 || parsed.match(PUBLIC_V6)
}

/** A server with a public address reaches what listens on it from the inside, past the firewall. */
function isOurs(parsed: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  const ours = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  return ours.some(({ address }) => ipaddr.isValid(address) && ipaddr.parse(address).toNormalizedString() === parsed.toNormalizedString())
}

import { isIP } from 'node:net'
import { isPublicAddress } from './public-address.ts'

export interface AddressRules {
  /** Plain http as well. Never for what carries something secret. */
  readonly allowHttp?: boolean | undefined
  /** Ports besides 80 and 443. */
  readonly ports?: readonly number[] | undefined
}

const PORTS = [80, 443]
/** Names that mean this machine or this network, wherever they are asked. Clouds put their metadata under `.internal`. */
const LOCAL_ENDINGS = ['localhost', 'local', 'internal', 'home.arpa', 'intranet', 'lan', 'corp', 'home']

/** Why an address is refused by what is written in it, or null. Asks nobody: where a name leads is checked when it is dialled. */
export function refuseAddress(url: URL, { allowHttp = false, ports = [] }: AddressRules): string | null {
  if (url.username !== '' || url.password !== '') return 'the address carries credentials'
  if (url.protocol !== 'https:' && !(allowHttp && url.protocol === 'http:')) return `the address is not https: ${url.protocol}//${url.host}`
  if (url.port !== '' && ![...PORTS, ...ports].includes(Number(url.port))) return `the port ${url.port} is not allowed`
  return refuseHost(url.hostname)
}

/** The URL parser has already turned decimal, hexadecimal, octal, short and full-width spellings into plain addresses. */
function refuseHost(hostname: string): string | null {
  const host = hostname.toLowerCase().replace(/\.$/, '')
  const literal = host.replace(/^\[|\]$/g, '')
  if (isIP(literal) !== 0) return isPublicAddress(literal) ? null : `${literal} is not a public address`
  if (!host.includes('.') || host.includes('..')) return `${host} is not a public name`
  return LOCAL_ENDINGS.some((ending) => host.endsWith(`.${ending}`)) ? `${host} is a local name` : null
}

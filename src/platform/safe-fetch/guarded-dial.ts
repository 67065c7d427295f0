import { lookup as lookupInDns, type LookupAddress } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { buildConnector } from 'undici'
import { isPublicAddress } from './public-address.ts'

/** A name, or an address, turned out to lead into a network that is not public. */
export class BlockedAddress extends Error {
  constructor(host: string, address: string) {
    super(`${host} leads to ${address}, which is not a public address`)
    this.name = 'BlockedAddress'
  }
}

/**
 * Connects to public addresses only. The check sits inside the dial, on the very answer that is dialled: a name server that says
 * something else a moment later is not asked again. One private address among several refuses them all.
 */
export function guardedDial(timeoutMs: number, lookup: LookupFunction = lookupInDns): buildConnector.connector {
  const dial = buildConnector({ timeout: timeoutMs, lookup: checked(lookup), port: 0 })
  return (options, callback) => {
    const host = options.hostname.replace(/^\[|\]$/g, '')
    // An address is dialled as it is, without any look-up.
    if (isIP(host) !== 0 && !isPublicAddress(host)) callback(new BlockedAddress(host, host), null)
    else dial(options, callback)
  }
}

function checked(lookup: LookupFunction): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, answer) => {
      const addresses = answer as LookupAddress[]
      const [first] = addresses ?? []
      if (error !== null || first === undefined) return callback(error ?? new Error(`${hostname} has no address`), [])
      const blocked = addresses.find(({ address }) => !isPublicAddress(address))
      if (blocked !== undefined) return callback(new BlockedAddress(hostname, blocked.address), [])
      if (options.all === true) callback(null, addresses)
      else callback(null, first.address, first.family)
    })
  }
}

import { createPrivateKey, type KeyObject } from 'node:crypto'
import { z } from 'zod'

const KeyFile = z.object({ client_email: z.string().min(1), private_key: z.string().min(1), private_key_id: z.string().optional(), token_uri: z.url().optional() })

/** What was given is no key file (JSON) of a service account. Says nothing of what is in it, as that may be a key all the same. */
export class UnusableKeyFile extends Error {}

export interface ServiceAccountKey {
  readonly email: string
  readonly key: KeyObject
  readonly keyId: string | undefined
  readonly tokenUri: string | undefined
}

/** Reads the key file of a service account. Throws `UnusableKeyFile` for anything else. */
export function readServiceAccountKey(json: string): ServiceAccountKey {
  try {
    const file = KeyFile.parse(JSON.parse(json))
    return { email: file.client_email, key: createPrivateKey(file.private_key), keyId: file.private_key_id, tokenUri: file.token_uri }
  } catch {
    throw new UnusableKeyFile('it is no key file (JSON) of a service account')
  }
}

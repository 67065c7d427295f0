import { createHmac } from 'node:crypto'

const PURPOSE = 'end user of a provider'

/**
 * Names that vendors are given for accounts, so that one who breaks their rules can be told from all others: the same for all requests of an account, another one at
 * each vendor, and nothing that anybody without the secret could make or trace back. With another secret everybody has other names.
 */
export class EndUsers {
  readonly #key: Buffer

  constructor(secret: string) {
    this.#key = createHmac('sha256', secret).update(PURPOSE).digest()
  }

  /** 43 characters, which every vendor that asks for a name takes. */
  nameOf(provider: string, accountId: string): string {
    return createHmac('sha256', this.#key).update(`${provider} ${accountId}`).digest('base64url')
  }
}

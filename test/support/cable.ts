import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** The wire between a client and a server, which can be cut and mended. */
export interface Cable {
  readonly port: number
  /** Everything that was sent to the server so far. */
  sent(): string
  /** Drops every connection and takes no new one. */
  cut(): void
  mend(): void
  close(): Promise<void>
}

export async function layCable(host: string, port: number): Promise<Cable> {
  const ends = new Set<Socket>()
  const chunks: Buffer[] = []
  let cut = false
  const server = createServer((client) => {
    if (cut) return client.destroy()
    const target = connect(port, host)
    client.on('data', (chunk: Buffer) => chunks.push(chunk))
    for (const [from, to] of [[client, target], [target, client]] as const) {
      ends.add(from)
      from.pipe(to)
      from.on('error', () => to.destroy())
      from.on('close', () => {
        ends.delete(from)
        to.destroy()
      })
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    sent: () => Buffer.concat(chunks).toString('latin1'),
    cut: () => {
      cut = true
      for (const end of ends) end.destroy()
    },
    mend: () => {
      cut = false
    },
    close: async () => {
      for (const end of ends) end.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

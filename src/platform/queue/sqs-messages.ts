import {
  type BatchResultErrorEntry, type ChangeMessageVisibilityBatchRequestEntry, ChangeMessageVisibilityBatchCommand, DeleteMessageBatchCommand, type Message, ReceiveMessageCommand,
  SendMessageBatchCommand, type SendMessageBatchRequestEntry, type SQSClient,
} from '@aws-sdk/client-sqs'
import type { OutgoingJob } from './port.ts'

/** The most that SQS takes at once, in messages and in bytes: the lower limit of all regions. */
const BATCH_MAX = 10
const BATCH_BYTES_MAX = 200_000
const DELAY_SECONDS_MAX = 900
const SEND_ROUNDS = 4
const SENDS_AT_ONCE = 8

/** A message without the queue it goes to. */
type Entry = Omit<SendMessageBatchRequestEntry, 'Id'>

export function toEntry({ id, payload, delayMs = 0 }: Pick<OutgoingJob, 'id' | 'payload' | 'delayMs'>): Entry {
  const seconds = Math.ceil(delayMs / 1_000)
  // SQS delays by a quarter of an hour at most: the consumer sends it on until it is due.
  const due = seconds > DELAY_SECONDS_MAX ? { Due: { DataType: 'Number', StringValue: String(Date.now() + delayMs) } } : {}
  return {
    MessageBody: toAscii(JSON.stringify(payload)),
    MessageAttributes: { JobId: { DataType: 'String', StringValue: id }, ...due },
    ...(seconds > 0 ? { DelaySeconds: Math.min(DELAY_SECONDS_MAX, seconds) } : {}),
  }
}

/** The same JSON: SQS refuses some characters, and what stands in for it refuses more. */
function toAscii(json: string): string {
  return json.replaceAll(/[^ -~]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** When the message is to be worked on, in milliseconds since 1970; 0 where SQS itself keeps the time. */
export function dueAt({ MessageAttributes }: Message): number {
  return Number(MessageAttributes?.['Due']?.StringValue ?? 0)
}

/** The same message once more, for a consumer that received it before its time. Undefined when it is due. */
export function toLaterEntry(message: Message): Entry | undefined {
  const { Body, MessageAttributes } = message
  const seconds = Math.ceil((dueAt(message) - Date.now()) / 1_000)
  return seconds > 0 ? { MessageBody: Body, MessageAttributes, DelaySeconds: Math.min(DELAY_SECONDS_MAX, seconds) } : undefined
}

/** Sends in batches. What SQS takes only in part is sent again, entry by entry; rejects when some were not taken in the end. */
export async function sendAll(client: SQSClient, url: string, entries: readonly Entry[], onSent: (messages: number) => void = () => undefined): Promise<void> {
  const batches = intoBatches(entries)
  while (batches.length > 0) await Promise.all(batches.splice(0, SENDS_AT_ONCE).map((batch) => sendBatch(client, url, batch, onSent)))
}

async function sendBatch(client: SQSClient, url: string, batch: readonly Entry[], onSent: (messages: number) => void): Promise<void> {
  let left = batch
  for (let round = 1; left.length > 0; round += 1) {
    const failed = await sendOnce(client, url, left)
    onSent(left.length - failed.length)
    const hopeless = failed.find(({ error }) => error.SenderFault === true) ?? (round === SEND_ROUNDS ? failed[0] : undefined)
    if (hopeless !== undefined) throw new Error(`SQS took ${batch.length - failed.length} of ${batch.length} messages: ${hopeless.error.Code} ${hopeless.error.Message ?? ''}`)
    left = failed.map(({ entry }) => entry)
  }
}

async function sendOnce(client: SQSClient, url: string, entries: readonly Entry[]): Promise<{ entry: Entry; error: BatchResultErrorEntry }[]> {
  const numbered = entries.map((entry, index) => ({ ...entry, Id: String(index) }))
  const { Failed = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl: url, Entries: numbered }))
  return Failed.map((error) => ({ entry: entries[Number(error.Id)]!, error }))
}

function intoBatches(entries: readonly Entry[]): Entry[][] {
  const batches: Entry[][] = []
  let bytes = 0
  for (const entry of entries) {
    const size = Buffer.byteLength(entry.MessageBody ?? '') + 500
    const last = batches.at(-1)
    if (last === undefined || last.length === BATCH_MAX || bytes + size > BATCH_BYTES_MAX) {
      batches.push([entry])
      bytes = size
    } else {
      last.push(entry)
      bytes += size
    }
  }
  return batches
}

export interface Receiving {
  readonly url: string
  readonly limit: number
  readonly waitSeconds: number
  readonly visibilitySeconds: number
  readonly signal?: AbortSignal
}

export async function receive(client: SQSClient, { url, limit, waitSeconds, visibilitySeconds, signal }: Receiving): Promise<Message[]> {
  const command = new ReceiveMessageCommand({
    QueueUrl: url,
    MaxNumberOfMessages: limit,
    WaitTimeSeconds: waitSeconds,
    VisibilityTimeout: visibilitySeconds,
    MessageSystemAttributeNames: ['ApproximateReceiveCount'],
    MessageAttributeNames: ['JobId', 'Due'],
  })
  const { Messages = [] } = await client.send(command, signal === undefined ? {} : { abortSignal: signal })
  return Messages
}

/** At most ten. Answers for each what SQS had against it. */
export async function deleteBatch(client: SQSClient, url: string, handles: readonly string[]): Promise<(string | undefined)[]> {
  const entries = handles.map((handle, index) => ({ Id: String(index), ReceiptHandle: handle }))
  const { Failed = [] } = await client.send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries: entries }))
  return handles.map((_, index) => reasonFor(Failed, index))
}

/** Says for how long each of these stays hidden from now on; at most ten. Answers for each what SQS had against it. */
export async function hideBatch(client: SQSClient, url: string, hides: readonly { handle: string; seconds: number }[]): Promise<(string | undefined)[]> {
  const entries: ChangeMessageVisibilityBatchRequestEntry[] = hides.map(({ handle, seconds }, index) => ({ Id: String(index), ReceiptHandle: handle, VisibilityTimeout: seconds }))
  const { Failed = [] } = await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: url, Entries: entries }))
  return hides.map((_, index) => reasonFor(Failed, index))
}

function reasonFor(failed: readonly BatchResultErrorEntry[], index: number): string | undefined {
  const entry = failed.find(({ Id }) => Id === String(index))
  return entry === undefined ? undefined : `${entry.Code} ${entry.Message ?? ''}`.trim()
}

import { CreateQueueCommand, GetQueueAttributesCommand, type QueueAttributeName, SetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { QueueUnreachable, QueueUnsuitable } from './errors.ts'
import { priorities, type Priority, type QueueName, queueNames } from './port.ts'

const KEPT_SECONDS = '1209600' // The longest that SQS keeps anything: 14 days.

export interface LaneConfig {
  readonly mainUrl: string
  /** Where poison goes; `<main>-dlq` unless told. */
  readonly deadLetterUrl: string | null
  readonly visibilitySeconds: number
  readonly receivesMax: number
}

export interface Lanes {
  urlOf(name: QueueName, priority: Priority): string
  readonly deadLetterUrl: string
}

/**
 * Finds the queues of all lanes and the dead-letter queue, and makes what is missing.
 *
 * The main queue is the lane `image`; every other is named after it: `<main>-video`, and `-bulk` behind each for what may wait. A queue that has a
 * redrive policy keeps it. Refuses `QueueUnreachable` when SQS does not answer, and `QueueUnsuitable` with the names of all queues that are neither there nor may be made.
 */
export async function openLanes(client: SQSClient, config: LaneConfig): Promise<Lanes> {
  const { mainUrl, visibilitySeconds, receivesMax } = config
  const deadLetterUrl = config.deadLetterUrl ?? `${mainUrl}-dlq`
  const [deadLetter, problem] = await settle(ensureQueue(client, deadLetterUrl, { MessageRetentionPeriod: KEPT_SECONDS }))
  if (deadLetter === undefined) throw explain(mainUrl, [problem])
  const redrive = { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetter['QueueArn'], maxReceiveCount: receivesMax }) }
  const attributes = { ...redrive, MessageRetentionPeriod: KEPT_SECONDS, VisibilityTimeout: String(visibilitySeconds) }
  const urls = queueNames.flatMap((name) => priorities.map((priority) => laneUrl(mainUrl, name, priority)))
  const outcomes = await Promise.all(urls.map((url) => settle(ensureLane(client, url, attributes, redrive))))
  const problems = outcomes.flatMap(([found, problem]) => (found === undefined ? [problem] : []))
  if (problems.length > 0) throw explain(mainUrl, problems)
  return { deadLetterUrl, urlOf: (name, priority) => laneUrl(mainUrl, name, priority) }
}

function laneUrl(mainUrl: string, name: QueueName, priority: Priority): string {
  return `${mainUrl}${name === 'image' ? '' : `-${name}`}${priority === 'bulk' ? '-bulk' : ''}`
}

type Attributes = Readonly<Record<string, string>>

async function ensureLane(client: SQSClient, url: string, attributes: Attributes, redrive: Attributes): Promise<Attributes> {
  const found = await ensureQueue(client, url, attributes)
  // Without one a message that crashes every worker would come back for ever.
  if (found['RedrivePolicy'] === undefined) await client.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: redrive })).catch(naming(url))
  return found
}

async function ensureQueue(client: SQSClient, url: string, attributes: Attributes): Promise<Attributes> {
  try {
    return await readAttributes(client, url)
  } catch (error) {
    if (!isMissing(error)) throw new Problem(url, error as Error)
  }
  await client.send(new CreateQueueCommand({ QueueName: nameOf(url), Attributes: attributes })).catch(naming(url))
  return readAttributes(client, url).catch(naming(url))
}

async function readAttributes(client: SQSClient, url: string): Promise<Attributes> {
  const names: QueueAttributeName[] = ['QueueArn', 'RedrivePolicy']
  const { Attributes: found } = await client.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: names }))
  return found ?? {}
}

/** What went wrong with which queue. */
class Problem extends Error {
  readonly url: string
  constructor(url: string, cause: Error) {
    super(cause.message || cause.name, { cause })
    this.url = url
    this.name = cause.name
  }
}

function naming(url: string): (error: Error) => never {
  return (error) => {
    throw new Problem(url, error)
  }
}

async function settle<T>(work: Promise<T>): Promise<[T, undefined] | [undefined, Problem]> {
  return work.then((value) => [value, undefined] as [T, undefined], (error: Problem) => [undefined, error] as [undefined, Problem])
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && /QueueDoesNotExist|NonExistentQueue/.test(error.name)
}

function explain(mainUrl: string, problems: readonly (Problem | undefined)[]): Error {
  const [first] = problems
  const where = `SQS at ${mainUrl} (SQS_MAIN_QUEUE_URL)`
  // SQS answers a mistake with its status; what has none never got there.
  const status = (first?.cause as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata?.httpStatusCode
  if (status === undefined) return new QueueUnreachable({ where, reason: first?.message ?? 'unknown' }, { cause: first })
  const names = problems.map((problem) => nameOf(problem?.url ?? ''))
  const reason = `these queues are not usable and could not be made (${first?.name}: ${first?.message}): ${names.join(', ')}. Make them, or allow sqs:CreateQueue, sqs:GetQueueAttributes and sqs:SetQueueAttributes.`
  return new QueueUnsuitable({ where, reason }, { cause: first })
}

function nameOf(url: string): string {
  return url.slice(url.lastIndexOf('/') + 1)
}

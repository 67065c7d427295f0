import type { Invariant } from '#domains/credits'

/** The laws of batches. That an open letter is of a failed generation is a law of generations (I-25). */
export const deadLetterInvariants: readonly Invariant[] = [
  {
    id: 'I-41',
    name: 'a batch of dead letters has dealt with no letter that is still its own, and holds on to none when it has ended',
    violations: `
      select b.id from dead_letter_batches b join (
        select batch_id, count(*) filter (where state = 'open') as open, count(*) filter (where state = 'retried') as retried
        from dead_letters where batch_id is not null group by batch_id) l on l.batch_id = b.id
      where case when b.state = 'running' then b.retried + b.unpayable + l.open > b.total else l.open > 0 end or l.retried > b.total`,
  },
]

/** The columns of a generation under the names of `Session`. `s` is the table's alias in every statement. */
export const sessionColumns = `s.id, s.account_id as "accountId", s.kind, case s.priority when 0 then 'interactive' else 'bulk' end as priority, s.model, s.provider, s.provider_model as "providerModel",
  s.simulated, s.status, s.phase, s.input, s.metadata, s.outputs_wanted as "outputsWanted", s.units, s.width, s.height,
  s.price_credits as "priceCredits", s.charged_price_credits as "chargedPriceCredits", s.allow_fallback as "allowFallback", s.defaulted, s.route,
  s.served_input as "servedInput", s.reservation_id as "reservationId", s.waived,
  s.credits_held as "creditsHeld", s.credits_captured as "creditsCaptured", s.credits_released as "creditsReleased",
  s.error_code as "errorCode", s.error_message as "errorMessage", s.attempts, s.lease_token as "leaseToken",
  s.event_seq as "eventSeq", s.provider_status as "providerStatus", s.provider_progress as "providerProgress", s.timing_breakdown as timing, s.deadline_at as "deadlineAt",
  s.created_at as "createdAt", s.reopened_at as "reopenedAt", s.calls_forgiven as "callsForgiven", s.calls_outdated as "callsOutdated",
  s.started_at as "startedAt", s.finished_at as "finishedAt", s.outputs_removed_at as "outputsRemovedAt", s.outputs_kept_days as "outputsKeptDays",
  s.retried_from as "retriedFrom"`

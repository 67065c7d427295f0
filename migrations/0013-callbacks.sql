-- breaking: no
-- What a provider's callback says the task of a call is: for a submit whose answer was lost it tells at once what would have to be looked for. Operators notice nothing.
alter table provider_attempts add column hinted_task_id text;

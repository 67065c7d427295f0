-- breaking: no
-- What an image costs may depend on its size, and on the pictures it is made from: further columns and rows of `provider_costs`. Calls from before keep what they cost.
alter table provider_costs
  drop constraint provider_costs_pkey,
  drop constraint provider_costs_unit_check,
  -- For images of at most so many pixels. Null: for those of every size that has no price of its own.
  add column pixels_max bigint check (pixels_max > 0),
  -- So many of each call are for nothing.
  add column free integer not null default 0 check (free >= 0),
  add constraint provider_costs_unit_check
    check (unit in ('image', 'input_image', 'second', 'million_tokens_in', 'million_image_tokens_in', 'million_tokens_out')),
  add constraint provider_costs_sized check (pixels_max is null or unit = 'image'),
  add constraint provider_costs_granted check (free = 0 or unit = 'input_image');
create unique index idx_provider_costs_key on provider_costs (provider, provider_model, unit, rate, coalesce(pixels_max, 0), starts_at);

-- From the vendor's list of November 2026: an image of just 2.61 megapixels still counts as small, and the first picture that one is made from costs nothing.
insert into provider_costs (provider, provider_model, unit, pixels_max, free, micro_usd, starts_at) values
  ('bytedance', 'dola-seedream-5-0-pro-260628', 'image', 2610000, 0, 45000, '2026-01-01T00:00:00Z'),
  ('bytedance', 'dola-seedream-5-0-pro-260628', 'input_image', null, 1, 3000, '2026-01-01T00:00:00Z');

-- What one call costs at list price, in millionths of a dollar, rounded up; null where no price is known. `pixels` are those of one image; one of unknown size has
-- the price of every size.
create function provider_call_cost(
  the_provider text, the_model text, the_rate text, images integer, pixels bigint, input_images integer, seconds numeric, tokens_in bigint, image_tokens_in bigint,
  tokens_out bigint
) returns bigint language sql stable as $$
  with price as (
    select distinct on (c.unit) c.unit, c.micro_usd, c.free from provider_costs c
    where c.provider = the_provider and c.provider_model = the_model and c.rate in ('', coalesce(the_rate, '')) and c.starts_at <= now()
      and (c.pixels_max is null or pixels <= c.pixels_max)
    order by c.unit, c.rate = '', c.pixels_max, c.starts_at desc),
  used as (
    select unit, micro_usd * case unit when 'image' then images when 'input_image' then greatest(input_images - free, 0) when 'second' then seconds else
      case unit when 'million_tokens_in' then tokens_in when 'million_image_tokens_in' then image_tokens_in else tokens_out end / 1000000.0 end as cost from price)
  select ceil(coalesce(sum(cost) filter (where unit like 'million%'), sum(cost) filter (where unit not like 'million%')))::bigint from used
$$;

-- For processes of the release before, until they are gone: they do not say how large an image is.
create or replace function provider_call_cost(
  the_provider text, the_model text, the_rate text, images integer, seconds numeric, tokens_in bigint, image_tokens_in bigint, tokens_out bigint
) returns bigint language sql stable as $$
  select provider_call_cost(the_provider, the_model, the_rate, images, null::bigint, null::integer, seconds, tokens_in, image_tokens_in, tokens_out)
$$;

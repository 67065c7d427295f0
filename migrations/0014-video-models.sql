-- breaking: no
-- Prices of the video models that came after Seedance 2.0. Operators notice nothing: rows are added and none is changed.

-- A credit stands for at most 0.03 USD of a provider's bill, as with seedream4: each price is the provider's own for a second, divided by that and rounded up.
-- What a credit is sold for above 0.03 USD is the margin; at 0.04 USD it is a quarter or more.
insert into model_prices (model, version, unit, credits, rates, starts_at) values
  -- Tokens are width × height × 24 / 1024 a second: 10 044 at 480p and 21 600 at 720p. 5.60, 3.50 and 10.70 USD a million.
  ('seedance-fast', 1, 'second', 5, '{"480p": 2, "720p": 5}', '2026-01-01T00:00:00Z'),
  ('seedance-mini', 1, 'second', 3, '{"480p": 2, "720p": 3}', '2026-01-01T00:00:00Z'),
  ('seedance-2-5', 1, 'second', 8, '{"480p": 4, "720p": 8}', '2026-01-01T00:00:00Z'),
  -- 0.40 USD a second, 0.60 in 4k.
  ('veo', 1, 'second', 14, '{"720p": 14, "1080p": 14, "4k": 20}', '2026-01-01T00:00:00Z'),
  ('veo-preview', 1, 'second', 14, '{"720p": 14, "1080p": 14, "4k": 20}', '2026-01-01T00:00:00Z'),
  -- The prices of Omni 1.1 (0.03, 0.10, 0.15, 0.30 USD), which are better known; 1.2 is said to cost less.
  ('omni', 1, 'second', 4, '{"360p": 1, "720p": 4, "1080p": 5, "4k": 10}', '2026-01-01T00:00:00Z'),
  -- 0.10 USD a second when it was sold; a gateway has its own price.
  ('sora', 1, 'second', 4, '{"720x1280": 4, "1280x720": 4}', '2026-01-01T00:00:00Z');

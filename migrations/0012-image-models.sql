-- breaking: no
-- Prices of the image models that came after Seedream 4.0. Operators notice nothing: rows are added and none is changed.
insert into model_prices (model, version, unit, credits, starts_at) values
  ('seedream-4-5', 1, 'image', 2, '2026-01-01T00:00:00Z'),
  ('seedream-5', 1, 'image', 2, '2026-01-01T00:00:00Z'),
  ('seedream-5-flash', 1, 'image', 1, '2026-01-01T00:00:00Z'),
  ('seedream-5-pro', 1, 'image', 3, '2026-01-01T00:00:00Z'),
  ('gpt-image-2', 1, 'image', 4, '2026-01-01T00:00:00Z'),
  ('gpt-image-1', 1, 'image', 4, '2026-01-01T00:00:00Z');

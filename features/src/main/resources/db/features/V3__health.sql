CREATE TABLE features.feature_health (
  day date NOT NULL,
  entity text NOT NULL,
  feature text NOT NULL,
  rows bigint NOT NULL,
  missing_share double precision NOT NULL,
  least double precision,
  greatest double precision,
  distinct_values bigint NOT NULL,
  drift double precision,
  stale_seconds double precision,
  PRIMARY KEY (day, entity, feature)
);
COMMENT ON TABLE features.feature_health IS 'How good each feature was on each day of event time, written when the day has passed';
COMMENT ON COLUMN features.feature_health.day IS 'Day in UTC in which the rows'' windows end; midnight is the end of a day';
COMMENT ON COLUMN features.feature_health.entity IS 'Whom the feature is about';
COMMENT ON COLUMN features.feature_health.feature IS 'Feature with its window';
COMMENT ON COLUMN features.feature_health.rows IS 'Rows written on the day; corrections of days that are over are not counted';
COMMENT ON COLUMN features.feature_health.missing_share IS 'Share of the rows without a value, 0 to 1';
COMMENT ON COLUMN features.feature_health.least IS 'Least number; null for text, and when all are missing';
COMMENT ON COLUMN features.feature_health.greatest IS 'Greatest number; null for text, and when all are missing';
COMMENT ON COLUMN features.feature_health.distinct_values IS 'Different values; numbers within 3 % of each other are one';
COMMENT ON COLUMN features.feature_health.drift IS 'Population stability index against the day before: below 0.1 none, to 0.25 some, above much; null without a day before';
COMMENT ON COLUMN features.feature_health.stale_seconds IS 'Seconds from the latest row with a value to the end of the day; null when all are missing';

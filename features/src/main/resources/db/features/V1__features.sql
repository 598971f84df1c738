CREATE SCHEMA IF NOT EXISTS features;
COMMENT ON SCHEMA features IS 'Numbers about shoppers at a moment';

CREATE TABLE features.shopper_features (
  shopper_id text PRIMARY KEY,
  as_of timestamptz NOT NULL,
  features jsonb NOT NULL,
  categories jsonb NOT NULL,
  features_version text NOT NULL
);
COMMENT ON TABLE features.shopper_features IS 'Latest features of every shopper';
COMMENT ON COLUMN features.shopper_features.shopper_id IS 'Pseudonym of the shopper';
COMMENT ON COLUMN features.shopper_features.as_of IS 'End of the windows: events before it are counted';
COMMENT ON COLUMN features.shopper_features.features IS 'Numeric features by name; an absent one is missing; units in the view shopper_features_wide';
COMMENT ON COLUMN features.shopper_features.categories IS 'Categorical features by name; an absent one is unknown';
COMMENT ON COLUMN features.shopper_features.features_version IS 'Fingerprint of the declarations, windows and slide';

CREATE TABLE features.shopper_feature_history (
  shopper_id text NOT NULL,
  as_of timestamptz NOT NULL,
  features jsonb NOT NULL,
  categories jsonb NOT NULL,
  features_version text NOT NULL,
  PRIMARY KEY (shopper_id, as_of)
);
COMMENT ON TABLE features.shopper_feature_history IS 'Every row of features that was written: one per shopper and window end at which something changed';
COMMENT ON COLUMN features.shopper_feature_history.shopper_id IS 'Pseudonym of the shopper';
COMMENT ON COLUMN features.shopper_feature_history.as_of IS 'End of the windows: events before it are counted';
COMMENT ON COLUMN features.shopper_feature_history.features IS 'Numeric features by name; an absent one is missing';
COMMENT ON COLUMN features.shopper_feature_history.categories IS 'Categorical features by name; an absent one is unknown';
COMMENT ON COLUMN features.shopper_feature_history.features_version IS 'Fingerprint of the declarations, windows and slide';

CREATE TABLE features.late_events (
  event_id text PRIMARY KEY,
  shopper_id text NOT NULL,
  at timestamptz NOT NULL,
  type text NOT NULL
);
COMMENT ON TABLE features.late_events IS 'Events that came after their windows were final; they are in no feature';
COMMENT ON COLUMN features.late_events.event_id IS 'Event id';
COMMENT ON COLUMN features.late_events.shopper_id IS 'Pseudonym of the shopper';
COMMENT ON COLUMN features.late_events.at IS 'When it happened, by the shop''s clock';
COMMENT ON COLUMN features.late_events.type IS 'Event type';

CREATE TABLE features.event_time_clock (
  name text PRIMARY KEY,
  at timestamptz NOT NULL
);
COMMENT ON TABLE features.event_time_clock IS 'How far event time is, by job: every row that was due by then is in the tables';
COMMENT ON COLUMN features.event_time_clock.name IS 'Job';
COMMENT ON COLUMN features.event_time_clock.at IS 'Event time up to which the tables are complete';

CREATE SCHEMA IF NOT EXISTS models;
CREATE TABLE models.training_examples (
  shopper_id text NOT NULL,
  at timestamptz NOT NULL,
  labelled_at timestamptz NOT NULL,
  features jsonb NOT NULL,
  categories jsonb NOT NULL,
  ordered boolean NOT NULL,
  features_version text NOT NULL,
  PRIMARY KEY (shopper_id, at)
);
CREATE INDEX training_examples_labelled_at ON models.training_examples (labelled_at);
COMMENT ON TABLE models.training_examples IS 'Features as they stood at a moment, and whether the shopper ordered in the horizon after it';
COMMENT ON COLUMN models.training_examples.shopper_id IS 'Pseudonym of the shopper';
COMMENT ON COLUMN models.training_examples.at IS 'The moment: features count events before it, the label events from it on';
COMMENT ON COLUMN models.training_examples.labelled_at IS 'End of the horizon: from then on the label is known';
COMMENT ON COLUMN models.training_examples.features IS 'Numeric features by name; an absent one is missing';
COMMENT ON COLUMN models.training_examples.categories IS 'Categorical features by name; an absent one is unknown';
COMMENT ON COLUMN models.training_examples.ordered IS 'Whether the shopper ordered in [at, labelled_at)';
COMMENT ON COLUMN models.training_examples.features_version IS 'Fingerprint of the declarations, windows and slide';

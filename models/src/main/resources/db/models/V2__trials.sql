ALTER TABLE models.model_versions ADD COLUMN withdrawn_at_wall timestamptz, ADD COLUMN withdrawn_reason text;
COMMENT ON COLUMN models.model_versions.withdrawn_at_wall IS 'When somebody rolled back to an earlier version, by the clock on the wall; null when nobody did';
COMMENT ON COLUMN models.model_versions.withdrawn_reason IS 'Why it was rolled back; null when it was not';
COMMENT ON COLUMN models.model_versions.trainer IS 'The trainer that won the window; see models.trials for the others';
COMMENT ON COLUMN models.model_versions.metrics IS 'Quality on the held-out rows by name: auc, logLoss (nats per row), baselineLogLoss, calibrationError (share), meanPredicted and observedRate (shares), silhouette (-1 to 1), calinskiHarabasz (ratio of variances), segments (count), inertiaPerRow (squared standard deviations), qini and auuc (orders per shopper)';

CREATE TABLE models.trials (
  name text NOT NULL,
  window_end timestamptz NOT NULL,
  trainer text NOT NULL,
  outcome text NOT NULL,
  reason text NOT NULL,
  metrics jsonb NOT NULL,
  took_millis bigint NOT NULL,
  PRIMARY KEY (name, window_end, trainer)
);
COMMENT ON TABLE models.trials IS 'What every trainer made of every window: who won it, who lost, who was refused, and why';
COMMENT ON COLUMN models.trials.name IS 'Model: segments or propensity';
COMMENT ON COLUMN models.trials.window_end IS 'End of the training window, inclusive';
COMMENT ON COLUMN models.trials.trainer IS 'Name of the trainer';
COMMENT ON COLUMN models.trials.outcome IS 'WON: it challenged the champion; LOST to another trainer; REFUSED: no usable model came out';
COMMENT ON COLUMN models.trials.reason IS 'Why';
COMMENT ON COLUMN models.trials.metrics IS 'Quality on the held-out rows by name, as in models.model_versions; empty when refused';
COMMENT ON COLUMN models.trials.took_millis IS 'Time of the fit, in milliseconds';

CREATE TABLE models.segment_profiles (
  version text NOT NULL,
  segment text NOT NULL,
  title text NOT NULL,
  share double precision NOT NULL,
  feature text NOT NULL,
  mean double precision NOT NULL,
  overall_mean double precision NOT NULL,
  deviations double precision NOT NULL,
  PRIMARY KEY (version, segment, feature)
);
COMMENT ON TABLE models.segment_profiles IS 'What the segments of a published version are like, feature by feature';
COMMENT ON COLUMN models.segment_profiles.version IS 'Version of the segments';
COMMENT ON COLUMN models.segment_profiles.segment IS 'Segment id; stays with a segment over retrainings';
COMMENT ON COLUMN models.segment_profiles.title IS 'The segment in words, from the features that set it apart most';
COMMENT ON COLUMN models.segment_profiles.share IS 'Share of the fitted rows, 0 to 1';
COMMENT ON COLUMN models.segment_profiles.feature IS 'Numeric feature';
COMMENT ON COLUMN models.segment_profiles.mean IS 'Centre of the segment, in the unit of the feature';
COMMENT ON COLUMN models.segment_profiles.overall_mean IS 'Mean of all fitted rows, in the unit of the feature';
COMMENT ON COLUMN models.segment_profiles.deviations IS 'How far the centre is from the mean of all, in standard deviations';

CREATE TABLE models.feature_importance (
  version text NOT NULL,
  feature text NOT NULL,
  importance double precision NOT NULL,
  share double precision NOT NULL,
  PRIMARY KEY (version, feature)
);
COMMENT ON TABLE models.feature_importance IS 'What a published version goes by: the mean absolute contribution of every feature on the held-out rows';
COMMENT ON COLUMN models.feature_importance.version IS 'Version of the propensity';
COMMENT ON COLUMN models.feature_importance.feature IS 'Numeric or categorical feature';
COMMENT ON COLUMN models.feature_importance.importance IS 'Mean absolute contribution: log-odds of a logistic model, probability of a forest';
COMMENT ON COLUMN models.feature_importance.share IS 'Of the sum over all features, 0 to 1';

CREATE TABLE models.model_health (
  name text PRIMARY KEY,
  version text,
  window_end timestamptz,
  clock timestamptz NOT NULL,
  stale boolean NOT NULL,
  reason text NOT NULL,
  checked_at_wall timestamptz NOT NULL
);
COMMENT ON TABLE models.model_health IS 'Which version of every model is in force, and whether it has grown stale';
COMMENT ON COLUMN models.model_health.name IS 'Model: segments or propensity';
COMMENT ON COLUMN models.model_health.version IS 'Version in force; null while there is none';
COMMENT ON COLUMN models.model_health.window_end IS 'End of its training window; null while there is none';
COMMENT ON COLUMN models.model_health.clock IS 'Event time as far as features are complete';
COMMENT ON COLUMN models.model_health.stale IS 'Whether its window ended longer ago than models.stale-after, or there is none for that long';
COMMENT ON COLUMN models.model_health.reason IS 'What came of the newest training: why no newer version is in force';
COMMENT ON COLUMN models.model_health.checked_at_wall IS 'When this was looked at, by the clock on the wall';

CREATE UNLOGGED TABLE features.recomputed_features (
  shopper_id text NOT NULL,
  as_of timestamptz NOT NULL,
  features jsonb NOT NULL,
  categories jsonb NOT NULL,
  features_version text NOT NULL,
  PRIMARY KEY (shopper_id, as_of)
);
COMMENT ON TABLE features.recomputed_features IS 'Feature rows computed again from the events, by the last skew report; to be compared with shopper_feature_history';
COMMENT ON COLUMN features.recomputed_features.shopper_id IS 'Pseudonym of the shopper';
COMMENT ON COLUMN features.recomputed_features.as_of IS 'End of the windows: events before it are counted';
COMMENT ON COLUMN features.recomputed_features.features IS 'Numeric features by name; an absent one is missing';
COMMENT ON COLUMN features.recomputed_features.categories IS 'Categorical features by name; an absent one is unknown';
COMMENT ON COLUMN features.recomputed_features.features_version IS 'Fingerprint of the declarations, windows and slide';

CREATE TABLE features.entity_features (
  entity text NOT NULL,
  key text NOT NULL,
  as_of timestamptz NOT NULL,
  features jsonb NOT NULL,
  categories jsonb NOT NULL,
  features_version text NOT NULL,
  PRIMARY KEY (entity, key)
);
COMMENT ON TABLE features.entity_features IS 'Latest features of products, categories, shoppers in a category, and promotions';
COMMENT ON COLUMN features.entity_features.entity IS 'product, category, shopper_category or promotion';
COMMENT ON COLUMN features.entity_features.key IS 'Which one; of shopper_category: pseudonym|category';
COMMENT ON COLUMN features.entity_features.as_of IS 'End of the windows: events before it are counted';
COMMENT ON COLUMN features.entity_features.features IS 'Numeric features by name; an absent one is missing; units in the views ..._features_wide';
COMMENT ON COLUMN features.entity_features.categories IS 'Categorical features by name; an absent one is unknown';
COMMENT ON COLUMN features.entity_features.features_version IS 'Fingerprint of the declarations, windows and slide';

CREATE TABLE features.entity_feature_history (
  entity text NOT NULL,
  key text NOT NULL,
  as_of timestamptz NOT NULL,
  features jsonb NOT NULL,
  categories jsonb NOT NULL,
  features_version text NOT NULL,
  PRIMARY KEY (entity, key, as_of)
);
COMMENT ON TABLE features.entity_feature_history IS 'Every row of entity features that was written: one per key and window end at which something changed';
COMMENT ON COLUMN features.entity_feature_history.entity IS 'product, category, shopper_category or promotion';
COMMENT ON COLUMN features.entity_feature_history.key IS 'Which one; of shopper_category: pseudonym|category';
COMMENT ON COLUMN features.entity_feature_history.as_of IS 'End of the windows: events before it are counted';
COMMENT ON COLUMN features.entity_feature_history.features IS 'Numeric features by name; an absent one is missing';
COMMENT ON COLUMN features.entity_feature_history.categories IS 'Categorical features by name; an absent one is unknown';
COMMENT ON COLUMN features.entity_feature_history.features_version IS 'Fingerprint of the declarations, windows and slide';

COMMENT ON COLUMN serving.rule_versions.author IS 'Who made it: a person, the adjustment policy, or the look for products by their features (products-refresh)';

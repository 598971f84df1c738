COMMENT ON COLUMN models.model_versions.name IS 'Model: segments; propensity; response-none and response-KIND, the arms of the uplift: how likely an order is without a promotion and with one of that kind, e.g. response-percent-off';
COMMENT ON COLUMN models.trials.name IS 'Model, as in models.model_versions';
COMMENT ON TABLE models.model_health IS 'Which version of segments and of propensity is in force, and whether it has grown stale; responses are not watched';

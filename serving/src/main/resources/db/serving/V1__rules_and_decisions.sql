CREATE TABLE serving.rule_versions (
    version         bigint PRIMARY KEY,
    author          text        NOT NULL,
    note            text        NOT NULL,
    applied_at_wall timestamptz NOT NULL,
    adjustment_id   text UNIQUE,
    reverts         text UNIQUE,
    rules           jsonb       NOT NULL,
    source_text     text,
    published       boolean     NOT NULL DEFAULT false
);
COMMENT ON TABLE serving.rule_versions IS 'Every version of the serving rules; the greatest one is in force. This table is the truth, the topic serving-rules follows it.';
COMMENT ON COLUMN serving.rule_versions.version IS '1, 2, 3 ... without gaps';
COMMENT ON COLUMN serving.rule_versions.author IS 'Who made it: a person, or the adjustment policy';
COMMENT ON COLUMN serving.rule_versions.note IS 'Why it was made';
COMMENT ON COLUMN serving.rule_versions.applied_at_wall IS 'When it was applied, by the applier''s clock';
COMMENT ON COLUMN serving.rule_versions.adjustment_id IS 'Strategy adjustment that it carries out; null for others';
COMMENT ON COLUMN serving.rule_versions.reverts IS 'Strategy adjustment that it undoes; null for others';
COMMENT ON COLUMN serving.rule_versions.rules IS 'The whole rule set, as on the topic serving-rules';
COMMENT ON COLUMN serving.rule_versions.source_text IS 'The YAML it was read from; null when no person wrote it';
COMMENT ON COLUMN serving.rule_versions.published IS 'Whether the topic serving-rules is known to hold it';

CREATE TABLE serving.rule_adjustments (
    adjustment_id   text PRIMARY KEY,
    experiment_id   text        NOT NULL,
    status          text        NOT NULL,
    rule_version    bigint REFERENCES serving.rule_versions (version),
    reason          text,
    decided_at_wall timestamptz NOT NULL,
    adjustment      jsonb       NOT NULL,
    published       boolean     NOT NULL DEFAULT false
);
COMMENT ON TABLE serving.rule_adjustments IS 'What the rule book did with each strategy adjustment: a repeated proposal gets the same answer';
COMMENT ON COLUMN serving.rule_adjustments.adjustment_id IS 'Id of the strategy adjustment';
COMMENT ON COLUMN serving.rule_adjustments.experiment_id IS 'Experiment that it changes';
COMMENT ON COLUMN serving.rule_adjustments.status IS 'APPLIED, REFUSED or REVERTED';
COMMENT ON COLUMN serving.rule_adjustments.rule_version IS 'Rule version of the newest status; null when refused';
COMMENT ON COLUMN serving.rule_adjustments.reason IS 'Why it was refused or reverted; null when applied';
COMMENT ON COLUMN serving.rule_adjustments.decided_at_wall IS 'When the newest status was decided, by the rule book''s clock';
COMMENT ON COLUMN serving.rule_adjustments.adjustment IS 'The whole adjustment with its newest status, as on the topic strategy-adjustments';
COMMENT ON COLUMN serving.rule_adjustments.published IS 'Whether the topic strategy-adjustments is known to hold the newest status';

CREATE TABLE serving.decisions (
    decision_id         text PRIMARY KEY,
    request_id          text        NOT NULL,
    trigger             text        NOT NULL,
    shopper_id          text        NOT NULL,
    at                  timestamptz NOT NULL,
    cart_cents          bigint      NOT NULL,
    segment             text,
    propensity          double precision,
    experiment_id       text,
    variant             text,
    promotion_id        text,
    probability         double precision NOT NULL,
    expected_cost_cents bigint      NOT NULL,
    rule_version        bigint      NOT NULL,
    features_version    text,
    features_as_of      timestamptz,
    candidates          jsonb       NOT NULL,
    contributions       jsonb       NOT NULL,
    model_versions      jsonb       NOT NULL,
    written_at          timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX decisions_by_shopper ON serving.decisions (shopper_id, at);
CREATE INDEX decisions_by_moment ON serving.decisions (at);
COMMENT ON TABLE serving.decisions IS 'Every decision, of the job and of the server; the first one with an id counts';
COMMENT ON COLUMN serving.decisions.decision_id IS 'd- and 24 hexadecimal digits, derived from request id and trigger';
COMMENT ON COLUMN serving.decisions.request_id IS 'The shop''s request id, or the id of the event that triggered it';
COMMENT ON COLUMN serving.decisions.trigger IS 'VISIT, CART_ADD or ABANDONED_CART';
COMMENT ON COLUMN serving.decisions.shopper_id IS 'Pseudonym of the shopper';
COMMENT ON COLUMN serving.decisions.at IS 'Moment that was decided for, event time';
COMMENT ON COLUMN serving.decisions.cart_cents IS 'Value of the cart, cents; 0 when empty or unknown';
COMMENT ON COLUMN serving.decisions.segment IS 'Segment of the shopper; null when there is none yet';
COMMENT ON COLUMN serving.decisions.propensity IS 'Probability of an order in the horizon, 0 to 1; null without a model';
COMMENT ON COLUMN serving.decisions.experiment_id IS 'Experiment that the shopper takes part in here; null when none';
COMMENT ON COLUMN serving.decisions.variant IS 'Assigned variant; null outside experiments';
COMMENT ON COLUMN serving.decisions.promotion_id IS 'Chosen promotion; null when none';
COMMENT ON COLUMN serving.decisions.probability IS 'Probability with which the choice was made, 0 to 1';
COMMENT ON COLUMN serving.decisions.expected_cost_cents IS 'Cost of the chosen promotion on this cart when it is used, cents; 0 when none';
COMMENT ON COLUMN serving.decisions.rule_version IS 'Rule version it was made under';
COMMENT ON COLUMN serving.decisions.features_version IS 'Fingerprint of the feature declarations; null without a feature row';
COMMENT ON COLUMN serving.decisions.features_as_of IS 'End of the windows of the feature row; null without one';
COMMENT ON COLUMN serving.decisions.candidates IS 'Every promotion that was looked at, and why each but the chosen one lost';
COMMENT ON COLUMN serving.decisions.contributions IS 'What each feature added to the propensity''s log-odds, largest first';
COMMENT ON COLUMN serving.decisions.model_versions IS 'Model name to version';
COMMENT ON COLUMN serving.decisions.written_at IS 'When the row was written, wall clock';

CREATE TABLE serving.dual_prices (
    version         text             NOT NULL,
    promotion_id    text             NOT NULL,
    at              timestamptz      NOT NULL,
    per_budget_cent double precision NOT NULL,
    per_unit        double precision NOT NULL,
    contact_cents   double precision NOT NULL,
    written_at      timestamptz      NOT NULL DEFAULT now(),
    PRIMARY KEY (version, promotion_id)
);
CREATE INDEX dual_prices_by_moment ON serving.dual_prices (at);
COMMENT ON TABLE serving.dual_prices IS 'What scarce budget, stock and contacts were worth, slide by slide; decisions name the version';
COMMENT ON COLUMN serving.dual_prices.version IS 'prices@ and the end of the slide they were made from';
COMMENT ON COLUMN serving.dual_prices.promotion_id IS 'Promotion with a budget or a stock';
COMMENT ON COLUMN serving.dual_prices.at IS 'End of the slide they were made from, event time';
COMMENT ON COLUMN serving.dual_prices.per_budget_cent IS 'Expected profit in cents that one more cent of the budget would bring; 0 when it lasts';
COMMENT ON COLUMN serving.dual_prices.per_unit IS 'Expected profit in cents that one more unit of stock would bring; 0 when it lasts';
COMMENT ON COLUMN serving.dual_prices.contact_cents IS 'Expected profit in cents that one more offer to anybody would bring; the same for all promotions of a version';
COMMENT ON COLUMN serving.dual_prices.written_at IS 'When the row was written, wall clock';

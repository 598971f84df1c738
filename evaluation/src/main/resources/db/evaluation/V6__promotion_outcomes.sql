-- What promotions brought: revenue, cost, incremental return by day of exposure, share of category.

ALTER TABLE evaluation.promotion_outcomes
  ADD COLUMN revenue_cents bigint NOT NULL DEFAULT 0,
  ADD COLUMN cost_cents bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN evaluation.promotion_outcomes.revenue_cents IS 'value of order lines that name the promotion, net of discount, less what was taken back of them, cents; what would have been bought anyway is in it: see evaluation.incremental_returns';
COMMENT ON COLUMN evaluation.promotion_outcomes.discount_cents IS 'discount on order lines that name the promotion, less what was taken back of them, cents';
COMMENT ON COLUMN evaluation.promotion_outcomes.cost_cents IS 'what it cost: the discount; for an order that stands and whose lines tell none, what the decision said that its use costs (a gift, free shipping), cents';

CREATE TABLE evaluation.incremental_returns (
  day date,
  experiment text,
  variant text,
  control text NOT NULL,
  promotion text,
  shoppers bigint NOT NULL,
  compared_shoppers bigint NOT NULL,
  control_shoppers bigint NOT NULL,
  revenue_cents double precision,
  revenue_standard_error double precision,
  revenue_low double precision,
  revenue_high double precision,
  revenue_always_valid_low double precision,
  revenue_always_valid_high double precision,
  profit_cents double precision,
  profit_standard_error double precision,
  profit_low double precision,
  profit_high double precision,
  profit_always_valid_low double precision,
  profit_always_valid_high double precision,
  written_at_wall timestamptz NOT NULL,
  PRIMARY KEY (day, experiment, variant)
);
CREATE INDEX incremental_returns_promotion ON evaluation.incremental_returns (promotion, day);
COMMENT ON TABLE evaluation.incremental_returns IS 'What each variant brought beyond the control, from the randomised comparison: over the shoppers first exposed on the day, n times (mean of the variant - mean of the control), summed over strata of equal weights. Days are independent: totals and squared standard errors of days add up';
COMMENT ON COLUMN evaluation.incremental_returns.day IS 'UTC day of first exposure; what these shoppers do in the whole attribution window counts on it';
COMMENT ON COLUMN evaluation.incremental_returns.experiment IS 'experiment id';
COMMENT ON COLUMN evaluation.incremental_returns.variant IS 'variant id, not the control';
COMMENT ON COLUMN evaluation.incremental_returns.control IS 'id of the control variant';
COMMENT ON COLUMN evaluation.incremental_returns.promotion IS 'the one promotion that the variant may give and the control may not; null when it is not exactly one, or rules changed it on the day: then nobody can tell whose return it is';
COMMENT ON COLUMN evaluation.incremental_returns.shoppers IS 'shoppers of the variant first exposed on the day, whether they used the promotion or not';
COMMENT ON COLUMN evaluation.incremental_returns.compared_shoppers IS 'shoppers that the estimate is about: those with at least two comparable shoppers in either group';
COMMENT ON COLUMN evaluation.incremental_returns.control_shoppers IS 'shoppers of the control that they were compared with';
COMMENT ON COLUMN evaluation.incremental_returns.revenue_cents IS 'incremental revenue of all compared shoppers together (metric spend), cents; null when nobody can be compared';
COMMENT ON COLUMN evaluation.incremental_returns.revenue_standard_error IS 'standard error of revenue_cents, cents';
COMMENT ON COLUMN evaluation.incremental_returns.revenue_low IS 'lower end of the interval for one look at a fixed time, cents; null when nothing varies';
COMMENT ON COLUMN evaluation.incremental_returns.revenue_high IS 'upper end of the interval for one look at a fixed time, cents; null when nothing varies';
COMMENT ON COLUMN evaluation.incremental_returns.revenue_always_valid_low IS 'lower end of the interval that holds at all looks together, cents; null when nothing varies';
COMMENT ON COLUMN evaluation.incremental_returns.revenue_always_valid_high IS 'upper end of the interval that holds at all looks together, cents; null when nothing varies';
COMMENT ON COLUMN evaluation.incremental_returns.profit_cents IS 'incremental profit of all compared shoppers together (metric profit: discounts are taken off), cents; null when nobody can be compared';
COMMENT ON COLUMN evaluation.incremental_returns.profit_standard_error IS 'standard error of profit_cents, cents';
COMMENT ON COLUMN evaluation.incremental_returns.profit_low IS 'lower end of the interval for one look at a fixed time, cents; null when nothing varies';
COMMENT ON COLUMN evaluation.incremental_returns.profit_high IS 'upper end of the interval for one look at a fixed time, cents; null when nothing varies';
COMMENT ON COLUMN evaluation.incremental_returns.profit_always_valid_low IS 'lower end of the interval that holds at all looks together, cents; null when nothing varies';
COMMENT ON COLUMN evaluation.incremental_returns.profit_always_valid_high IS 'upper end of the interval that holds at all looks together, cents; null when nothing varies';
COMMENT ON COLUMN evaluation.incremental_returns.written_at_wall IS 'wall clock of the write';

CREATE TABLE evaluation.category_shares (
  day date,
  category text,
  promotion text,
  revenue_cents bigint NOT NULL,
  category_revenue_cents bigint NOT NULL,
  written_at_wall timestamptz NOT NULL,
  PRIMARY KEY (day, category, promotion)
);
COMMENT ON TABLE evaluation.category_shares IS 'Market share of each promotion in each category, by day of the order; categories and days in which no line names a promotion have no row';
COMMENT ON COLUMN evaluation.category_shares.day IS 'UTC day of the order; a reversal counts on the day of the line that it takes back';
COMMENT ON COLUMN evaluation.category_shares.category IS 'category as the order line names it; lines without one are left out';
COMMENT ON COLUMN evaluation.category_shares.promotion IS 'promotion id';
COMMENT ON COLUMN evaluation.category_shares.revenue_cents IS 'value of lines in the category that name the promotion, net of discount and of what was taken back, cents';
COMMENT ON COLUMN evaluation.category_shares.category_revenue_cents IS 'the same of all lines in the category, whoever bought them, cents';
COMMENT ON COLUMN evaluation.category_shares.written_at_wall IS 'wall clock of the write';

CREATE VIEW evaluation.v_incremental_returns AS SELECT
  day, experiment, variant, control, promotion, shoppers, compared_shoppers, control_shoppers,
  revenue_cents, revenue_standard_error, revenue_low, revenue_high, revenue_always_valid_low,
  revenue_always_valid_high, profit_cents, profit_standard_error, profit_low, profit_high,
  profit_always_valid_low, profit_always_valid_high, written_at_wall
  FROM evaluation.incremental_returns;
COMMENT ON VIEW evaluation.v_incremental_returns IS 'Stable for BI tools: columns are added at the end, never renamed; see evaluation.incremental_returns for their meaning and unit';

CREATE VIEW evaluation.v_category_shares AS SELECT
  day, category, promotion, revenue_cents, category_revenue_cents,
  revenue_cents::double precision / nullif(category_revenue_cents, 0) AS share, written_at_wall
  FROM evaluation.category_shares;
COMMENT ON VIEW evaluation.v_category_shares IS 'Stable for BI tools: columns are added at the end, never renamed; see evaluation.category_shares for their meaning and unit. share is revenue_cents over category_revenue_cents, 0 to 1; null when these are 0';

-- Columns are added at the end: who reads the view by position finds the old ones where they were.
CREATE OR REPLACE VIEW evaluation.v_promotion_outcomes AS SELECT
  o.day, o.promotion, o.decisions, o.shoppers, o.views, o.clicks, o.redemptions, o.orders,
  o.discount_cents, o.written_at_wall, o.revenue_cents, o.cost_cents,
  r.incremental_revenue_cents, r.incremental_revenue_low, r.incremental_revenue_high,
  r.incremental_profit_cents, r.incremental_profit_low, r.incremental_profit_high
  FROM evaluation.promotion_outcomes o
  LEFT JOIN (
    SELECT day, promotion,
      sum(revenue_cents) AS incremental_revenue_cents,
      sum(revenue_cents) - sqrt(sum((revenue_cents - revenue_low) ^ 2)) AS incremental_revenue_low,
      sum(revenue_cents) + sqrt(sum((revenue_high - revenue_cents) ^ 2)) AS incremental_revenue_high,
      sum(profit_cents) AS incremental_profit_cents,
      sum(profit_cents) - sqrt(sum((profit_cents - profit_low) ^ 2)) AS incremental_profit_low,
      sum(profit_cents) + sqrt(sum((profit_high - profit_cents) ^ 2)) AS incremental_profit_high
    FROM evaluation.incremental_returns
    WHERE promotion IS NOT NULL
    GROUP BY day, promotion
  ) r USING (day, promotion);
COMMENT ON VIEW evaluation.v_promotion_outcomes IS 'Stable for BI tools: columns are added at the end, never renamed; see evaluation.promotion_outcomes for their meaning and unit. incremental_... are the sums of evaluation.incremental_returns over the experiments that give the promotion, with the interval for one look; null where no experiment gives it';

-- Rows of single shoppers, for tools that compute results themselves; empty unless
-- evaluation.shopper-facts is set. Readers get the views, not the tables.
CREATE TABLE evaluation.shopper_exposures (
  shopper text,
  experiment text,
  variant text NOT NULL,
  segment text NOT NULL,
  exposed_at timestamptz NOT NULL,
  contaminated boolean NOT NULL,
  rule_version bigint NOT NULL,
  written_at_wall timestamptz NOT NULL,
  PRIMARY KEY (shopper, experiment)
);
CREATE INDEX shopper_exposures_time ON evaluation.shopper_exposures (experiment, exposed_at);
COMMENT ON TABLE evaluation.shopper_exposures IS 'Who is in which experiment, by pseudonym. Empty unless evaluation.shopper-facts is set; all rows of a shopper go when he withdraws consent';
COMMENT ON COLUMN evaluation.shopper_exposures.shopper IS 'pseudonym of the shopper';
COMMENT ON COLUMN evaluation.shopper_exposures.experiment IS 'experiment id';
COMMENT ON COLUMN evaluation.shopper_exposures.variant IS 'first variant that the shopper was seen in';
COMMENT ON COLUMN evaluation.shopper_exposures.segment IS 'segment at first exposure; none without one';
COMMENT ON COLUMN evaluation.shopper_exposures.exposed_at IS 'event time of the first exposure';
COMMENT ON COLUMN evaluation.shopper_exposures.contaminated IS 'whether the shopper was seen in another variant, too';
COMMENT ON COLUMN evaluation.shopper_exposures.rule_version IS 'rule version whose weights assigned the variant';
COMMENT ON COLUMN evaluation.shopper_exposures.written_at_wall IS 'wall clock of the write';

CREATE TABLE evaluation.shopper_outcomes (
  shopper text,
  event text,
  at timestamptz NOT NULL,
  type text NOT NULL,
  order_id text,
  promotion text,
  category text,
  revenue_cents bigint NOT NULL,
  profit_cents bigint NOT NULL,
  discount_cents bigint NOT NULL,
  orders smallint NOT NULL,
  views smallint NOT NULL,
  clicks smallint NOT NULL,
  written_at_wall timestamptz NOT NULL,
  PRIMARY KEY (shopper, event)
);
CREATE INDEX shopper_outcomes_time ON evaluation.shopper_outcomes (at);
COMMENT ON TABLE evaluation.shopper_outcomes IS 'What shoppers in experiments did in an attribution or covariate window, and what it adds to their metrics, by pseudonym. Empty unless evaluation.shopper-facts is set; all rows of a shopper go when he withdraws consent';
COMMENT ON COLUMN evaluation.shopper_outcomes.shopper IS 'pseudonym of the shopper';
COMMENT ON COLUMN evaluation.shopper_outcomes.event IS 'event id';
COMMENT ON COLUMN evaluation.shopper_outcomes.at IS 'event time';
COMMENT ON COLUMN evaluation.shopper_outcomes.type IS 'ORDER_PLACED, ORDER_CANCELLED, ORDER_REFUNDED, PROMOTION_VIEWED, PROMOTION_CLICKED or COUPON_REDEEMED';
COMMENT ON COLUMN evaluation.shopper_outcomes.order_id IS 'order id; null when it belongs to none';
COMMENT ON COLUMN evaluation.shopper_outcomes.promotion IS 'promotion id; null when none is involved';
COMMENT ON COLUMN evaluation.shopper_outcomes.category IS 'category of the product; null when unknown';
COMMENT ON COLUMN evaluation.shopper_outcomes.revenue_cents IS 'what it adds to spend, cents; negative when money is taken back';
COMMENT ON COLUMN evaluation.shopper_outcomes.profit_cents IS 'what it adds to profit, cents';
COMMENT ON COLUMN evaluation.shopper_outcomes.discount_cents IS 'what it adds to discount, cents';
COMMENT ON COLUMN evaluation.shopper_outcomes.orders IS 'what it adds to the orders that stand: 1, 0 or -1';
COMMENT ON COLUMN evaluation.shopper_outcomes.views IS 'promotion views, 0 or 1';
COMMENT ON COLUMN evaluation.shopper_outcomes.clicks IS 'promotion clicks, 0 or 1';
COMMENT ON COLUMN evaluation.shopper_outcomes.written_at_wall IS 'wall clock of the write';

CREATE VIEW evaluation.v_growthbook_assignments AS SELECT
  shopper AS user_id, exposed_at AS timestamp, experiment AS experiment_id,
  variant AS variation_id, segment, contaminated, rule_version
  FROM evaluation.shopper_exposures;
COMMENT ON VIEW evaluation.v_growthbook_assignments IS 'GrowthBook''s experiment assignment query: SELECT user_id, timestamp, experiment_id, variation_id, segment, contaminated FROM this view; one row per shopper and experiment, segment and contaminated are dimensions. See evaluation.shopper_exposures';
CREATE VIEW evaluation.v_growthbook_facts_orders AS SELECT
  shopper AS user_id, at AS timestamp, event, type, order_id, promotion, category,
  revenue_cents, profit_cents, discount_cents, orders
  FROM evaluation.shopper_outcomes
  WHERE type IN ('ORDER_PLACED', 'ORDER_CANCELLED', 'ORDER_REFUNDED');
COMMENT ON VIEW evaluation.v_growthbook_facts_orders IS 'A GrowthBook fact table: order lines and what was taken back; metrics are sums of its numbers per user. See evaluation.shopper_outcomes';
CREATE VIEW evaluation.v_growthbook_facts_promotions AS SELECT
  shopper AS user_id, at AS timestamp, event, type, promotion, views, clicks
  FROM evaluation.shopper_outcomes
  WHERE type IN ('PROMOTION_VIEWED', 'PROMOTION_CLICKED');
COMMENT ON VIEW evaluation.v_growthbook_facts_promotions IS 'A GrowthBook fact table: promotions seen and clicked; the click-through rate is a ratio of sums. See evaluation.shopper_outcomes';

COMMENT ON COLUMN evaluation.v_promotion_outcomes.incremental_revenue_cents IS 'revenue beyond what the control would have brought, summed over the experiments that give the promotion, of the shoppers first exposed on the day, cents; null where no experiment gives it';
COMMENT ON COLUMN evaluation.v_promotion_outcomes.incremental_revenue_low IS 'lower end of its interval for one look, cents';
COMMENT ON COLUMN evaluation.v_promotion_outcomes.incremental_revenue_high IS 'upper end of its interval for one look, cents';
COMMENT ON COLUMN evaluation.v_promotion_outcomes.incremental_profit_cents IS 'profit beyond what the control would have brought, summed over the experiments that give the promotion, of the shoppers first exposed on the day, cents; null where no experiment gives it';
COMMENT ON COLUMN evaluation.v_promotion_outcomes.incremental_profit_low IS 'lower end of its interval for one look, cents';
COMMENT ON COLUMN evaluation.v_promotion_outcomes.incremental_profit_high IS 'upper end of its interval for one look, cents';
COMMENT ON COLUMN evaluation.v_category_shares.share IS 'revenue_cents over category_revenue_cents; null when these are 0';
COMMENT ON COLUMN evaluation.v_growthbook_assignments.user_id IS 'pseudonym of the shopper';
COMMENT ON COLUMN evaluation.v_growthbook_assignments.timestamp IS 'event time of the first exposure';
COMMENT ON COLUMN evaluation.v_growthbook_assignments.experiment_id IS 'experiment id';
COMMENT ON COLUMN evaluation.v_growthbook_assignments.variation_id IS 'first variant that the shopper was seen in';
COMMENT ON COLUMN evaluation.v_growthbook_assignments.segment IS 'segment at first exposure; none without one';
COMMENT ON COLUMN evaluation.v_growthbook_assignments.contaminated IS 'whether the shopper was seen in another variant, too';
COMMENT ON COLUMN evaluation.v_growthbook_assignments.rule_version IS 'rule version whose weights assigned the variant';
COMMENT ON COLUMN evaluation.v_growthbook_facts_orders.user_id IS 'pseudonym of the shopper';
COMMENT ON COLUMN evaluation.v_growthbook_facts_orders.timestamp IS 'event time';
COMMENT ON COLUMN evaluation.v_growthbook_facts_orders.event IS 'event id';
COMMENT ON COLUMN evaluation.v_growthbook_facts_orders.type IS 'what happened';
COMMENT ON COLUMN evaluation.v_growthbook_facts_orders.promotion IS 'promotion id; null when none is involved';
COMMENT ON COLUMN evaluation.v_growthbook_facts_orders.order_id IS 'order id; null when it belongs to none';
COMMENT ON COLUMN evaluation.v_growthbook_facts_orders.category IS 'category of the product; null when unknown';
COMMENT ON COLUMN evaluation.v_growthbook_facts_orders.revenue_cents IS 'what it adds to spend, cents; negative when money is taken back';
COMMENT ON COLUMN evaluation.v_growthbook_facts_orders.profit_cents IS 'what it adds to profit, cents';
COMMENT ON COLUMN evaluation.v_growthbook_facts_orders.discount_cents IS 'what it adds to discount, cents';
COMMENT ON COLUMN evaluation.v_growthbook_facts_orders.orders IS 'what it adds to the orders that stand: 1, 0 or -1';
COMMENT ON COLUMN evaluation.v_growthbook_facts_promotions.user_id IS 'pseudonym of the shopper';
COMMENT ON COLUMN evaluation.v_growthbook_facts_promotions.timestamp IS 'event time';
COMMENT ON COLUMN evaluation.v_growthbook_facts_promotions.event IS 'event id';
COMMENT ON COLUMN evaluation.v_growthbook_facts_promotions.type IS 'what happened';
COMMENT ON COLUMN evaluation.v_growthbook_facts_promotions.promotion IS 'promotion id; null when none is involved';
COMMENT ON COLUMN evaluation.v_growthbook_facts_promotions.views IS 'promotion views, 0 or 1';
COMMENT ON COLUMN evaluation.v_growthbook_facts_promotions.clicks IS 'promotion clicks, 0 or 1';

DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'promoflow_reader') THEN
    REVOKE ALL ON evaluation.shopper_exposures, evaluation.shopper_outcomes FROM promoflow_reader;
  END IF;
END
$$;

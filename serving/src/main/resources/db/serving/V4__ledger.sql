CREATE TABLE serving.budget_ledger (
    promotion_id      text PRIMARY KEY,
    rule_version      bigint  NOT NULL,
    in_force          boolean NOT NULL,
    budget_cents      bigint CHECK (budget_cents >= 0),
    stock_units       bigint CHECK (stock_units >= 0),
    per_shopper_cap   integer,
    cap_period_millis bigint,
    starts_at         timestamptz,
    ends_at           timestamptz,
    claim_cents       bigint  NOT NULL CHECK (claim_cents >= 0),
    limit_cents       bigint  NOT NULL,
    free_cents        bigint  NOT NULL CHECK (free_cents >= 0),
    leased_cents      bigint  NOT NULL CHECK (leased_cents >= 0),
    reserved_cents    bigint  NOT NULL CHECK (reserved_cents >= 0),
    committed_cents   bigint  NOT NULL CHECK (committed_cents >= 0),
    released_cents    bigint  NOT NULL CHECK (released_cents >= 0),
    limit_units       bigint  NOT NULL,
    free_units        bigint  NOT NULL CHECK (free_units >= 0),
    leased_units      bigint  NOT NULL CHECK (leased_units >= 0),
    reserved_units    bigint  NOT NULL CHECK (reserved_units >= 0),
    committed_units   bigint  NOT NULL CHECK (committed_units >= 0),
    released_units    bigint  NOT NULL CHECK (released_units >= 0),
    CONSTRAINT every_cent_is_somewhere
        CHECK (free_cents + leased_cents + reserved_cents + committed_cents = limit_cents),
    CONSTRAINT every_unit_is_somewhere
        CHECK (free_units + leased_units + reserved_units + committed_units = limit_units)
);
COMMENT ON TABLE serving.budget_ledger IS 'Budget and stock of each promotion, and where every cent and unit of it is; changed only under the lock of the row';
COMMENT ON COLUMN serving.budget_ledger.promotion_id IS 'Promotion';
COMMENT ON COLUMN serving.budget_ledger.rule_version IS 'Newest rule version that the row follows';
COMMENT ON COLUMN serving.budget_ledger.in_force IS 'Whether that rule version has the promotion; without it nothing more is promised';
COMMENT ON COLUMN serving.budget_ledger.budget_cents IS 'Most it may cost by the rules, cents; null when unlimited';
COMMENT ON COLUMN serving.budget_ledger.stock_units IS 'Most redemptions by the rules; null when unlimited';
COMMENT ON COLUMN serving.budget_ledger.per_shopper_cap IS 'Most redemptions of one shopper; null when unlimited';
COMMENT ON COLUMN serving.budget_ledger.cap_period_millis IS 'Over how long the cap counts, milliseconds; null for ever';
COMMENT ON COLUMN serving.budget_ledger.starts_at IS 'Start of the promotion, event time; null when unbounded';
COMMENT ON COLUMN serving.budget_ledger.ends_at IS 'End of the promotion, event time; null when unbounded';
COMMENT ON COLUMN serving.budget_ledger.claim_cents IS 'What one redemption may cost by the terms, cents; the least that is leased';
COMMENT ON COLUMN serving.budget_ledger.limit_cents IS 'What the ledger holds to, cents: the budget (2^61 when unlimited), or more while what was promised before a cut comes in';
COMMENT ON COLUMN serving.budget_ledger.free_cents IS 'Nobody holds it, cents';
COMMENT ON COLUMN serving.budget_ledger.leased_cents IS 'Servers may promise it from memory, cents; equals the sum of serving.budget_leases';
COMMENT ON COLUMN serving.budget_ledger.reserved_cents IS 'Promised to shoppers, cents; equals the sum of the RESERVED rows of serving.budget_promises';
COMMENT ON COLUMN serving.budget_ledger.committed_cents IS 'Spent, less refunds, cents';
COMMENT ON COLUMN serving.budget_ledger.released_cents IS 'Promised once and given back unused, cents, ever growing';
COMMENT ON COLUMN serving.budget_ledger.limit_units IS 'What the ledger holds to, redemptions; as limit_cents';
COMMENT ON COLUMN serving.budget_ledger.free_units IS 'Nobody holds it, redemptions';
COMMENT ON COLUMN serving.budget_ledger.leased_units IS 'Servers may promise it from memory, redemptions';
COMMENT ON COLUMN serving.budget_ledger.reserved_units IS 'Promised to shoppers, redemptions';
COMMENT ON COLUMN serving.budget_ledger.committed_units IS 'Redemptions, less fully refunded ones';
COMMENT ON COLUMN serving.budget_ledger.released_units IS 'Promised once and given back unused, redemptions, ever growing';

CREATE TABLE serving.budget_leases (
    server_id    text,
    promotion_id text REFERENCES serving.budget_ledger (promotion_id),
    cents        bigint      NOT NULL CHECK (cents >= 0),
    units        bigint      NOT NULL CHECK (units >= 0),
    expires_at   timestamptz NOT NULL,
    PRIMARY KEY (server_id, promotion_id)
);
CREATE INDEX budget_leases_by_expiry ON serving.budget_leases (expires_at);
COMMENT ON TABLE serving.budget_leases IS 'What each server may promise without asking';
COMMENT ON COLUMN serving.budget_leases.server_id IS 'Drawn anew whenever a server opens its ledger';
COMMENT ON COLUMN serving.budget_leases.promotion_id IS 'Promotion';
COMMENT ON COLUMN serving.budget_leases.cents IS 'Leased, cents; what the server promised and has not yet written down included';
COMMENT ON COLUMN serving.budget_leases.units IS 'Leased, redemptions';
COMMENT ON COLUMN serving.budget_leases.expires_at IS 'From when anybody may take it back, by the clock of the database';

CREATE TABLE serving.budget_promises (
    decision_id  text PRIMARY KEY,
    promotion_id text        NOT NULL REFERENCES serving.budget_ledger (promotion_id),
    shopper_id   text        NOT NULL,
    status       text        NOT NULL
        CHECK (status IN ('RESERVED', 'COMMITTED', 'CANCELLED', 'RELEASED', 'EXPIRED', 'REFUNDED')),
    cost_cents   bigint      NOT NULL CHECK (cost_cents >= 0),
    spent_cents  bigint      NOT NULL CHECK (spent_cents >= 0),
    at           timestamptz NOT NULL,
    due_at       timestamptz NOT NULL,
    due_at_wall  timestamptz NOT NULL,
    spent_at     timestamptz
);
CREATE INDEX budget_promises_due ON serving.budget_promises (due_at) WHERE status = 'RESERVED';
CREATE INDEX budget_promises_due_wall ON serving.budget_promises (due_at_wall) WHERE status = 'RESERVED';
CREATE INDEX budget_promises_spent ON serving.budget_promises (promotion_id, shopper_id) WHERE status = 'COMMITTED';
COMMENT ON TABLE serving.budget_promises IS 'What each decision promised and what became of it';
COMMENT ON COLUMN serving.budget_promises.decision_id IS 'Decision that made the promise';
COMMENT ON COLUMN serving.budget_promises.promotion_id IS 'What was promised';
COMMENT ON COLUMN serving.budget_promises.shopper_id IS 'Pseudonym of the shopper';
COMMENT ON COLUMN serving.budget_promises.status IS 'RESERVED (its cost is kept for it), COMMITTED (spent), CANCELLED (by the shop), RELEASED (never told the shopper), EXPIRED (nothing is kept for it), REFUNDED (spent, and all of it came back)';
COMMENT ON COLUMN serving.budget_promises.cost_cents IS 'What was promised, cents';
COMMENT ON COLUMN serving.budget_promises.spent_cents IS 'What it has cost, less refunds, cents';
COMMENT ON COLUMN serving.budget_promises.at IS 'Moment of the decision, event time';
COMMENT ON COLUMN serving.budget_promises.due_at IS 'When it runs out, event time';
COMMENT ON COLUMN serving.budget_promises.due_at_wall IS 'When it runs out at the latest, by the clock of the database: for when event time stands still';
COMMENT ON COLUMN serving.budget_promises.spent_at IS 'When it was redeemed, event time; null before';

CREATE TABLE serving.budget_settlements (
    key             text PRIMARY KEY,
    decision_id     text        NOT NULL,
    action          text        NOT NULL CHECK (action IN ('COMMIT', 'CANCEL', 'REFUND')),
    cost_cents      bigint,
    promotion_id    text        NOT NULL,
    refusal         text,
    spent_cents     bigint      NOT NULL,
    at              timestamptz NOT NULL,
    settled_at_wall timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE serving.budget_settlements IS 'The final answer to each redemption; whoever asks again with its key gets it';
COMMENT ON COLUMN serving.budget_settlements.key IS 'Idempotency key: the event''s id, or the shop''s';
COMMENT ON COLUMN serving.budget_settlements.decision_id IS 'Whose promise';
COMMENT ON COLUMN serving.budget_settlements.action IS 'COMMIT, CANCEL or REFUND';
COMMENT ON COLUMN serving.budget_settlements.cost_cents IS 'Asked cost or refund, cents; null for all of it';
COMMENT ON COLUMN serving.budget_settlements.promotion_id IS 'What was promised';
COMMENT ON COLUMN serving.budget_settlements.refusal IS 'Why it was not carried out; null when it was';
COMMENT ON COLUMN serving.budget_settlements.spent_cents IS 'What the decision has cost after it, cents';
COMMENT ON COLUMN serving.budget_settlements.at IS 'When it happened, event time';
COMMENT ON COLUMN serving.budget_settlements.settled_at_wall IS 'When it was answered, by the clock of the database';

CREATE VIEW serving.v_budgets AS
SELECT promotion_id,
       in_force,
       budget_cents,
       committed_cents,
       reserved_cents,
       leased_cents,
       CASE WHEN budget_cents IS NOT NULL OR NOT in_force THEN free_cents END AS free_cents,
       released_cents,
       greatest(0, committed_cents + reserved_cents + leased_cents - budget_cents) AS over_budget_cents,
       greatest(0, committed_cents - limit_cents) AS overspent_cents,
       stock_units,
       committed_units,
       reserved_units,
       leased_units,
       CASE WHEN stock_units IS NOT NULL OR NOT in_force THEN free_units END AS free_units,
       released_units,
       greatest(0, committed_units + reserved_units + leased_units - stock_units) AS over_stock_units,
       greatest(0, committed_units - limit_units) AS overspent_units
FROM serving.budget_ledger;
COMMENT ON VIEW serving.v_budgets IS 'Where the budget and the stock of each promotion are';
COMMENT ON COLUMN serving.v_budgets.promotion_id IS 'Promotion';
COMMENT ON COLUMN serving.v_budgets.in_force IS 'Whether the rules have it';
COMMENT ON COLUMN serving.v_budgets.budget_cents IS 'Most it may cost by the rules, cents; null when unlimited';
COMMENT ON COLUMN serving.v_budgets.committed_cents IS 'Spent, less refunds, cents';
COMMENT ON COLUMN serving.v_budgets.reserved_cents IS 'Promised to shoppers, cents';
COMMENT ON COLUMN serving.v_budgets.leased_cents IS 'Servers may promise it from memory, cents';
COMMENT ON COLUMN serving.v_budgets.free_cents IS 'Nobody holds it, cents; null when unlimited';
COMMENT ON COLUMN serving.v_budgets.released_cents IS 'Promised once and given back unused, cents, ever growing';
COMMENT ON COLUMN serving.v_budgets.over_budget_cents IS 'Held, promised or spent before the budget was cut, beyond the budget, cents; null when unlimited';
COMMENT ON COLUMN serving.v_budgets.overspent_cents IS 'Spent beyond what the ledger holds to, cents: 0';
COMMENT ON COLUMN serving.v_budgets.stock_units IS 'Most redemptions by the rules; null when unlimited';
COMMENT ON COLUMN serving.v_budgets.committed_units IS 'Redemptions, less fully refunded ones';
COMMENT ON COLUMN serving.v_budgets.reserved_units IS 'Promised to shoppers, redemptions';
COMMENT ON COLUMN serving.v_budgets.leased_units IS 'Servers may promise it from memory, redemptions';
COMMENT ON COLUMN serving.v_budgets.free_units IS 'Nobody holds it, redemptions; null when unlimited';
COMMENT ON COLUMN serving.v_budgets.released_units IS 'Promised once and given back unused, redemptions, ever growing';
COMMENT ON COLUMN serving.v_budgets.over_stock_units IS 'Held, promised or redeemed before the stock was cut, beyond the stock, redemptions; null when unlimited';
COMMENT ON COLUMN serving.v_budgets.overspent_units IS 'Redeemed beyond what the ledger holds to, redemptions: 0';

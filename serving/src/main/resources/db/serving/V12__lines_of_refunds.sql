ALTER TABLE serving.budget_settlements ADD COLUMN told_by text;
ALTER TABLE serving.budget_settlements ADD COLUMN order_id text;
ALTER TABLE serving.budget_settlements ADD COLUMN product_id text;
CREATE INDEX budget_settlements_refunds ON serving.budget_settlements (decision_id) WHERE action = 'REFUND';
COMMENT ON COLUMN serving.budget_settlements.told_by IS 'ORDER_CANCELLED or ORDER_REFUNDED for a refund that an event told; null for one told by HTTP';
COMMENT ON COLUMN serving.budget_settlements.order_id IS 'Order that the refunded line is of; null when told by HTTP';
COMMENT ON COLUMN serving.budget_settlements.product_id IS 'Product of the refunded line; null when told by HTTP';

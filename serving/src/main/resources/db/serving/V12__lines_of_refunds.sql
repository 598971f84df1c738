ALTER TABLE serving.budget_settlements ADD COLUMN told_by text DEFAULT 'BEFORE';
ALTER TABLE serving.budget_settlements ALTER COLUMN told_by DROP DEFAULT;
ALTER TABLE serving.budget_settlements ADD COLUMN order_id text;
ALTER TABLE serving.budget_settlements ADD COLUMN product_id text;
COMMENT ON COLUMN serving.budget_settlements.told_by IS 'ORDER_CANCELLED or ORDER_REFUNDED for a refund that an event told; null for one told by HTTP; BEFORE for whatever was told before this was kept';
COMMENT ON COLUMN serving.budget_settlements.order_id IS 'Order that the refunded line is of; null when told by HTTP';
COMMENT ON COLUMN serving.budget_settlements.product_id IS 'Product of the refunded line; null when told by HTTP';

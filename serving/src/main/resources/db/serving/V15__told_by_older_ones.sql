-- jobs and servers of before go on for a while, and say nothing of it
ALTER TABLE serving.budget_settlements ALTER COLUMN told_by SET DEFAULT 'BEFORE';
COMMENT ON COLUMN serving.budget_settlements.told_by IS 'ORDER_CANCELLED or ORDER_REFUNDED for a refund that an event told; null for one told by HTTP; BEFORE for whatever was told before this was kept, or by a job or server that does not say it';
COMMENT ON COLUMN serving.rule_versions.undoes IS 'Moves of budgets that its file undoes, since who gave or took the cents has left it or one of the two budgets alone is written down as it was in force; null for others';

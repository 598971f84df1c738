CREATE INDEX budget_settlements_refunds ON serving.budget_settlements (decision_id) WHERE action = 'REFUND';

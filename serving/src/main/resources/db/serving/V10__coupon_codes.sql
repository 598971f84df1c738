ALTER TABLE serving.budget_ledger ADD COLUMN coupon_code text;
ALTER TABLE serving.budget_ledger ADD COLUMN single_code boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN serving.budget_ledger.coupon_code IS 'Code that a redemption must tell, or that the shoppers'' own codes begin with; null when none is needed';
COMMENT ON COLUMN serving.budget_ledger.single_code IS 'Whether every shopper has a code of his own, which holds once';
COMMENT ON COLUMN serving.budget_settlements.refusal IS 'Why it was not carried out, CODE_USED for a code that holds once and was redeemed before; null when it was';

CREATE INDEX decisions_offers ON serving.decisions (shopper_id, promotion_id, at) WHERE promotion_id IS NOT NULL;

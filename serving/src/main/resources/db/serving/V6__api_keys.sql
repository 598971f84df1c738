CREATE TABLE serving.api_keys (
    key_id          text        NOT NULL PRIMARY KEY,
    name            text        NOT NULL,
    roles           text[]      NOT NULL CHECK (roles <@ ARRAY['SHOP', 'RULE_AUTHOR', 'READER'] AND cardinality(roles) > 0),
    secret_hash     bytea       NOT NULL CHECK (octet_length(secret_hash) = 32),
    rate_per_second integer     CHECK (rate_per_second > 0),
    created_at      timestamptz NOT NULL,
    revoked_at      timestamptz
);
COMMENT ON TABLE serving.api_keys IS 'Who may call the decision server; ./promoflow keys writes it, servers follow it within serving.http.keys-refresh';
COMMENT ON COLUMN serving.api_keys.key_id IS 'Public part of the token: pf_<key_id>_<secret>';
COMMENT ON COLUMN serving.api_keys.name IS 'Whose it is';
COMMENT ON COLUMN serving.api_keys.roles IS 'SHOP asks, redeems and sends events; RULE_AUTHOR changes rules; READER looks';
COMMENT ON COLUMN serving.api_keys.secret_hash IS 'SHA-256 of the secret part of the token; the secret itself is kept nowhere';
COMMENT ON COLUMN serving.api_keys.rate_per_second IS 'Requests per second and server; null for serving.http.rate-per-second';
COMMENT ON COLUMN serving.api_keys.created_at IS 'When it was made, wall clock';
COMMENT ON COLUMN serving.api_keys.revoked_at IS 'When it was ended, wall clock; null while it is good';

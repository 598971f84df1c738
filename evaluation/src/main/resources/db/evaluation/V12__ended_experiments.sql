-- An experiment that has ended needs no views any more: who warns of missing ones has to know it.

CREATE FUNCTION evaluation.experiments_in_rules() RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  ids text[];
BEGIN
  IF to_regclass('serving.rule_versions') IS NULL THEN
    RETURN NULL;
  END IF;
  SELECT array(SELECT e ->> 'id' FROM jsonb_array_elements(r.rules -> 'experiments') e) INTO ids
  FROM serving.rule_versions r WHERE r.version = (SELECT max(version) FROM serving.rule_versions);
  RETURN ids;
EXCEPTION WHEN insufficient_privilege THEN
  RETURN NULL;
END $$;
COMMENT ON FUNCTION evaluation.experiments_in_rules() IS 'Ids of the experiments of the newest rules, for readers that may not read rules; null where this store has none, or its owner may not read them';

CREATE OR REPLACE VIEW evaluation.v_shown_decisions AS SELECT
  experiment, variant, decisions, shown_decisions, unshown_decisions, written_at_wall,
  experiment <> ALL ((SELECT evaluation.experiments_in_rules())::text[]) AS ended
  FROM evaluation.shown_decisions;
COMMENT ON COLUMN evaluation.v_shown_decisions.ended IS 'whether the newest rules no longer have the experiment; null where this store has no rules';

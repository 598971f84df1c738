ALTER TABLE serving.rule_versions ADD COLUMN back_to bigint REFERENCES serving.rule_versions (version);
COMMENT ON COLUMN serving.rule_versions.back_to IS 'Earlier version whose rules and file it puts in force again; null for others';
ALTER TABLE serving.rule_versions ADD COLUMN undoes text[];
COMMENT ON COLUMN serving.rule_versions.undoes IS 'Moves of budgets whose cents go back with it, since who gave or took them has left its file; null for others';

-- an adjustment that is in force again can be undone again
ALTER TABLE serving.rule_versions DROP CONSTRAINT rule_versions_reverts_key;

-- so far only what was undone by going back says where to
UPDATE serving.rule_versions v
   SET back_to = substring(a.reason FROM '[0-9]+$')::bigint
  FROM serving.rule_adjustments a
 WHERE a.rule_version = v.version
   AND a.status = 'REVERTED'
   AND a.reason ~ '^back to rule version [0-9]+$'
   AND v.adjustment_id IS NULL
   AND v.reverts IS NULL;

-- who went forth again undid nothing; of him the note of the console tells, and the same rules
UPDATE serving.rule_versions v
   SET back_to = t.version
  FROM serving.rule_versions t
 WHERE v.note = 'back to version ' || t.version
   AND t.version < v.version
   AND t.rules -> 'promotions' = v.rules -> 'promotions'
   AND t.rules -> 'experiments' = v.rules -> 'experiments'
   AND v.source_text IS NOT NULL
   AND v.back_to IS NULL
   AND v.adjustment_id IS NULL
   AND v.reverts IS NULL;

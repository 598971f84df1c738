-- Once weights have changed, variants are compared within shoppers whom the same weights assigned.

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['experiment_results', 'segment_results', 'population_results', 'result_history'] LOOP
    EXECUTE format('COMMENT ON COLUMN evaluation.%I.difference IS %L', name,
      'difference to the control, in the unit of the metric: mean less control_mean while all were assigned by the same weights; else within shoppers whom the same weights assigned, weighted by Mantel and Haenszel (n * control n / (n + control n)), whatever mean and control_mean say. Draws in which either side has less than two shoppers are left out');
    EXECUTE format('COMMENT ON COLUMN evaluation.%I.standard_error IS %L', name,
      'standard error of difference, in the unit of the metric; null when no two shoppers of each side were assigned by the same weights');
    EXECUTE format('COMMENT ON COLUMN evaluation.%I.relative_lift IS %L', name,
      'difference over the mean of the control, which is weighted as difference is, share (0.05 = 5 percent); null when that mean is 0');
  END LOOP;
END $$;

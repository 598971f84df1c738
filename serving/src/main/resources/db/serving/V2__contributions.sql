COMMENT ON COLUMN serving.decisions.contributions IS 'What each feature added to the propensity, largest first: log-odds of a logistic model, probability of a forest';
